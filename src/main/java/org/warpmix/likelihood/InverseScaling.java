package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Columns;

/**
 * Turns block columns of F⁻¹ into those of {@code S = D F⁻¹ D'}, {@code D = blockdiag(Λ, I)}, and gathers the derivative of
 * log|F| by Λ on the way.
 *
 * <p>The derivative at node v is {@code Σ_k P_vk [D F⁻¹]_kv}: below the diagonal, k > v, as it stands; beyond it from the
 * columns of the nodes before v, by symmetry {@code Σ_k P_vk [F⁻¹D']_vk'}. Serves one thread.
 */
final class InverseScaling {

    private final EliminationPlan plan;
    private final double[][] lambda;
    private final int order;
    private final double[] column;
    private final double[] factors;

    /** @param order rows of S */
    InverseScaling(EliminationPlan plan, double[][] lambda, int order) {
        this.plan = plan;
        this.lambda = lambda;
        this.order = order;
        column = new double[order];
        int largest = 0;
        for (int q : plan.q) {
            largest = Math.max(largest, q);
        }
        factors = new double[largest];
    }

    /**
     * One node.
     *
     * @param position of its first column
     * @param s its columns of F⁻¹ from its position down, the whole diagonal block; become those of S
     * @param atS where the first of its columns is among {@code s}
     * @param p the same of P, from its position down; {@code null} where {@code dLambda} is
     * @param dLambda gains half the derivative; or {@code null}
     */
    void scale(int f, int position, double[][] s, int atS, double[][] p, int atP, double[][] dLambda) {
        int q = plan.q[f];
        int size = order - position;
        for (int j = 0; j < q && dLambda != null; j++) {
            Arrays.fill(column, position, order, 0);
            addTimesLambda(column, position, j, j + 1, lambda[f], q, s, atS);
            addBelow(position + q, p[atP + j], dLambda);
        }
        for (int j = 0; j < q; j++) {
            plan.timesLambda(s[atS + j], position, lambda);
            for (int i = 0; i < q && dLambda != null; i++) {
                dLambda[f][i + j * q] += Columns.dot(p[atP + i], position, s[atS + j], position, size);
            }
        }
        for (int j = q - 1; j >= 0; j--) {
            double[] target = s[atS + j];
            for (int i = position; i < order; i++) {
                target[i] *= lambda[f][j + j * q];
            }
            addTimesLambda(target, position, j, j, lambda[f], q, s, atS);
        }
    }

    /** Adds {@code Σ_r Λ_jr} column r, r < end, of the block. */
    private void addTimesLambda(
            double[] target, int position, int j, int end, double[] lambdaF, int q, double[][] s, int atS) {
        for (int r = 0; r < end; r++) {
            factors[r] = -lambdaF[j + r * q];
        }
        Columns.subtract(target, s, atS, factors, 0, end, position, order);
    }

    /** The derivative's parts from one column of P and of F⁻¹D', in the blocks of all nodes from a position on. */
    private void addBelow(int position, double[] p, double[][] dLambda) {
        for (int f = 0; f < plan.q.length; f++) {
            int q = plan.q[f];
            int start = Math.max(plan.frontStart[f], position);
            int levels = (plan.frontEnd(f) - start) / q;
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    dLambda[f][i + j * q] += Columns.dot(p, start + i, column, start + j, levels, q);
                }
            }
        }
    }
}
