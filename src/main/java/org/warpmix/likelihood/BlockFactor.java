package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.linalg.Columns;
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
 * end is the {@link Front}.
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
    /** What is left in the end. */
    final Front front;

    private final int[] later;
    private final double[] a;
    private final double[] v;
    private final double[] factors;
    private final double[][] scaled;
    private double logDetA;

    BlockFactor(Crossproducts statistics, FrontMaker fronts, SparseLimits limits) {
        plan = EliminationPlan.of(statistics, limits);
        p = new BlockProducts(statistics, plan);
        width = p.width;
        h = new double[p.pivot.length];
        k = new double[p.pivot.length];
        front = fronts.of(statistics, plan, p);
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        int widest = 0;
        for (int rowWidth : plan.rowWidth) {
            widest = Math.max(widest, rowWidth);
        }
        later = new int[widest];
        a = new double[2 * largest * largest];
        v = new double[largest * largest];
        factors = new double[largest];
        scaled = new double[largest][widest + width];
    }

    double logDetA() {
        return logDetA;
    }

    /**
     * Eliminates and factors.
     *
     * @param statistics of the design that the plan was made for, with any response
     * @return whether every pivot was positive, that of y, r², left aside
     */
    boolean factor(Crossproducts statistics, double[][] lambda) {
        p.restore(statistics);
        front.clear(statistics);
        logDetA = 0;
        for (int node = 0; node < plan.sparseNodes; node++) {
            int f = plan.factorOf(node);
            if (!eliminate(node, plan.q[f], lambda[f])) {
                return false;
            }
            update(node, plan.q[f]);
        }
        if (!front.factor(lambda, k)) {
            return false;
        }
        logDetA += front.logDetA();
        return true;
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
        boolean needed = front.takesRows() || plan.firstDense[node] > plan.structureStart[node];
        int length = plan.rowWidth[node] + width;
        for (int i = 0; i < q && needed; i++) {
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
        if (front.takesRows()) {
            front.subtract(node, scaled);
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
}
