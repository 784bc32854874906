package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.linalg.SmallCholesky;

/**
 * The diagonal blocks D = RR' of S that belong to the levels j of one core factor, and how Λ moves them:
 * <pre>
 * D_j = I + Λ'T_j,   T_j = G_jΛ − Σ_i C_jiΛ₁K_ij,   K_ij = A_ii⁻¹Λ₁'C_ijΛ
 * </pre>
 * over the levels i of the first factor that j meets, {@code C_ij = Z̃_i'Z̃_j}.
 */
final class DiagonalBlocks {

    private final LevelProducts one;
    private final LevelProducts own;
    private final Meetings meetings;
    private final int q1;
    private final int q;
    private final double[] r;
    private final double[] t;
    /** Per level {@code Σ_i (C_ijΛ − G_iΛ₁K_ij)[a,c] K_ij[b,d]}, by which Λ₁ moves D; q₁q₁qq, a fastest, then b, c, d. */
    private final double[] moves;

    DiagonalBlocks(LevelProducts one, LevelProducts own, Meetings meetings) {
        this.one = one;
        this.own = own;
        this.meetings = meetings;
        q1 = one.q();
        q = own.q();
        r = new double[own.g().length];
        t = new double[own.g().length];
        moves = new double[Math.multiplyExact(own.g().length, q1 * q1)];
    }

    /** R level by level; shared. */
    double[] factors() {
        return r;
    }

    /**
     * Forms and factors all blocks.
     *
     * @param h {@code A_ii⁻¹Λ₁'} level by level
     * @return {@code Σ log|D_j|}, NaN where one is not positive definite
     */
    double form(double[] h, double[] firstLambda, double[] lambda) {
        return Ranges.sums(own.levels(), 1, (from, to, sum) -> {
            Work work = new Work();
            for (int level = from; level < to; level++) {
                sum[0] += form(level, h, firstLambda, lambda, work);
            }
        })[0];
    }

    /** Products of one pair of levels. */
    private final class Work {
        private final double[] product = new double[q1 * q];
        private final double[] k = new double[q1 * q];
        private final double[] moved = new double[q1 * q];
        private final double[] rest = new double[q1 * q];
        private final double[] sum = new double[q * q];
    }

    private double form(int level, double[] h, double[] firstLambda, double[] lambda, Work work) {
        int at = level * q * q;
        Arrays.fill(work.sum, 0);
        SmallProducts.multiply(1, own.g(), at, lambda, 0, work.sum, q, q, q);
        Arrays.fill(moves, at * q1 * q1, (at + q * q) * q1 * q1, 0);
        for (int e = meetings.start()[level]; e < meetings.start()[level + 1]; e++) {
            int block = e * q * q1;
            int partner = meetings.partner()[e] * q1 * q1;
            Arrays.fill(work.product, 0);
            SmallProducts.transposedMultiply(1, meetings.products(), block, lambda, 0, work.product, q1, q, q);
            Arrays.fill(work.k, 0);
            SmallProducts.multiply(1, h, partner, work.product, 0, work.k, q1, q1, q);
            Arrays.fill(work.moved, 0);
            SmallProducts.multiply(1, firstLambda, 0, work.k, 0, work.moved, q1, q1, q);
            SmallProducts.multiply(-1, meetings.products(), block, work.moved, 0, work.sum, q, q1, q);
            System.arraycopy(work.product, 0, work.rest, 0, work.rest.length);
            SmallProducts.multiply(-1, one.g(), partner, work.moved, 0, work.rest, q1, q1, q);
            addOuter(work, at * q1 * q1);
        }
        System.arraycopy(work.sum, 0, t, at, q * q);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = i == j ? 1 : 0;
                for (int b = i; b < q; b++) {
                    sum += lambda[b + i * q] * work.sum[b + j * q];
                }
                r[at + i + j * q] = i < j ? 0 : sum;
            }
        }
        return SmallCholesky.factor(r, at, q, q) ? SmallCholesky.logDet(r, at, q, q) : Double.NaN;
    }

    private void addOuter(Work work, int at) {
        int next = at;
        for (int d = 0; d < q; d++) {
            for (int c = 0; c < q; c++) {
                for (int b = 0; b < q1; b++) {
                    for (int a = 0; a < q1; a++) {
                        moves[next++] += work.rest[a + c * q1] * work.k[b + d * q1];
                    }
                }
            }
        }
    }

    /** Adds the derivative of {@code Σ log|D_j|} by the factor's own Λ and by Λ₁. */
    void addLogDetDerivative(double[] dOwn, double[] dFirst) {
        double[] both = Ranges.sums(own.levels(), q * q + q1 * q1, (from, to, sum) -> {
            double[] inverse = new double[q * q];
            double[] factor = new double[q * q];
            for (int level = from; level < to; level++) {
                System.arraycopy(r, level * q * q, factor, 0, q * q);
                SmallCholesky.invert(factor, 0, q, inverse, 0);
                add(level, inverse, sum, 0, q * q, 1);
            }
        });
        SchurComplement.add(both, dOwn);
        SchurComplement.add(Arrays.copyOfRange(both, q * q, both.length), dFirst);
    }

    /** What a derivative by D adds to those by the factor's own Λ and by Λ₁, whose entries lie a stride apart. */
    private void add(int level, double[] bar, double[] sum, int atOwn, int atFirst, int stride) {
        int at = level * q * q;
        for (int b = 0; b < q; b++) {
            for (int c = 0; c < q; c++) {
                for (int a = 0; a < q; a++) {
                    sum[atOwn + (a + b * q) * stride] += 2 * t[at + a + c * q] * bar[c + b * q];
                }
            }
        }
        int next = at * q1 * q1;
        for (int e = 0; e < q * q; e++) {
            for (int f = 0; f < q1 * q1; f++) {
                sum[atFirst + f * stride] -= 2 * bar[e] * moves[next++];
            }
        }
    }

    /**
     * The same of a derivative by R, R̄: that by D is ½ R⁻ᵀ(Φ + Φ')R⁻¹, Φ the lower half of {@code R'R̄} (Murray 2016,
     * arXiv 1602.07527).
     *
     * @param bar R̄, lower triangular; overwritten
     */
    void addFactorDerivative(int level, double[] bar, double[] sum, int atOwn, int atFirst, int stride) {
        int at = level * q * q;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double product = 0;
                for (int k = i; k < q; k++) {
                    product += r[at + k + i * q] * bar[k + j * q];
                }
                bar[i + j * q] = 0.5 * product;
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < j; i++) {
                bar[i + j * q] = bar[j + i * q];
            }
        }
        SmallCholesky.solveLowerTransposed(r, at, q, q, bar, 0, q, q);
        transpose(bar);
        SmallCholesky.solveLowerTransposed(r, at, q, q, bar, 0, q, q);
        transpose(bar);
        add(level, bar, sum, atOwn, atFirst, stride);
    }

    private void transpose(double[] matrix) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < j; i++) {
                double swap = matrix[i + j * q];
                matrix[i + j * q] = matrix[j + i * q];
                matrix[j + i * q] = swap;
            }
        }
    }
}
