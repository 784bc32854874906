package org.warpmix.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An immutable table in memory: named columns of one length, in their order. */
public final class Table {

    private final Map<String, Column> columns;
    private final int rows;

    private Table(Map<String, Column> columns, int rows) {
        this.columns = Collections.unmodifiableMap(columns);
        this.rows = rows;
    }

    /** Starts a table from arrays; nothing is copied and no file is touched. */
    public static Builder builder() {
        return new Builder();
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Column names in their order. */
    public List<String> names() {
        return new ArrayList<>(columns.keySet());
    }

    /** The column of that name, empty where there is none. */
    public Optional<Column> find(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    /**
     * The column of that name.
     *
     * @throws UnknownColumnException naming the nearest columns where there is none
     */
    public Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new UnknownColumnException(name, names());
        }
        return column;
    }

    /** Collects columns for a {@link Table}. */
    public static final class Builder {
        private final Map<String, Column> columns = new LinkedHashMap<>();
        private int rows = -1;

        /** Adds numbers; {@code NaN} is missing. */
        public Builder numeric(String name, double... values) {
            return column(name, new NumericColumn(values));
        }

        /** Adds a factor from labels; {@code null} is missing; levels are sorted by code point. */
        public Builder factor(String name, String... labels) {
            return column(name, Factors.fromLabels(labels));
        }

        /** Adds a factor from codes into levels; −1 is missing. */
        public Builder factor(String name, int[] codes, String... levels) {
            return column(name, new FactorColumn(codes, levels));
        }

        /**
         * Adds a column.
         *
         * @throws IllegalArgumentException when the name is taken or the length differs from the others'
         */
        public Builder column(String name, Column column) {
            if (columns.containsKey(name)) {
                throw new IllegalArgumentException("Column '" + name + "' is given twice. Column names must differ.");
            }
            if (rows >= 0 && column.size() != rows) {
                throw new IllegalArgumentException("Column '" + name + "' has " + column.size()
                        + " rows, the columns before it have " + rows + ". All columns of a table are of one length.");
            }
            rows = column.size();
            columns.put(name, column);
            return this;
        }

        public Table build() {
            return new Table(new LinkedHashMap<>(columns), Math.max(rows, 0));
        }
    }
}
