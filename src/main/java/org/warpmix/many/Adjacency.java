package org.warpmix.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * Which response columns are neighbours. Immutable; the arrays are shared, not to be modified.
 *
 * @param start of each column's neighbours in {@code neighbours}, and their end
 * @param neighbours 0-based numbers of columns, each edge from both ends
 */
public record Adjacency(int[] start, int[] neighbours) {

    /** Number of columns. */
    public int size() {
        return start.length - 1;
    }

    /** Columns in a line: each is the neighbour of the one before it. */
    public static Adjacency line(int columns) {
        return grid(1, columns);
    }

    /** Columns in a grid, row after row: neighbours are above, below, left and right. */
    public static Adjacency grid(int rows, int columns) {
        return product(edgesOfLine(rows), rows, columns);
    }

    /**
     * Channels through time, channel after channel: a channel at one time is the neighbour of itself at the next, and of the channels
     * next to it at the same time.
     *
     * @param edges pairs of 0-based numbers of channels
     */
    public static Adjacency channels(int channels, int times, List<int[]> edges) {
        return product(edges, channels, times);
    }

    private static List<int[]> edgesOfLine(int length) {
        List<int[]> edges = new ArrayList<>();
        for (int i = 1; i < length; i++) {
            edges.add(new int[] {i - 1, i});
        }
        return edges;
    }

    /** A graph times a line. */
    private static Adjacency product(List<int[]> edges, int nodes, int times) {
        List<int[]> all = new ArrayList<>();
        for (int k = 0; k < nodes; k++) {
            for (int t = 1; t < times; t++) {
                all.add(new int[] {k * times + t - 1, k * times + t});
            }
        }
        for (int[] edge : edges) {
            for (int t = 0; t < times; t++) {
                all.add(new int[] {edge[0] * times + t, edge[1] * times + t});
            }
        }
        return of(Math.multiplyExact(nodes, times), all);
    }

    /**
     * Columns with the edges between them.
     *
     * @param edges pairs of 0-based numbers of columns; an edge may be given twice
     * @throws IllegalArgumentException for a column that there is not
     */
    public static Adjacency of(int columns, List<int[]> edges) {
        int[] start = new int[columns + 1];
        for (int[] edge : edges) {
            for (int end : edge) {
                if (end < 0 || end >= columns) {
                    throw new IllegalArgumentException("An edge leads to column " + (end + 1) + " of " + columns + ".");
                }
                start[end + 1]++;
            }
        }
        for (int c = 0; c < columns; c++) {
            start[c + 1] += start[c];
        }
        int[] next = Arrays.copyOf(start, columns);
        int[] neighbours = new int[start[columns]];
        for (int[] edge : edges) {
            neighbours[next[edge[0]]++] = edge[1];
            neighbours[next[edge[1]]++] = edge[0];
        }
        return new Adjacency(start, neighbours);
    }

    /**
     * The edges in the first two columns of a table: numbers from 1, or names.
     *
     * @param names of what is connected; {@code null} where only numbers will do
     * @param size how many there are
     * @throws IllegalArgumentException naming the row of an edge that leads nowhere
     */
    public static List<int[]> edges(Table table, List<String> names, int size) {
        if (table.names().size() < 2) {
            throw new IllegalArgumentException("Edges are two columns, one row for each pair of neighbours.");
        }
        Map<String, Integer> number = new HashMap<>();
        for (int c = 0; names != null && c < names.size(); c++) {
            number.put(names.get(c), c);
        }
        List<int[]> edges = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            int[] edge = new int[2];
            for (int end = 0; end < 2; end++) {
                edge[end] = end(table.column(table.names().get(end)), row, number, size);
            }
            edges.add(edge);
        }
        return edges;
    }

    private static int end(Column column, int row, Map<String, Integer> names, int size) {
        String text = "NA";
        if (column instanceof NumericColumn numbers && !column.isMissing(row)) {
            double number = numbers.values()[row];
            if (number == Math.rint(number) && number >= 1 && number <= size) {
                return (int) number - 1;
            }
            text = String.format(Locale.ROOT, "%s", number);
        } else if (column instanceof FactorColumn factor && !column.isMissing(row)) {
            text = factor.levels()[factor.codes()[row]];
            Integer number = names.get(text);
            if (number != null) {
                return number;
            }
        }
        throw new IllegalArgumentException("Edges, row " + (row + 1) + ": " + NearestNames.quote(text)
                + " is neither a number from 1 to " + size + " nor the name of a column.");
    }
}
