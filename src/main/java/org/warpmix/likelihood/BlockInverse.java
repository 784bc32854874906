package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Columns;

/**
 * {@code S = Λ A⁻¹ Λ'}, the derivative of {@code log|A|} by {@code Z̃'Z̃}, on the pattern of a {@link BlockFactor}:
 * selected inversion, from the last node to the first.
 *
 * <p>The front gives its part of S dense. With N the structure of sparse node v (and the columns of X̃ where these are taken
 * in), the derivative of log|A| by K_v is {@code K̄_v = −P_vN S_NN P_Nv}, and
 * {@code S_vv = K_v − K_v K̄_v K_v}, {@code S_vN = −K_v P_vN S_NN}: Takahashi's recursion by blocks. With X̃ taken in, the
 * matrix is the one bordered by the fixed effects, whose log determinant is log|A| + log|M|, as REML needs it.
 *
 * <p>S is symmetric, so {@code S_NN = T + T'} with half its diagonal in the triangle T, and
 * {@code K̄_v = Y P_Nv + P_vN Y'} with {@code Y = −P_vN T}: half the multiplications. Only nodes that others meet need
 * {@code S_vN}.
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
    /** T of the front, columns. */
    private final double[][] front;
    /** Y, by rows. */
    private final double[][] y;

    private final int[] later;
    private final double[] column;
    private final double[] factors;
    private int borders;

    BlockInverse(BlockFactor factor) {
        this.factor = factor;
        this.plan = factor.plan;
        kDerivative = new double[factor.p.pivot.length];
        diagonal = new double[factor.p.pivot.length];
        row = new double[factor.p.row.length][];
        int first = plan.sparseFactors == 0 ? 0 : plan.levels[plan.order[0]];
        for (int r = factor.p.rowStart[first]; r < row.length; r++) {
            row[r] = new double[factor.p.row[r].length];
        }
        int widest = 0;
        for (int width : plan.rowWidth) {
            widest = Math.max(widest, width);
        }
        front = new double[factor.frontOrder - 1][factor.frontOrder - 1];
        y = new double[factor.panel.capacity()][widest + factor.width];
        later = new int[widest];
        column = new double[factor.frontOrder];
        factors = new double[factor.panel.capacity()];
    }

    /**
     * Inverts; the factor of the front is overwritten.
     *
     * @param withFixed whether the columns of X̃ border the matrix
     * @param dLambda gains half of {@code ∂ log|F|/∂Λ} of the dense factors, F the front's matrix scaled by Λ; or {@code null}
     */
    void invert(double[][] lambda, boolean withFixed, double[][] dLambda) {
        borders = withFixed ? factor.width - 1 : 0;
        int order = plan.frontSize + borders;
        factor.lapack.invert(factor.frontFactor, order, factor.frontOrder);
        for (int f = 0; f < plan.q.length; f++) {
            for (int level = 0; plan.frontStart[f] >= 0 && level < plan.levels[f]; level++) {
                scale(f, level, order, lambda, dLambda);
            }
        }
        for (int c = plan.frontSize; c < order; c++) {
            System.arraycopy(factor.frontFactor, c * factor.frontOrder + c, front[c], c, order - c);
            front[c][c] *= 0.5;
        }
        for (int s = plan.sparseFactors - 1; s >= 0; s--) {
            int f = plan.order[s];
            int q = plan.q[f];
            int end = plan.firstNode[f] + plan.levels[f];
            int chunk = factor.panel.capacity() / q;
            for (int node = plan.firstNode[f]; node < end; node += chunk) {
                multiply(node, Math.min(node + chunk, end), q, order);
                for (int v = node; v < Math.min(node + chunk, end); v++) {
                    finish(v, (v - node) * q, q, s > 0);
                }
            }
        }
    }

    /** An entry of S in the front, the fixed effects behind it where they border the matrix. */
    double front(int i, int j) {
        return i == j ? 2 * front[i][i] : front[Math.min(i, j)][Math.max(i, j)];
    }

    /** {@code S_ll} of a level, q×q. */
    void readDiagonal(int f, int level, double[] block, int at) {
        int q = plan.q[f];
        if (plan.frontStart[f] < 0) {
            System.arraycopy(diagonal, factor.p.pivotStart[plan.firstNode[f] + level], block, at, q * q);
            return;
        }
        int position = plan.frontStart[f] + level * q;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double value = front[position + j][position + i];
                block[at + i + j * q] = i == j ? 2 * value : value;
                block[at + j + i * q] = block[at + i + j * q];
            }
        }
    }

    /**
     * Block of columns of {@code D F⁻¹ D'}, lower triangle with half its diagonal, {@code D = blockdiag(Λ, I)}. The derivative
     * by Λ at node v is {@code Σ_k P_vk [D F⁻¹]_kv}: below the diagonal, k > v, as it stands; beyond it from the columns of
     * the nodes before v, by symmetry {@code Σ_k P_vk [F⁻¹D']_vk'}.
     */
    private void scale(int f, int level, int order, double[][] lambda, double[][] dLambda) {
        int q = plan.q[f];
        int n = factor.frontOrder;
        int position = plan.frontStart[f] + level * q;
        int size = order - position;
        for (int j = 0; j < q; j++) {
            System.arraycopy(factor.frontFactor, (position + j) * n + position, front[position + j], position, size);
            for (int i = 0; i < j; i++) {
                front[position + j][position + i] = front[position + i][position + j];
            }
        }
        for (int j = 0; j < q && dLambda != null; j++) {
            Arrays.fill(column, position, order, 0);
            columnTimesLambda(column, position, j, j + 1, order, lambda[f], q);
            addBelow(f, level + 1, factor.p.front[position + j], dLambda);
        }
        for (int j = 0; j < q; j++) {
            plan.timesLambda(front[position + j], f, level, lambda);
            for (int i = 0; i < q && dLambda != null; i++) {
                dLambda[f][i + j * q] +=
                        Columns.dot(factor.p.front[position + i], position, front[position + j], position, size);
            }
        }
        for (int j = q - 1; j >= 0; j--) {
            double[] target = front[position + j];
            for (int i = position; i < order; i++) {
                target[i] *= lambda[f][j + j * q];
            }
            columnTimesLambda(target, position, j, j, order, lambda[f], q);
            Arrays.fill(target, position, position + j, 0);
            target[position + j] *= 0.5;
        }
    }

    /** Adds {@code Σ_r Λ_jr} column r, r < end, of the block at a position. */
    private void columnTimesLambda(double[] target, int position, int j, int end, int order, double[] lambda, int q) {
        for (int r = 0; r < end; r++) {
            factors[r] = -lambda[j + r * q];
        }
        Columns.subtract(target, front, position, factors, 0, end, position, order);
    }

    /** The derivative's parts from one column of P and of F⁻¹D', in the blocks of all nodes from a level on. */
    private void addBelow(int fromFactor, int fromLevel, double[] p, double[][] dLambda) {
        for (int f = fromFactor; f < plan.q.length; f++) {
            int q = plan.q[f];
            int start = plan.frontStart[f] + (f == fromFactor ? fromLevel * q : 0);
            int levels = (plan.frontEnd(f) - start) / q;
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    dLambda[f][i + j * q] += Columns.dot(p, start + i, column, start + j, levels, q);
                }
            }
        }
    }

    /** Y of nodes of one factor. */
    private void multiply(int from, int to, int q, int order) {
        FrontPanel panel = factor.panel;
        panel.clear();
        for (int v = from; v < to; v++) {
            for (int i = 0; i < q; i++) {
                double[] source = factor.p.row[factor.p.rowStart[v] + i];
                double[] target = y[(v - from) * q + i];
                Arrays.fill(target, 0, source.length, 0);
                for (int e = plan.structureStart[v]; e < plan.firstDense[v]; e++) {
                    throughNode(v, e, source, target, false);
                }
                if (plan.fillsFront(v)) {
                    panel.add(v, source);
                } else {
                    throughFront(v, source, target);
                }
            }
        }
        panel.multiply(front, order);
        int r = 0;
        for (int v = from; v < to; v++) {
            for (int i = 0; i < q && plan.fillsFront(v); i++) {
                panel.addProduct(r++, v, y[(v - from) * q + i], borders);
            }
        }
    }

    /** K̄, S_vv and, where asked for, S_vN of a node from its rows of Y. */
    private void finish(int v, int atY, int q, boolean withRow) {
        int at = factor.p.pivotStart[v];
        int first = factor.p.rowStart[v];
        int used = plan.rowWidth[v] + borders;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double sum = Columns.dot(y[atY + i], 0, factor.p.row[first + j], 0, used);
                sum += i == j ? sum : Columns.dot(y[atY + j], 0, factor.p.row[first + i], 0, used);
                kDerivative[at + i + j * q] = sum;
                kDerivative[at + j + i * q] = sum;
            }
        }
        Blocks.sandwich(factor.k, kDerivative, at, q, diagonal);
        for (int i = 0; i < q * q; i++) {
            diagonal[at + i] = factor.k[at + i] - diagonal[at + i];
        }
        if (!withRow) {
            return;
        }
        for (int i = 0; i < q; i++) { // Y becomes −P_vN S_NN
            double[] source = factor.p.row[first + i];
            for (int e = plan.structureStart[v]; e < plan.firstDense[v]; e++) {
                throughNode(v, e, source, y[atY + i], true);
            }
            throughFrontTransposed(v, source, y[atY + i]);
        }
        for (int i = 0; i < q; i++) {
            double[] target = row[first + i];
            Arrays.fill(target, 0);
            for (int r = 0; r < q; r++) {
                double scale = factor.k[at + i + r * q];
                for (int c = 0; c < used; c++) {
                    target[c] += scale * y[atY + r][c];
                }
            }
        }
    }

    /** Subtracts what T, or T', of the dense part of N makes of a row. */
    private void throughFront(int v, double[] source, double[] target) {
        int start = plan.positionStart[v];
        int size = plan.positionStart[v + 1] - start;
        int from = plan.denseColumn[v];
        for (int c = 0; c < size + borders; c++) {
            double[] t = front[c < size ? plan.position[start + c] : plan.frontSize + c - size];
            double scale = source[from + c];
            for (int r = c; r < size; r++) {
                target[from + r] -= scale * t[plan.position[start + r]];
            }
            for (int r = Math.max(c, size); r < size + borders; r++) {
                target[from + r] -= scale * t[plan.frontSize + r - size];
            }
        }
    }

    private void throughFrontTransposed(int v, double[] source, double[] target) {
        int start = plan.positionStart[v];
        int size = plan.positionStart[v + 1] - start;
        int from = plan.denseColumn[v];
        for (int c = 0; c < size + borders; c++) {
            double[] t = front[c < size ? plan.position[start + c] : plan.frontSize + c - size];
            double sum = 0;
            for (int r = c; r < size; r++) {
                sum += source[from + r] * t[plan.position[start + r]];
            }
            for (int r = Math.max(c, size); r < size + borders; r++) {
                sum += source[from + r] * t[plan.frontSize + r - size];
            }
            target[from + c] -= sum;
        }
    }

    /** The same for the pairs of N of which entry e, a sparse node, is the earlier. */
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
