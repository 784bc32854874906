package org.warpmix.table;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes what a reader reads: a table as a whole, or piece by piece so that no more than one is in memory.
 *
 * <p>In pieces the first one that has a value of a column settles whether it holds numbers, truth values or labels; a later
 * piece that says otherwise is {@link Unsettled}, and the table has to be read anew with that column as labels: what the
 * column of the whole table would be.
 */
final class Pieces {

    /** Rows of a piece. */
    static final int ROWS = 1 << 16;

    private final int most;
    private final Set<String> labels;
    private final Consumer<Table> consumer;
    private final Map<String, Kind> kinds = new HashMap<>();

    private enum Kind {
        NUMBER,
        LOGICAL,
        LABEL
    }

    /** A column that did not go on as it began. */
    static final class Unsettled extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String column;

        Unsettled(String column) {
            super(column, null, false, false);
            this.column = column;
        }

        String column() {
            return column;
        }
    }

    private Pieces(int most, Set<String> labels, Consumer<Table> consumer) {
        this.most = most;
        this.labels = labels;
        this.consumer = consumer;
    }

    /** Takes a table as a whole. */
    static Pieces whole(Consumer<Table> consumer) {
        return new Pieces(Integer.MAX_VALUE, Set.of(), consumer);
    }

    /**
     * Takes pieces of a number of rows.
     *
     * @param labels columns of text files whose cells are labels whatever they look like
     */
    static Pieces of(int rows, Set<String> labels, Consumer<Table> consumer) {
        return new Pieces(rows, labels, consumer);
    }

    /** Rows from which a piece is handed on. */
    int most() {
        return most;
    }

    /** Collects a column of the next piece. */
    ColumnBuilder builder(String name) {
        return labels.contains(name) ? ColumnBuilder.ofLabels(true) : new ColumnBuilder();
    }

    /** Told of a file that has columns and no rows: a part of a table may. */
    void none(String source) {
        if (most == Integer.MAX_VALUE) {
            throw TableReader.noRows(source);
        }
    }

    void accept(Table piece) {
        if (most < Integer.MAX_VALUE) {
            piece.names().forEach(name -> settle(name, piece.column(name)));
        }
        consumer.accept(piece);
    }

    private void settle(String name, Column column) {
        if (labels.contains(name) || missing(column)) {
            return;
        }
        Kind kind =
                !(column instanceof FactorColumn factor) ? Kind.NUMBER : factor.logical() ? Kind.LOGICAL : Kind.LABEL;
        Kind settled = kinds.putIfAbsent(name, kind);
        // Labels that look like numbers where labels came before are of a text file, which has their text no more.
        if (settled != null && settled != kind) {
            throw new Unsettled(name);
        }
    }

    private static boolean missing(Column column) {
        for (int row = 0; row < column.size(); row++) {
            if (!column.isMissing(row)) {
                return false;
            }
        }
        return true;
    }
}
