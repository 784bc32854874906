package org.warpmix.likelihood;

import org.warpmix.crossprod.PairProducts;

/**
 * Where the blocks between the levels of two factors lie in a {@link BlockFactor} and in its inverse: in the rows of the
 * factor eliminated first, or in the front where both are dense.
 *
 * <p>Entry (i, j) of the block of pair e, i counting the first factor's columns and j the second's, is at
 * {@code at[e] + i*firstStep(e) + j*secondStep(e)}.
 */
final class PairLayout {

    /** Whether the blocks are in rows of sparse nodes, else in the front. */
    final boolean sparse;

    final int[] at;
    private final boolean firstIsEarly;
    private final int[] step;

    PairLayout(PairProducts pair, EliminationPlan plan, int[] rowStart, int width, int frontOrder) {
        int firstNode = plan.firstNode[pair.first()];
        int secondNode = plan.firstNode[pair.second()];
        firstIsEarly = firstNode < secondNode;
        sparse = plan.isSparse(Math.min(firstNode, secondNode));
        at = new int[pair.size()];
        step = new int[pair.size()];
        for (int l = 0; l + 1 < pair.start().length; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                int one = firstNode + l;
                int two = secondNode + pair.partner()[e];
                int early = Math.min(one, two);
                int late = Math.max(one, two);
                if (sparse) {
                    at[e] = rowStart[early] + plan.columnOf(early, late);
                    step[e] = plan.rowWidth[early] + width;
                } else {
                    at[e] = plan.frontPosition(late) + plan.frontPosition(early) * frontOrder;
                    step[e] = frontOrder;
                }
            }
        }
    }

    int firstStep(int e) {
        return firstIsEarly ? step[e] : 1;
    }

    int secondStep(int e) {
        return firstIsEarly ? 1 : step[e];
    }

    /** Copies a block out of an array with this layout, q1×q2 column-major. */
    void read(double[] from, int e, int q1, int q2, double[] block) {
        for (int j = 0; j < q2; j++) {
            for (int i = 0; i < q1; i++) {
                block[i + j * q1] = from[at[e] + i * firstStep(e) + j * secondStep(e)];
            }
        }
    }

    /** Copies a block, q1×q2 column-major, into an array with this layout. */
    void write(double[] block, int e, int q1, int q2, double[] to) {
        for (int j = 0; j < q2; j++) {
            for (int i = 0; i < q1; i++) {
                to[at[e] + i * firstStep(e) + j * secondStep(e)] = block[i + j * q1];
            }
        }
    }
}
