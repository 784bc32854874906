package org.warpmix.benchmarks;

import java.util.Arrays;
import org.warpmix.random.Variates;

/**
 * Pairs of levels of two factors, no pair twice, each level in as many as it should be: a random bipartite graph of given
 * degrees.
 *
 * <p>Levels of the first factor come in falling order of their degrees. Each draws its levels of the second one after the
 * other without replacement, with probabilities in proportion to the rows which these still have to get. What is left over at
 * the end, where a level has nothing to draw but what it has already, is exchanged with pairs drawn at random.
 */
final class CrossedPairs {

    private static final int EMPTY = -1;

    private final int[] starts;
    private final int[] drawn;
    private final int[] left;
    private final int[] tree;
    private final int top;
    private final Variates variates;
    private long open;

    private CrossedPairs(int[] first, int[] second, Variates variates) {
        starts = new int[first.length + 1];
        for (int i = 0; i < first.length; i++) {
            starts[i + 1] = starts[i] + first[i];
        }
        drawn = new int[starts[first.length]];
        Arrays.fill(drawn, EMPTY);
        left = second.clone();
        this.variates = variates;
        top = Integer.highestOneBit(second.length);
        tree = new int[second.length + 1];
        for (int k = 0; k < second.length; k++) {
            add(k, second[k]);
        }
    }

    /**
     * Draws pairs.
     *
     * @param first rows of each level of the first factor
     * @param second rows of each level of the second one, with the same sum
     * @return for each row, in the order of the first factor's levels, the level of the second one, ascending in each level of
     *     the first
     */
    static int[] draw(int[] first, int[] second, Variates variates) {
        CrossedPairs pairs = new CrossedPairs(first, second, variates);
        Integer[] order = new Integer[first.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> first[b] - first[a]);
        for (int level : order) {
            pairs.fill(level);
        }
        for (int level : order) {
            pairs.exchange(level);
        }
        for (int level = 0; level < first.length; level++) {
            Arrays.sort(pairs.drawn, pairs.starts[level], pairs.starts[level + 1]);
        }
        return pairs.drawn;
    }

    private void fill(int level) {
        int at = starts[level];
        while (at < starts[level + 1] && open > 0) {
            int k = find(variates.below((int) open));
            drawn[at++] = k;
            add(k, -left[k]);
        }
        for (int i = starts[level]; i < at; i++) {
            int k = drawn[i];
            left[k]--;
            add(k, left[k]);
        }
    }

    /** Fills what a level lacks: another level gets one that has rows left, and gives one of its own for it. */
    private void exchange(int level) {
        for (int at = starts[level + 1] - 1; at >= starts[level] && drawn[at] == EMPTY; at--) {
            int k = find(variates.below((int) open));
            left[k]--;
            add(k, -1);
            int row;
            int other;
            do {
                row = variates.below(drawn.length);
                int found = Arrays.binarySearch(starts, row);
                other = found < 0 ? -found - 2 : found;
            } while (drawn[row] == EMPTY || other == level || has(other, k) || has(level, drawn[row]));
            drawn[at] = drawn[row];
            drawn[row] = k;
        }
    }

    private boolean has(int level, int k) {
        for (int i = starts[level]; i < starts[level + 1]; i++) {
            if (drawn[i] == k) {
                return true;
            }
        }
        return false;
    }

    /** The level at a place among the rows left. */
    private int find(int place) {
        int at = 0;
        int rest = place;
        for (int step = top; step > 0; step >>= 1) {
            if (at + step < tree.length && tree[at + step] <= rest) {
                at += step;
                rest -= tree[at];
            }
        }
        return at;
    }

    /** Adds to the rows left of a level, in a tree of partial sums (Fenwick 1994, doi:10.1002/spe.4380240306). */
    private void add(int k, int rows) {
        open += rows;
        for (int i = k + 1; i < tree.length; i += i & -i) {
            tree[i] += rows;
        }
    }
}
