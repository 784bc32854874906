package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Columns;

/**
 * {@code S = Λ A⁻¹ Λ'}, the derivative of {@code log|A|} by {@code Z̃'Z̃}, on the pattern of a {@link BlockFactor}:
 * selected inversion, from the last node to the first.
 *
 * <p>The {@link Front} gives its part of S dense. With N the structure of sparse node v (and the columns of X̃ where these are
 * taken in), the derivative of log|A| by K_v is {@code K̄_v = −P_vN S_NN P_Nv}, and
 * {@code S_vv = K_v − K_v K̄_v K_v}, {@code S_vN = −K_v P_vN S_NN}: Takahashi's recursion by blocks. With X̃ taken in, the
 * matrix is the one bordered by the fixed effects, whose log determinant is log|A| + log|M|, as REML needs it.
 *
 * <p>Only nodes that others meet need {@code S_vN}. For the others, those of the factor that goes first, S is symmetric, so
 * {@code S_NN = T + T'} with half its diagonal in the triangle T, and {@code K̄_v = Y P_Nv + P_vN Y'} with
 * {@code Y = −P_vN T}: half the multiplications.
 */
final class BlockInverse {

    /** {@code K̄_v}, laid out as the pivots of the factor. */
    final double[] kDerivative;
    /** {@code S_vv}, laid out as the pivots of the factor. */
    final double[] diagonal;

    private final BlockFactor factor;
    private final EliminationPlan plan;
    /** {@code S_vN} of the nodes after those of the first factor, laid out as the rows of the factor. */
    private final double[][] row;
    /** Y, or {@code −P_vN S_NN}, of one node by rows. */
    private final double[][] y;

    private final int[] later;
    private int borders;

    BlockInverse(BlockFactor factor) {
        this.factor = factor;
        this.plan = factor.plan;
        kDerivative = new double[factor.p.pivot.length];
        diagonal = new double[factor.p.pivot.length];
        row = new double[factor.p.row.length][];
        int first = plan.leading;
        for (int r = factor.p.rowStart[first]; r < row.length; r++) {
            row[r] = new double[factor.p.row[r].length];
        }
        int widest = 0;
        for (int width : plan.rowWidth) {
            widest = Math.max(widest, width);
        }
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        y = new double[largest][widest + factor.width];
        later = new int[widest];
    }

    /**
     * Inverts; the factor of the front is overwritten.
     *
     * @param withFixed whether the columns of X̃ border the matrix
     * @param dLambda gains half of {@code ∂ log|F|/∂Λ} of the dense factors, F the front's matrix scaled by Λ; or {@code null}
     */
    void invert(double[][] lambda, boolean withFixed, double[][] dLambda) {
        borders = withFixed ? factor.width - 1 : 0;
        factor.front.invert(lambda, withFixed, dLambda);
        Arrays.fill(kDerivative, 0);
        factor.front.subtractQuadratics(kDerivative);
        for (int node = plan.sparseNodes - 1; node >= 0; node--) {
            invert(node, plan.q[plan.factorOf(node)], node >= plan.leading);
        }
    }

    /** {@code S_ll} of a level, q×q. */
    void readDiagonal(int f, int level, double[] block, int at) {
        int q = plan.q[f];
        int node = plan.node[f][level];
        if (plan.isSparse(node)) {
            System.arraycopy(diagonal, factor.p.pivotStart[node], block, at, q * q);
            return;
        }
        int position = plan.frontPosition(node);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                block[at + i + j * q] = factor.front.inverse(position + i, position + j);
            }
        }
    }

    private void invert(int v, int q, boolean withRow) {
        int at = factor.p.pivotStart[v];
        int first = factor.p.rowStart[v];
        int used = plan.rowWidth[v] + borders;
        boolean meetsNodes = plan.firstDense[v] > plan.structureStart[v];
        if (withRow || meetsNodes) {
            for (int i = 0; i < q; i++) {
                Arrays.fill(y[i], 0, used, 0);
                for (int e = plan.structureStart[v]; e < plan.firstDense[v]; e++) {
                    throughNode(v, e, factor.p.row[first + i], y[i], false);
                    if (withRow) {
                        throughNode(v, e, factor.p.row[first + i], y[i], true);
                    }
                }
                if (withRow) {
                    factor.front.subtractImage(v, factor.p.row[first + i], y[i]);
                }
            }
            addProducts(first, at, q, used, withRow);
        }
        Blocks.sandwich(factor.k, kDerivative, at, q, diagonal);
        for (int i = 0; i < q * q; i++) {
            diagonal[at + i] = factor.k[at + i] - diagonal[at + i];
        }
        for (int i = 0; i < q && withRow; i++) {
            double[] target = row[first + i];
            Arrays.fill(target, 0);
            for (int r = 0; r < q; r++) {
                double scale = factor.k[at + i + r * q];
                for (int c = 0; c < used; c++) {
                    target[c] += scale * y[r][c];
                }
            }
        }
    }

    /** K̄ from the rows of y: these are −P_vN S_NN whole, or of the triangle T, and then count from both sides. */
    private void addProducts(int first, int at, int q, int used, boolean whole) {
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double sum = Columns.dot(y[i], 0, factor.p.row[first + j], 0, used);
                if (!whole) {
                    sum += i == j ? sum : Columns.dot(y[j], 0, factor.p.row[first + i], 0, used);
                }
                kDerivative[at + i + j * q] += sum;
                if (i != j) {
                    kDerivative[at + j + i * q] += sum;
                }
            }
        }
    }

    /**
     * Subtracts what T, or T', makes of a row, for the pairs of N of which entry e, a sparse node, is the earlier: half its
     * diagonal block is in each.
     */
    private void throughNode(int v, int e, double[] source, double[] target, boolean transposed) {
        int node = plan.structure[e];
        int width = plan.q[plan.factorOf(node)];
        int start = plan.column[e];
        int size = plan.laterColumns(v, e, later);
        int firstLater = plan.rowWidth[v] - size;
        for (int r = 0; r < width; r++) {
            double scale = source[start + r];
            for (int c = 0; c < width; c++) {
                target[start + c] -= 0.5 * scale * diagonal[factor.p.pivotStart[node] + r + c * width];
            }
            double[] inverse = row[factor.p.rowStart[node] + r];
            double back = 0;
            for (int i = 0; i < size + borders; i++) {
                double value = inverse[i < size ? later[i] : plan.rowWidth[node] + i - size];
                if (transposed) {
                    back += source[firstLater + i] * value;
                } else {
                    target[firstLater + i] -= scale * value;
                }
            }
            target[start + r] -= back;
        }
    }
}
