package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.linalg.Columns;
import org.warpmix.linalg.Lapack;
import org.warpmix.linalg.SmallCholesky;

/**
 * The random effects eliminated block by block from the cross-products P of {@code [Z̃ W]}, {@code W = [X̃ ỹ]}, in the order
 * of an {@link EliminationPlan}.
 *
 * <p>With N the later nodes that sparse node v meets, and W,
 * <pre>
 * A_v = I + Λ'P_vvΛ,   H_v = ΛA_v⁻¹,   K_v = H_vΛ',   P_NN ← P_NN − P_Nv K_v P_vN
 * </pre>
 * Λ stays outside of P: the rows P_vN of the factor that goes first are the data's, the same at every Λ. What is left in the
 * end is the front, P of the dense factors and W; its Cholesky factor is that of {@code D'PD + blockdiag(I, 0)} with
 * {@code D = blockdiag(Λ, I)}.
 */
final class BlockFactor {

    final EliminationPlan plan;
    /** P, which the elimination changes. */
    final BlockProducts p;
    /** p+1. */
    final int width;
    /** {@code H_v} and {@code K_v}, laid out as the pivots of P. */
    final double[] h;

    final double[] k;
    /** Number of columns of the front: those of Z̃, then those of X̃ and ỹ. */
    final int frontOrder;
    /** The factor of the front, lower triangle, column-major; the column of ỹ is not factored. */
    final double[] frontFactor;

    /** {@code L⁻¹ỹ} of the front. */
    final double[] frontSolution;

    final Lapack lapack;
    final FrontPanel panel;

    private final int[] later;
    private final double[] a;
    private final double[] v;
    private final double[] factors;
    private final double[][] scaled;
    private final double[] column;
    private double logDetA;
    private double logDetM;
    private double rSquared;

    BlockFactor(Crossproducts statistics) {
        plan = EliminationPlan.of(statistics);
        p = new BlockProducts(statistics, plan);
        width = p.width;
        frontOrder = p.front.length;
        h = new double[p.pivot.length];
        k = new double[p.pivot.length];
        frontFactor = new double[frontOrder * frontOrder];
        lapack = Lapack.forSize(frontOrder);
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        int widest = 0;
        for (int rowWidth : plan.rowWidth) {
            widest = Math.max(widest, rowWidth);
        }
        panel = new FrontPanel(plan, frontOrder, largest, lapack);
        later = new int[widest];
        a = new double[2 * largest * largest];
        v = new double[largest * largest];
        factors = new double[largest];
        scaled = new double[largest][widest + width];
        column = new double[frontOrder];
        frontSolution = new double[frontOrder - 1];
    }

    double logDetA() {
        return logDetA;
    }

    double logDetM() {
        return logDetM;
    }

    double rSquared() {
        return rSquared;
    }

    /**
     * Eliminates and factors.
     *
     * @param statistics of the design that the plan was made for, with any response
     * @return whether every pivot was positive, that of y, r², left aside
     */
    boolean factor(Crossproducts statistics, double[][] lambda) {
        p.restore(statistics);
        panel.clear();
        logDetA = 0;
        for (int s = 0; s < plan.sparseFactors; s++) {
            int f = plan.order[s];
            int first = plan.firstNode[f];
            for (int node = first; node < first + plan.levels[f]; node++) {
                if (!eliminate(node, plan.q[f], lambda[f])) {
                    return false;
                }
                update(node, plan.q[f]);
            }
        }
        panel.subtractProducts(p.front);
        return factorFront(lambda);
    }

