package org.warpmix.inference;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * {@code G = Z̃'Z̃} of several grouping factors, sparse, its columns in sets between which it is zero: levels that meet,
 * directly or through others, are in one set. Nested factors have a set per level of the outermost, crossed ones mostly a
 * single one.
 *
 * <p>Columns are numbered factor by factor, level by level.
 */
final class LevelSets {

    /** First column of each factor, then the number of columns. */
    final int[] firstColumn;
    /** Column j of G has {@code value[e]} in row {@code row[e]} for e in {@code start[j] .. start[j+1]-1}. */
    final int[] start;

    final int[] row;
    final double[] value;

    private final int[] member;
    private final int[] setStart;

    LevelSets(Crossproducts statistics) {
        List<LevelProducts> factors = statistics.factors();
        firstColumn = new int[factors.size() + 1];
        for (int f = 0; f < factors.size(); f++) {
            firstColumn[f + 1] =
                    firstColumn[f] + factors.get(f).levels() * factors.get(f).q();
        }
        int columns = firstColumn[factors.size()];
        int[] parent = new int[columns];
        Arrays.setAll(parent, j -> j);
        int[] counts = new int[columns + 1];
        visit(statistics, (i, j, entry) -> {
            counts[j + 1]++;
            parent[root(parent, i)] = root(parent, j);
        });
        Arrays.parallelPrefix(counts, Integer::sum);
        start = counts;
        row = new int[start[columns]];
        value = new double[row.length];
        int[] next = Arrays.copyOf(start, columns);
        visit(statistics, (i, j, entry) -> {
            row[next[j]] = i;
            value[next[j]++] = entry;
        });
        int[] number = new int[columns];
        Arrays.fill(number, -1);
        int[] sizes = new int[columns + 1];
        int sets = 0;
        for (int j = 0; j < columns; j++) {
            int top = root(parent, j);
            if (number[top] < 0) {
                number[top] = sets++;
            }
            sizes[number[top] + 1]++;
        }
        setStart = Arrays.copyOf(sizes, sets + 1);
        Arrays.parallelPrefix(setStart, Integer::sum);
        int[] place = Arrays.copyOf(setStart, sets);
        member = new int[columns];
        for (int j = 0; j < columns; j++) {
            member[place[number[root(parent, j)]]++] = j;
        }
    }

    /** Number of sets. */
    int sets() {
        return setStart.length - 1;
    }

    /** The columns of a set, ascending: those of a level side by side. */
    int[] columns(int set) {
        return Arrays.copyOfRange(member, setStart[set], setStart[set + 1]);
    }

    /** Number of columns of the largest set. */
    int largest() {
        int largest = 0;
        for (int set = 0; set < sets(); set++) {
            largest = Math.max(largest, setStart[set + 1] - setStart[set]);
        }
        return largest;
    }

    /** Factor number of a column. */
    int factorOf(int column) {
        int f = 0;
        while (column >= firstColumn[f + 1]) {
            f++;
        }
        return f;
    }

    @FunctionalInterface
    private interface Visitor {
        void entry(int i, int j, double value);
    }

    /** All entries of G, both triangles. */
    private void visit(Crossproducts statistics, Visitor visitor) {
        for (int f = 0; f + 1 < firstColumn.length; f++) {
            LevelProducts products = statistics.factors().get(f);
            int q = products.q();
            for (int at = 0; at < products.g().length; at++) {
                int first = firstColumn[f] + at / (q * q) * q;
                visitor.entry(first + at % q, first + at / q % q, products.g()[at]);
            }
        }
        for (PairProducts pair : statistics.pairs()) {
            int q1 = statistics.factors().get(pair.first()).q();
            int q2 = statistics.factors().get(pair.second()).q();
            for (int l = 0; l + 1 < pair.start().length; l++) {
                for (int at = pair.start()[l] * q1 * q2; at < pair.start()[l + 1] * q1 * q2; at++) {
                    int i = firstColumn[pair.first()] + l * q1 + at % q1;
                    int j = firstColumn[pair.second()] + pair.partner()[at / (q1 * q2)] * q2 + at / q1 % q2;
                    visitor.entry(i, j, pair.products()[at]);
                    visitor.entry(j, i, pair.products()[at]);
                }
            }
        }
    }

    private static int root(int[] parent, int column) {
        int j = column;
        while (parent[j] != j) {
            parent[j] = parent[parent[j]];
            j = parent[j];
        }
        return j;
    }
}
