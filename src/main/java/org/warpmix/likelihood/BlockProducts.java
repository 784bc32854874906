package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * The cross-products P of {@code [Z̃ W]}, {@code W = [X̃ ỹ]}, laid out by the nodes of an {@link EliminationPlan}: what a
 * {@link BlockFactor} takes apart. The rows of the factor that goes first stay as the data have them; all else is put back
 * before an elimination, and the response put in.
 */
final class BlockProducts {

    /** p+1. */
    final int width;
    /** Offset of the q×q block of each sparse node in {@link #pivot}. */
    final int[] pivotStart;
    /** Number of the first of the q rows of each sparse node in {@link #row}. */
    final int[] rowStart;
    /** {@code P_vv}. */
    final double[] pivot;
    /** {@code P_vN}: the columns of the node's structure, then those of X̃ and ỹ. */
    final double[][] row;

    private final EliminationPlan plan;
    /** First sparse node beyond those of the first factor. */
    private final int firstChanging;

    private final double[] pivotBase;
    private final double[][] rowBase;

    BlockProducts(Crossproducts statistics, EliminationPlan plan) {
        this.plan = plan;
        width = statistics.p() + 1;
        pivotStart = new int[plan.sparseNodes + 1];
        rowStart = new int[plan.sparseNodes + 1];
        long pivots = 0;
        for (int node = 0; node < plan.sparseNodes; node++) {
            int q = plan.q[plan.factorOf(node)];
            pivots += (long) q * q;
            pivotStart[node + 1] = Math.toIntExact(pivots);
            rowStart[node + 1] = rowStart[node] + q;
        }
        pivot = new double[(int) pivots];
        row = new double[rowStart[plan.sparseNodes]][];
        fill(statistics);
        firstChanging = plan.leading;
        pivotBase = pivot.clone();
        rowBase = new double[row.length][];
        for (int r = rowStart[firstChanging]; r < row.length; r++) {
            rowBase[r] = row[r].clone();
        }
    }

    /** The cross-products of the sparse nodes, as the data have them. */
    private void fill(Crossproducts statistics) {
        for (int node = 0; node < plan.sparseNodes; node++) {
            int f = plan.factorOf(node);
            int level = plan.nodeLevel[node];
            int q = plan.q[f];
            LevelProducts products = statistics.factors().get(f);
            System.arraycopy(products.g(), level * q * q, pivot, pivotStart[node], q * q);
            for (int i = 0; i < q; i++) {
                double[] target = new double[plan.rowWidth[node] + width];
                for (int x = 0; x < width; x++) {
                    target[plan.rowWidth[node] + x] = products.b()[i + (level * width + x) * q];
                }
                row[rowStart[node] + i] = target;
            }
        }
        for (PairProducts pair : statistics.pairs()) {
            fill(pair, plan.node[pair.first()], plan.node[pair.second()]);
        }
    }

    private void fill(PairProducts pair, int[] firstNode, int[] secondNode) {
        int q1 = plan.q[pair.first()];
        int q2 = plan.q[pair.second()];
        for (int l = 0; l + 1 < pair.start().length; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                int one = firstNode[l];
                int two = secondNode[pair.partner()[e]];
                if (!plan.isSparse(Math.min(one, two))) {
                    continue;
                }
                int start = plan.columnOf(Math.min(one, two), Math.max(one, two));
                for (int j = 0; j < q2; j++) {
                    for (int i = 0; i < q1; i++) {
                        double value = pair.products()[e * q1 * q2 + i + j * q1];
                        if (one < two) {
                            row[rowStart[one] + i][start + j] = value;
                        } else {
                            row[rowStart[two] + j][start + i] = value;
                        }
                    }
                }
            }
        }
    }

    /** Undoes what the last elimination did to P, and puts in the response. */
    void restore(Crossproducts statistics) {
        int changing = pivotStart[firstChanging];
        System.arraycopy(pivotBase, changing, pivot, changing, pivot.length - changing);
        for (int r = rowStart[firstChanging]; r < row.length; r++) {
            System.arraycopy(rowBase[r], 0, row[r], 0, row[r].length);
        }
        for (int node = 0; node < plan.sparseNodes; node++) {
            int f = plan.factorOf(node);
            int q = plan.q[f];
            double[] b = statistics.factors().get(f).b();
            int from = ((plan.nodeLevel[node] + 1) * width - 1) * q;
            for (int i = 0; i < q; i++) {
                row[rowStart[node] + i][plan.rowWidth[node] + width - 1] = b[i + from];
            }
        }
    }
}
