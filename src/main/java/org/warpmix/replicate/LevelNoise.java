package org.warpmix.replicate;

import org.warpmix.linalg.SmallCholesky;
import org.warpmix.linalg.SymmetricEigen;

/**
 * What the random effects and the residual add to the response within the span of one level's Z̃, as a few standard normals.
 *
 * <p>With {@code G = Z'Z = H H'}, H of full column rank ρ, the noise {@code η = Zb + ε} has in the orthonormal basis
 * {@code Z H⁺'} of that span the coordinates {@code σ L z}, {@code L L' = I + H'ΦH}, z standard normal of length ρ. So
 * {@code Z'η = F z} with {@code F = σ H L}, {@code X'Pη = (Z'X)'N z} with {@code N = σ H⁺' L} and {@code η'Pη = |σ L z|²}, P the
 * projection on the span; no inverse of G or Φ is needed, either may be singular.
 *
 * @param rank ρ
 * @param inverse H⁺', q×ρ column-major: {@code G⁻ = H⁺' H⁺}
 * @param f F, q×ρ column-major
 * @param n N, q×ρ column-major
 * @param l σL, ρ×ρ column-major, lower triangular
 */
public record LevelNoise(int rank, double[] inverse, double[] f, double[] n, double[] l) {

    /**
     * Eigenvalue of G, relative to the largest, that counts as zero. One that is but rounding and passes does no harm: its χ² is
     * drawn within the span instead of outside, and Z'η moves by the square root of it.
     */
    private static final double SINGULAR = 1e-12;

    /**
     * Of levels with common G.
     *
     * @param g G at {@code at}, q×q; not modified
     * @param rows fewest rows of such a level, which bounds the rank
     * @param lambda Λ, q×q column-major
     */
    static LevelNoise of(double[] g, int at, int q, int rows, double[] lambda, double sigma) {
        double[] gram = new double[q * q];
        System.arraycopy(g, at, gram, 0, q * q);
        SymmetricEigen eigen = SymmetricEigen.of(gram, q);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        int rank = 0;
        while (rank < Math.min(q, rows)
                && values[q - 1 - rank] > 0
                && values[q - 1 - rank] > SINGULAR * values[q - 1]) {
            rank++;
        }
        double[] root = new double[q * rank];
        double[] inverse = new double[q * rank];
        for (int c = 0; c < rank; c++) {
            double length = Math.sqrt(values[q - 1 - c]);
            for (int a = 0; a < q; a++) {
                root[a + c * q] = length * vectors[a + (q - 1 - c) * q];
                inverse[a + c * q] = vectors[a + (q - 1 - c) * q] / length;
            }
        }
        double[] l = new double[rank * rank];
        for (int j = 0; j < q; j++) {
            double[] column = new double[rank]; // column j of H'Λ
            for (int c = 0; c < rank; c++) {
                for (int a = 0; a < q; a++) {
                    column[c] += root[a + c * q] * lambda[a + j * q];
                }
            }
            for (int d = 0; d < rank; d++) {
                for (int c = d; c < rank; c++) {
                    l[c + d * rank] += column[c] * column[d];
                }
            }
        }
        for (int c = 0; c < rank; c++) {
            l[c + c * rank] += 1;
        }
        SmallCholesky.factor(l, 0, rank, rank); // its eigenvalues are 1 or more
        for (int e = 0; e < l.length; e++) {
            l[e] *= sigma;
        }
        return new LevelNoise(rank, inverse, times(root, l, q, rank), times(inverse, l, q, rank), l);
    }

    /** H L for q×ρ H. */
    private static double[] times(double[] h, double[] l, int q, int rank) {
        double[] product = new double[q * rank];
        for (int c = 0; c < rank; c++) {
            for (int d = c; d < rank; d++) {
                for (int a = 0; a < q; a++) {
                    product[a + c * q] += h[a + d * q] * l[d + c * rank];
                }
            }
        }
        return product;
    }
}
