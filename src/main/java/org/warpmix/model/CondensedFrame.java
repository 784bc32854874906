package org.warpmix.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.LevelDictionary;

/**
 * Condensed rows before the columns of a model are made of them.
 *
 * @param condensed what they stand for
 * @param numbers columns of the table that are variables as numbers
 * @param factors the levels of the columns that are factors, by name
 * @param products of numbers, by the names of {@link Products}
 * @param response the response less the offset
 * @param dropped number of rows left out
 */
record CondensedFrame(
        Condensed condensed,
        Set<String> numbers,
        Map<String, FactorColumn> factors,
        Map<String, double[]> products,
        double[] response,
        int dropped) {

    /**
     * The rows that stand for those of some cells.
     *
     * @param dictionaries of the cells' factors
     * @param centre what their numbers are measured from
     * @param intercept whether the model has one, which the response's centre may be left to
     * @param used number of rows that they stand for
     */
    static CondensedFrame of(
            Cells cells,
            List<LevelDictionary> dictionaries,
            double[] centre,
            Products products,
            boolean intercept,
            int used,
            int dropped) {
        int[][] codes = new int[dictionaries.size()][];
        Map<String, FactorColumn> levels = new HashMap<>();
        for (int f = 0; f < codes.length; f++) {
            int factor = f;
            int[] given = new int[cells.cells()];
            Arrays.setAll(given, cell -> cells.code(cell, factor));
            FactorColumn column = dictionaries.get(f).factor(given);
            codes[f] = column.codes();
            levels.put(dictionaries.get(f).name(), column);
        }
        int width = cells.width();
        int[] order = order(codes, cells.cells());
        double[][] rows = new double[width][];
        Arrays.setAll(rows, k -> new double[order.length]);
        double[] block = new double[width * width];
        int[] cellOf = new int[order.length];
        int[] counts = new int[order.length];
        double[] logWeights = new double[order.length];
        int next = 0;
        for (int cell : order) {
            int rank = cells.factor(cell, block);
            if (next + rank > cellOf.length) {
                int length = (int) Math.min(Integer.MAX_VALUE - 8, (long) next + rank + (next >> 1));
                cellOf = Arrays.copyOf(cellOf, length);
                counts = Arrays.copyOf(counts, length);
                logWeights = Arrays.copyOf(logWeights, length);
                for (int k = 0; k < width; k++) {
                    rows[k] = Arrays.copyOf(rows[k], length);
                }
            }
            counts[next] = (int) cells.count(cell);
            logWeights[next] = cells.logWeights(cell);
            for (int r = 0; r < rank; r++, next++) {
                cellOf[next] = cell;
                for (int k = 0; k < width; k++) {
                    rows[k][next] = block[r * width + k];
                }
            }
        }
        Map<String, double[]> numbers = new HashMap<>();
        for (int k = 1; k < width - 1; k++) {
            numbers.put(products.names().get(k - 1), plus(rows[k], centre[k], rows[0], next));
        }
        double taken = intercept ? centre[width - 1] : 0;
        double[] response = plus(rows[width - 1], centre[width - 1] - taken, rows[0], next);
        int[] cellsOfRows = Arrays.copyOf(cellOf, next);
        levels.replaceAll((name, column) -> column.at(cellsOfRows));
        Condensed condensed = new Condensed(
                used,
                Arrays.copyOf(counts, next),
                Arrays.copyOf(logWeights, next),
                Arrays.copyOf(rows[0], next),
                taken);
        return new CondensedFrame(condensed, products.numbers(), levels, numbers, response, dropped);
    }

    private static double[] plus(double[] column, double constant, double[] ones, int length) {
        double[] sum = new double[length];
        Arrays.setAll(sum, i -> column[i] + constant * ones[i]);
        return sum;
    }

    /** The cells in the order of their levels, whatever that of the rows was: a counting sort by each factor, the last first. */
    private static int[] order(int[][] codes, int count) {
        int[] order = new int[count];
        Arrays.setAll(order, cell -> cell);
        for (int f = codes.length - 1; f >= 0; f--) {
            int[] next = new int[Arrays.stream(codes[f]).max().orElse(0) + 2];
            for (int code : codes[f]) {
                next[code + 1]++;
            }
            for (int code = 0; code + 1 < next.length; code++) {
                next[code + 1] += next[code];
            }
            int[] sorted = new int[count];
            for (int cell : order) {
                sorted[next[codes[f][cell]]++] = cell;
            }
            order = sorted;
        }
        return order;
    }
}