    /** Makes H and K of a node, and {@code scaled = −L⁻¹Λ'P_vN}, whose products with itself leave P_NN. */
    private boolean eliminate(int node, int q, double[] lambda) {
        int at = p.pivotStart[node];
        for (int j = 0; j < q; j++) {
            for (int i = j + 1; i < q; i++) {
                p.pivot[at + j + i * q] = p.pivot[at + i + j * q];
            }
        }
        Blocks.quadratic(p.pivot, at, lambda, q, a);
        for (int j = 0; j < q; j++) {
            a[j + j * q] += 1;
            for (int i = 0; i < q; i++) {
                v[i + j * q] = lambda[j + i * q];
            }
        }
        if (!SmallCholesky.factor(a, 0, q, q)) {
            return false;
        }
        logDetA += SmallCholesky.logDet(a, 0, q, q);
        SmallCholesky.solveLower(a, 0, q, q, v, 0, q, q);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += v[r + i * q] * v[r + j * q];
                }
                k[at + i + j * q] = sum;
            }
        }
        int length = plan.rowWidth[node] + width;
        for (int i = 0; i < q; i++) {
            for (int r = 0; r < q; r++) {
                factors[r] = v[i + r * q];
            }
            Arrays.fill(scaled[i], 0, length, 0);
            Columns.subtract(scaled[i], p.row, p.rowStart[node], factors, 0, q, 0, length);
        }
        SmallCholesky.solveLowerTransposed(a, 0, q, q, v, 0, q, q);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                h[at + i + j * q] = v[j + i * q];
            }
        }
        return true;
    }

    private void update(int node, int q) {
        for (int e = plan.structureStart[node]; e < plan.firstDense[node]; e++) {
            updateNode(node, q, e);
        }
        int from = plan.denseColumn[node];
        if (plan.fillsFront(node)) {
            for (int i = 0; i < q; i++) {
                if (panel.isFull()) {
                    panel.subtractProducts(p.front);
                }
                panel.add(node, scaled[i]);
            }
            return;
        }
        int first = plan.positionStart[node];
        int size = plan.positionStart[node + 1] - first;
        for (int i = 0; i < q; i++) {
            double[] source = scaled[i];
            for (int c = 0; c < size + width; c++) {
                double factor = source[from + c];
                double[] target = p.front[c < size ? plan.position[first + c] : plan.frontSize + c - size];
                for (int r = c; r < size; r++) {
                    target[plan.position[first + r]] -= factor * source[from + r];
                }
                for (int r = Math.max(c, size); r < size + width; r++) {
                    target[plan.frontSize + r - size] -= factor * source[from + r];
                }
            }
        }
    }

    /** The part of {@link #update} that lands on the sparse node of entry e: its pivot and its row. */
    private void updateNode(int node, int q, int e) {
        int target = plan.structure[e];
        int other = plan.q[plan.factorOf(target)];
        int size = plan.laterColumns(node, e, later);
        int firstLater = plan.rowWidth[node] - size;
        int start = plan.column[e];
        for (int i = 0; i < q; i++) {
            double[] source = scaled[i];
            for (int c = 0; c < other; c++) {
                double factor = source[start + c];
                for (int r = c; r < other; r++) {
                    p.pivot[p.pivotStart[target] + r + c * other] -= factor * source[start + r];
                }
                double[] changed = p.row[p.rowStart[target] + c];
                for (int r = 0; r < size; r++) {
                    changed[later[r]] -= factor * source[firstLater + r];
                }
                for (int x = 0; x < width; x++) {
                    changed[plan.rowWidth[target] + x] -= factor * source[plan.rowWidth[node] + x];
                }
            }
        }
    }

    private boolean factorFront(double[][] lambda) {
        int n = frontOrder;
        int order = n - 1;
        for (int f = 0; f < plan.q.length; f++) {
            for (int level = 0; plan.frontStart[f] >= 0 && level < plan.levels[f]; level++) {
                scale(f, level, lambda);
            }
        }
        for (int c = plan.frontSize; c < n; c++) {
            System.arraycopy(p.front[c], c, frontFactor, c * n + c, n - c);
        }
        if (!lapack.factor(frontFactor, order, n)) {
            return false;
        }
        logDetA += SmallCholesky.logDet(frontFactor, 0, plan.frontSize, n);
        logDetM = SmallCholesky.logDet(frontFactor, plan.frontSize * (n + 1), width - 1, n);
        for (int i = 0; i < order; i++) {
            frontSolution[i] = frontFactor[i * n + order];
        }
        SmallCholesky.solveLower(frontFactor, 0, order, n, frontSolution, 0, 1, order);
        rSquared = frontFactor[order * (n + 1)];
        for (int i = 0; i < order; i++) {
            rSquared -= frontSolution[i] * frontSolution[i];
        }
        return true;
    }

    /** Block of columns of {@code D'PD + blockdiag(I, 0)}, lower triangle, into {@code frontFactor}. */
    private void scale(int f, int level, double[][] lambda) {
        int q = plan.q[f];
        int position = plan.frontStart[f] + level * q;
        for (int j = 0; j < q; j++) {
            for (int i = j + 1; i < q; i++) {
                p.front[position + i][position + j] = p.front[position + j][position + i];
            }
        }
        for (int j = 0; j < q; j++) {
            for (int r = j; r < q; r++) {
                factors[r] = -lambda[f][r + j * q];
            }
            Arrays.fill(column, position, frontOrder, 0);
            Columns.subtract(column, p.front, position + j, factors, j, q - j, position, frontOrder);
            plan.timesLambdaTransposed(column, f, level, lambda);
            column[position + j] += 1;
            int at = (position + j) * frontOrder + position + j;
            System.arraycopy(column, position + j, frontFactor, at, frontOrder - position - j);
        }
    }
}
