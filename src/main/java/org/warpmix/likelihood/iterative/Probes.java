package org.warpmix.likelihood.iterative;

import org.warpmix.crossprod.LevelProducts;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.random.Philox;

/**
 * The vectors of a trace: {@code tr F = Σ_i q_i'Fq_i + E[z'(I−QQ')F(I−QQ')z]}, Q fixed and orthonormal, z random signs.
 *
 * <p>Q has a vector for each random effect of each core factor: that which is the same for all levels, {@code L_j'e_a} with
 * {@code L_jL_j' = I + G_j}. Crossed factors hold such a direction in common, along which Ŝ nearly vanishes where the variances
 * are large; its logarithm would scatter most.
 */
final class Probes {

    private static final int SIGNS = 128;

    private final int rows;
    private final int fixed;
    private final int random;
    private final long seed;
    /** Q, column by column. */
    private final double[][] q;

    Probes(Structure structure, IterativeOptions options) {
        rows = structure.rows();
        random = options.probes();
        seed = options.seed();
        int count = 0;
        for (int f : structure.core) {
            count += structure.factors.get(f).q();
        }
        fixed = Math.min(count, rows);
        q = new double[fixed][rows];
        int next = 0;
        for (int i = 0; i < structure.core.length; i++) {
            LevelProducts factor = structure.factors.get(structure.core[i]);
            for (int a = 0; a < factor.q() && next < fixed; a++) {
                fill(factor, a, structure.start[i], q[next++]);
            }
        }
        orthonormalise();
    }

    private static void fill(LevelProducts factor, int a, int start, double[] column) {
        int q = factor.q();
        double[] l = new double[q * q];
        for (int level = 0; level < factor.levels(); level++) {
            System.arraycopy(factor.g(), level * q * q, l, 0, q * q);
            for (int b = 0; b < q; b++) {
                l[b * (q + 1)] += 1;
            }
            SmallCholesky.factor(l, 0, q, q);
            for (int b = 0; b <= a; b++) {
                column[start + level * q + b] = l[a + b * q];
            }
        }
    }

    /** Gram and Schmidt's, twice; a column without a direction of its own becomes zero. */
    private void orthonormalise() {
        for (int j = 0; j < fixed; j++) {
            double before = dot(q[j], q[j]);
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < j; i++) {
                    double share = dot(q[i], q[j]);
                    for (int r = 0; r < rows; r++) {
                        q[j][r] -= share * q[i][r];
                    }
                }
            }
            double square = dot(q[j], q[j]);
            double scale = square > 1e-20 * before ? 1 / Math.sqrt(square) : 0;
            for (int r = 0; r < rows; r++) {
                q[j][r] *= scale;
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int r = 0; r < a.length; r++) {
            sum += a[r] * b[r];
        }
        return sum;
    }

    /** Number of vectors, the fixed ones first. */
    int count() {
        return fixed + random;
    }

    /** Number of those that are fixed. */
    int fixed() {
        return fixed;
    }

    /**
     * Writes some of the vectors side by side.
     *
     * @param block entry c of row i is at {@code i·columns + at + c}
     */
    void fill(int from, int to, double[] block, int columns, int at) {
        Ranges.each(to - from, (first, end) -> {
            for (int c = first; c < end; c++) {
                double[] vector = from + c < fixed ? q[from + c] : signs(from + c - fixed);
                for (int r = 0; r < rows; r++) {
                    block[r * columns + at + c] = vector[r];
                }
            }
        });
    }

    private double[] signs(int number) {
        double[] z = new double[rows];
        long[] bits = new long[2];
        for (int r = 0; r < rows; r++) {
            if (r % SIGNS == 0) {
                Philox.block(seed, r / SIGNS, 0, number, bits);
            }
            z[r] = (bits[r % SIGNS / 64] >>> r % 64 & 1) == 0 ? 1 : -1;
        }
        for (double[] direction : q) {
            double share = dot(direction, z);
            for (int r = 0; r < rows; r++) {
                z[r] -= share * direction[r];
            }
        }
        return z;
    }
}
