package org.warpmix.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final long before; // rows of the pieces before this one
    private final Set<String> numbers; // of condensed rows the columns that are numbers, which are not kept; else null
    private final Map<String, Column> columns = new HashMap<>();
    private final Map<String, FactorColumn> factors = new HashMap<>();
    private boolean[] missing; // only in new data; null: none so far

    private Frame(Table table, int[] rows, int n, boolean complete, long before, Set<String> numbers) {
        this.table = table;
        this.rows = rows;
        this.n = n;
        this.complete = complete;
        this.before = before;
        this.numbers = numbers;
    }

    /** All rows, whatever is missing in them. */
    static Frame all(Table table) {
        return new Frame(table, null, table.rows(), false, 0, null);
    }

    /** Without rows: it knows only which columns are numbers. */
    static Frame ofKinds(Collection<String> numbers) {
        return new Frame(null, null, 0, true, 0, Set.copyOf(numbers));
    }

    /** Condensed rows, which have factors and no numbers. */
    static Frame of(CondensedFrame condensed) {
        int n = condensed.response().length;
        Frame frame = new Frame(null, null, n, true, 0, condensed.numbers());
        condensed.factors().forEach((name, factor) -> frame.factors.put(name, withoutUnusedLevels(factor)));
        return frame;
    }

    /**
     * The rows where no column has a missing value and the weight is not zero.
     *
     * @param names columns that the model uses
     * @param weights the column of weights among them, or {@code null}
     */
    static Frame complete(Table table, List<String> names, String weights) {
        if (table.rows() == 0) {
            throw new DesignException("The table has no rows.");
        }
        Frame frame = piece(table, names, weights, 0);
        if (frame.n == 0) {
            throw new DesignException("Each of the " + table.rows() + " rows has "
                    + (weights == null ? "" : "weight zero or ")
                    + "a missing value in something that the model uses: " + missingCounts(table, names) + ".");
        }
        return frame;
    }

    /**
     * As {@link #complete}, of a piece of a table, in which there may be no such row.
     *
     * @param before rows of the pieces before
     */
    static Frame piece(Table table, List<String> names, String weights, long before) {
        int total = table.rows();
        boolean[] out = null;
        for (String name : names) {
            out = markMissing(table.column(name), out);
        }
        if (weights != null) {
            out = markZero(weights, table.column(weights), out, before);
        }
        int used = total;
        if (out != null) {
            for (boolean one : out) {
                used -= one ? 1 : 0;
            }
        }
        if (used == total) {
            return new Frame(table, null, total, true, before, null);
        }
        int[] rows = new int[used];
        for (int i = 0, next = 0; i < total; i++) {
            if (!out[i]) {
                rows[next++] = i;
            }
        }
        return new Frame(table, rows, used, true, before, null);
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
    long rowNumber(int row) {
        return before + 1 + (rows == null ? row : rows[row]);
    }

    /** Whether a row lacks a value in a column asked for so far. */
    boolean isMissing(int row) {
        return missing != null && missing[row];
    }

    /** Whether a column, as a variable by its name, is a factor. */
    boolean isFactor(String name) {
        return numbers == null ? column(name) instanceof FactorColumn : !numbers.contains(name);
    }

    /** The column on the used rows; the table's own arrays where all rows are used. */
    Column column(String name) {
        if (numbers != null) {
            if (numbers.contains(name) || !factors.containsKey(name)) {
                throw ModelData.noRows("The column " + NearestNames.quote(name));
            }
            return factors.get(name);
        }
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

    private static boolean[] markZero(String name, Column column, boolean[] marks, long before) {
        if (!(column instanceof NumericColumn numeric)) {
            throw new DesignException(
                    "The column of weights, " + NearestNames.quote(name) + ", is a factor; weights are numbers.");
        }
        boolean[] marked = marks;
        double[] weights = numeric.values();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] < 0 || Double.isInfinite(weights[i])) {
                throw new DesignException("The weight in row " + (before + i + 1) + " is " + Factors.label(weights[i])
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
