package org.warpmix.likelihood;

import java.util.Arrays;

/**
 * The estimates that a {@link BlockFactor} leads to, from the last node to the first: with e the residual of the fixed
 * effects and all modes, {@code t_v = P_vy − P_vX γ − P_vN b_N} and {@code b_v = K_v t_v} of a sparse node, where
 * {@code (I − P_vv K_v) t_v = Z̃_v'e}; in the front t is {@code Z̃'e} itself.
 */
final class BlockSolution {

    /** Per factor b and t, q of each level one after the other. */
    final double[][] b;

    final double[][] t;
    /** Spherical effects u of the front, {@code b = Λu}, then γ. */
    final double[] frontU;

    private final EliminationPlan plan;
    /** b of the front, then γ. */
    private final double[] frontB;

    private final double[] frontT;

    BlockSolution(EliminationPlan plan, int p) {
        this.plan = plan;
        b = new double[plan.q.length][];
        t = new double[plan.q.length][];
        for (int f = 0; f < b.length; f++) {
            b[f] = new double[plan.levels[f] * plan.q[f]];
            t[f] = new double[plan.levels[f] * plan.q[f]];
        }
        frontU = new double[plan.frontSize + p];
        frontB = new double[plan.frontSize + p];
        frontT = new double[plan.frontSize + p];
    }

    double[] gamma() {
        return Arrays.copyOfRange(frontU, plan.frontSize, frontU.length);
    }

    /** Solves; the factor's front must not have been inverted yet. */
    void solve(BlockFactor factor, double[][] lambda) {
        System.arraycopy(factor.front.halfSolution(), 0, frontU, 0, frontU.length);
        solveBackwards(factor, lambda);
    }

    /**
     * Solves with γ shifted.
     *
     * @param shift {@code L_M'} times the shift of γ, L_M the factor of M_XX; not modified
     */
    void solve(BlockFactor factor, double[][] lambda, double[] shift) {
        System.arraycopy(factor.front.halfSolution(), 0, frontU, 0, frontU.length);
        for (int k = 0; k < shift.length; k++) {
            frontU[plan.frontSize + k] += shift[k];
        }
        solveBackwards(factor, lambda);
    }

    private void solveBackwards(BlockFactor factor, double[][] lambda) {
        int order = frontU.length;
        factor.front.solveTransposed(frontU);
        System.arraycopy(frontU, 0, frontB, 0, order);
        for (int node = plan.sparseNodes; node < plan.nodeFactor.length; node++) {
            int f = plan.factorOf(node);
            int q = plan.q[f];
            int position = plan.frontPosition(node);
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r <= i; r++) {
                    sum += lambda[f][i + r * q] * frontU[position + r];
                }
                b[f][plan.nodeLevel[node] * q + i] = sum;
                frontB[position + i] = sum;
            }
        }
        factor.front.residual(frontU, frontB, lambda, frontT);
        for (int node = plan.sparseNodes; node < plan.nodeFactor.length; node++) {
            int f = plan.factorOf(node);
            int q = plan.q[f];
            System.arraycopy(frontT, plan.frontPosition(node), t[f], plan.nodeLevel[node] * q, q);
        }
        for (int node = plan.sparseNodes - 1; node >= 0; node--) {
            solve(factor, node);
        }
    }

    private void solve(BlockFactor factor, int node) {
        int f = plan.factorOf(node);
        int q = plan.q[f];
        int at = plan.nodeLevel[node] * q;
        for (int i = 0; i < q; i++) {
            double[] row = factor.p.row[factor.p.rowStart[node] + i];
            double sum = row[row.length - 1];
            for (int x = plan.frontSize; x < frontB.length; x++) {
                sum -= row[plan.rowWidth[node] + x - plan.frontSize] * frontB[x];
            }
            for (int e = plan.structureStart[node]; e < plan.firstDense[node]; e++) {
                int other = plan.factorOf(plan.structure[e]);
                int atOther = plan.nodeLevel[plan.structure[e]] * plan.q[other];
                for (int c = 0; c < plan.q[other]; c++) {
                    sum -= row[plan.column[e] + c] * b[other][atOther + c];
                }
            }
            int column = plan.denseColumn[node];
            for (int next = plan.positionStart[node]; next < plan.positionStart[node + 1]; next++) {
                sum -= row[column++] * frontB[plan.position[next]];
            }
            t[f][at + i] = sum;
        }
        for (int i = 0; i < q; i++) {
            double sum = 0;
            for (int r = 0; r < q; r++) {
                sum += factor.k[factor.p.pivotStart[node] + i + r * q] * t[f][at + r];
            }
            b[f][at + i] = sum;
        }
    }
}
