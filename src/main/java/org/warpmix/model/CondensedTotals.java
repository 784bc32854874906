package org.warpmix.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Formula;
import org.warpmix.linalg.CompensatedGram;
import org.warpmix.table.LevelDictionary;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.ParquetTotals;
import org.warpmix.table.Table;

/**
 * Rows condensed by the database that reads them: cross-products by cell in double precision, of numbers measured from a row near the
 * middle of the first piece.
 *
 * <p>That is as good as a pass in memory as long as the columns of X, so measured, are well conditioned, which {@link #centred} lets one
 * see; else the rows have to be taken in one by one.
 */
public final class CondensedTotals {

    /** What a pivot may be of its column's square, for one row, and still be rounding. */
    private static final double ROUNDING = 0x1p-51;

    private final CondensedRows rows;
    private final Cells measured; // by the factors of the fixed effects alone
    private final int[] fixedFactors;
    private boolean finite = true;

    private CondensedTotals(CondensedRows rows) {
        this.rows = rows;
        Set<String> inFixed = rows.products().fixedFactors();
        this.fixedFactors = IntStream.range(0, rows.factors().size())
                .filter(f -> inFixed.contains(rows.factors().get(f)))
                .toArray();
        this.measured = new Cells(fixedFactors.length, rows.centre().length);
    }

    /**
     * Has the rows of Parquet files condensed.
     *
     * @return {@code null} where the rows have to be taken in one by one: an expression that the database has not, or a value that is not
     *     finite
     */
    public static CondensedTotals of(
            Formula formula, DesignOptions options, ParquetTotals totals, DoubleConsumer progress) {
        CondensedRows rows = CondensedRows.of(formula, options);
        Table first = totals.first();
        List<String> numbers = first != null && rows.begin(first) ? numbers(rows, totals) : null;
        String weight = options.weights() == null ? null : totals.number(options.weights());
        if (numbers == null || options.weights() != null && weight == null) {
            return null;
        }
        for (int k = 0; k < numbers.size(); k++) {
            numbers.set(k, "(" + numbers.get(k) + " - CAST('" + rows.centre()[k + 1] + "' AS DOUBLE))");
        }
        CondensedTotals sums = new CondensedTotals(rows);
        boolean done = totals.read(rows.factors(), numbers, weight, sums::add, progress);
        rows.setRead(totals.rows());
        return done && sums.finite && rows.used() > 0 ? sums : null;
    }

    /** The columns of X, and the response at last, in numbers measured from the middle: as nearly collinear as these sums can tell. */
    public double[][] centred() {
        return rows.fixedColumns(measured, fixedFactors);
    }

    /** The rows. */
    public CondensedRows rows() {
        return rows;
    }

    /** The numbers of a row but for the ones, or {@code null}. */
    private static List<String> numbers(CondensedRows rows, ParquetTotals totals) {
        SqlNumbers sql = new SqlNumbers(totals);
        List<String> numbers = new ArrayList<>();
        for (String name : rows.products().names()) {
            List<Expression> expressions = rows.products().expressions(name);
            numbers.add(expressions == null ? null : sql.product(expressions));
        }
        StringBuilder response = new StringBuilder("(" + sql.of(rows.formula().response()));
        List<Expression> offsets = new ArrayList<>(rows.formula().fixed().offsets());
        if (rows.options().offset() != null) {
            offsets.add(new Name(rows.options().offset(), 0));
        }
        boolean complete = sql.of(rows.formula().response()) != null;
        for (Expression offset : offsets) {
            complete &= sql.of(offset) != null;
            response.append(" - ").append(sql.of(offset));
        }
        numbers.add(complete ? response + ")" : null);
        return numbers.contains(null) ? null : numbers;
    }

    private void add(Table groups) {
        int width = rows.centre().length;
        List<LevelDictionary> dictionaries = rows.dictionaries();
        int[][] codes = new int[dictionaries.size()][];
        for (int f = 0; f < codes.length; f++) {
            codes[f] = dictionaries.get(f).codes(groups.column("key " + f));
        }
        double[] counts = numbers(groups, "count");
        double[] logs = numbers(groups, "log");
        double[][] sums = new double[width * (width + 1) / 2][];
        Arrays.setAll(sums, e -> numbers(groups, "sum " + e));
        double[] gram = new double[CompensatedGram.size(width)];
        double[] block = new double[width * width];
        int[] key = new int[codes.length];
        int[] fixedKey = new int[fixedFactors.length];
        for (int i = 0; i < counts.length; i++) {
            boolean missing = counts[i] == 0;
            for (int f = 0; f < key.length; f++) {
                key[f] = codes[f][i];
                missing |= key[f] < 0; // a blank text, which the database does not take for missing
            }
            if (missing) {
                continue;
            }
            double probe = 0 * logs[i];
            for (int e = 0; e < sums.length; e++) {
                gram[2 * e] = sums[e][i];
                probe += 0 * sums[e][i];
            }
            finite &= probe == 0;
            if (!finite) {
                return;
            }
            for (int f = 0; f < fixedKey.length; f++) {
                fixedKey[f] = key[fixedFactors[f]];
            }
            measured.merge(fixedKey, (long) counts[i], gram);
            int rank = CompensatedGram.factor(gram, 0, width, ROUNDING * Math.sqrt(counts[i]), block);
            rows.add(key, (long) counts[i], logs[i], block, rank);
        }
    }

    private static double[] numbers(Table groups, String name) {
        return ((NumericColumn) groups.column(name)).values();
    }
}
