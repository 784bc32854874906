package org.warpmix.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * The rows of a table that a model uses. In a fit those where nothing is missing; in new data all of them, and
 * {@link #isMissing} tells where something was missing in the columns asked for so far.
 */
final class Frame {

    private final Table table;
    private final int[] rows; // null: all
    private final int n;
    private final boolean complete;
    private final Map<String, Column> columns = new HashMap<>();
    private final Map<String, FactorColumn> factors = new HashMap<>();
    private boolean[] missing; // only in new data; null: none so far

    private Frame(Table table, int[] rows, int n, boolean complete) {
        this.table = table;
        this.rows = rows;
        this.n = n;
        this.complete = complete;
    }

    /** All rows, whatever is missing in them. */
    static Frame all(Table table) {
        return new Frame(table, null, table.rows(), false);
    }

    /**
     * The rows where no column has a missing value and the weight is not zero.
     *
     * @param names columns that the model uses
     * @param weights the column of weights among them, or {@code null}
     */
    static Frame complete(Table table, List<String> names, String weights) {
        int total = table.rows();
        if (total == 0) {
            throw new DesignException("The table has no rows.");
        }
        boolean[] out = null;
        for (String name : names) {
            out = markMissing(table.column(name), out);
        }
        if (weights != null) {
            out = markZero(weights, table.column(weights), out);
        }
        int used = total;
        if (out != null) {
            for (boolean one : out) {
                used -= one ? 1 : 0;
            }
        }
        if (used == 0) {
            throw new DesignException("Each of the " + total + " rows has " + (weights == null ? "" : "weight zero or ")
                    + "a missing value in something that the model uses: " + missingCounts(table, names) + ".");
        }
        if (used == total) {
            return new Frame(table, null, total, true);
        }
        int[] rows = new int[used];
        for (int i = 0, next = 0; i < total; i++) {
            if (!out[i]) {
                rows[next++] = i;
            }
        }
        return new Frame(table, rows, used, true);
    }

    /** Number of rows used. */
    int n() {
        return n;
    }

    /** Number of rows left out. */
    int dropped() {
        return table.rows() - n;
    }

    /** The 0-based number of each used row in the table. */
    int[] rows() {
        if (rows != null) {
            return rows;
        }
        int[] all = new int[n];
        for (int i = 0; i < n; i++) {
            all[i] = i;
        }
        return all;
    }

    /** The number of a used row as a person counts them in the table. */
    int rowNumber(int row) {
        return 1 + (rows == null ? row : rows[row]);
    }

    /** Whether a row lacks a value in a column asked for so far. */
    boolean isMissing(int row) {
        return missing != null && missing[row];
    }

    /** The column on the used rows; the table's own arrays where all rows are used. */
    Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            column = rows == null ? table.column(name) : table.column(name).at(rows);
            columns.put(name, column);
            if (!complete) {
                missing = markMissing(column, missing);
            }
        }
        return column;
    }

    /** A column, or {@code factor(column)}, as a factor of the levels that occur. */
    FactorColumn factor(Expression expression) {
        Name name = (Name) (expression instanceof Call call ? call.argument(0) : expression);
        FactorColumn factor = factors.get(name.name());
        if (factor == null) {
            factor = withoutUnusedLevels(Factors.of(column(name.name())));
            factors.put(name.name(), factor);
        }
        return factor;
    }

    private static FactorColumn withoutUnusedLevels(FactorColumn factor) {
        boolean[] used = new boolean[factor.levels().length];
        for (int code : factor.codes()) {
            if (code >= 0) {
                used[code] = true;
            }
        }
        int[] renumbered = new int[used.length];
        List<String> levels = new ArrayList<>(used.length);
        for (int l = 0; l < used.length; l++) {
            renumbered[l] = levels.size();
            if (used[l]) {
                levels.add(factor.levels()[l]);
            }
        }
        if (levels.size() == used.length) {
            return factor;
        }
        int[] codes = new int[factor.size()];
        for (int i = 0; i < codes.length; i++) {
            int code = factor.codes()[i];
            codes[i] = code < 0 ? code : renumbered[code];
        }
        return new FactorColumn(codes, levels.toArray(new String[0]), factor.logical());
    }

    /** Sets the rows where the column is missing; makes the array where there is one and no array yet. */
    private static boolean[] markMissing(Column column, boolean[] marks) {
        boolean[] marked = marks;
        if (column instanceof NumericColumn numeric) {
            double[] values = numeric.values();
            for (int i = 0; i < values.length; i++) {
                if (Double.isNaN(values[i])) {
                    marked = marked == null ? new boolean[values.length] : marked;
                    marked[i] = true;
                }
            }
        } else if (column instanceof FactorColumn factor) {
            int[] codes = factor.codes();
            for (int i = 0; i < codes.length; i++) {
                if (codes[i] < 0) {
                    marked = marked == null ? new boolean[codes.length] : marked;
                    marked[i] = true;
                }
            }
        }
        return marked;
    }

    private static boolean[] markZero(String name, Column column, boolean[] marks) {
        if (!(column instanceof NumericColumn numeric)) {
            throw new DesignException(
                    "The column of weights, " + NearestNames.quote(name) + ", is a factor; weights are numbers.");
        }
        boolean[] marked = marks;
        double[] weights = numeric.values();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < 0 || Double.isInfinite(weights[i])) {
                throw new DesignException("The weight in row " + (i + 1) + " is " + Factors.label(weights[i])
                        + " (column " + NearestNames.quote(name)
                        + "). Weights are positive and finite; a row of weight zero is left out.");
            }
            if (weights[i] == 0) {
                marked = marked == null ? new boolean[weights.length] : marked;
                marked[i] = true;
            }
        }
        return marked;
    }

    private static String missingCounts(Table table, List<String> names) {
        StringBuilder counts = new StringBuilder();
        for (String name : names) {
            Column column = table.column(name);
            int count = 0;
            for (int i = 0; i < column.size(); i++) {
                count += column.isMissing(i) ? 1 : 0;
            }
            if (count > 0) {
                counts.append(counts.length() == 0 ? "" : ", ");
                counts.append(name).append(" in ").append(count);
            }
        }
        return counts.toString();
    }
}
