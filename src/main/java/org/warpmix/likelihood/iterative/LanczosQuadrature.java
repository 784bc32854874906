package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.linalg.SymmetricEigen;

/**
 * {@code z'f(Ŝ)z} with {@code f(x) = log x − (x − 1)}, from the tridiagonal matrix of a Lanczos process that starts at z: Gauss
 * quadrature with the matrix's eigenvalues as nodes (Golub and Welsch 1969), and the derivative as quadratic forms.
 *
 * <p>Ŝ has a unit diagonal, so {@code tr f(Ŝ) = log|Ŝ|}, while what scatters from probe to probe, the part off the diagonal,
 * lacks its leading term: x − 1 is a control variate that costs nothing. The derivative of {@code z'log(Ŝ)z} is
 * {@code ∫₀¹ w_s' dŜ w_s ds} with {@code w_s = ((1−s)I + sŜ)⁻¹z}; over the Krylov space that is
 * {@code Σ_ab G_ab v_a' dŜ v_b}, G the divided differences of the logarithm, of low rank.
 */
final class LanczosQuadrature {

    private static final double NEGLIGIBLE = 1e-12;

    private final double square;
    private final double[] values;
    /** Eigenvectors, k×k. */
    private final double[] vectors;

    /**
     * @param beside entries beside the diagonal
     * @param square z'z
     */
    LanczosQuadrature(double[] diagonal, double[] beside, double square) {
        int k = diagonal.length;
        double[] matrix = new double[k * k];
        for (int i = 0; i < k; i++) {
            matrix[i * (k + 1)] = diagonal[i];
            if (i < k - 1) {
                matrix[i + 1 + i * k] = beside[i];
                matrix[i + (i + 1) * k] = beside[i];
            }
        }
        SymmetricEigen spectrum = SymmetricEigen.of(matrix, k);
        this.square = square;
        values = spectrum.values();
        vectors = spectrum.vectors();
    }

    /** {@code z'f(Ŝ)z}; NaN where an eigenvalue is not positive. */
    double value() {
        double sum = 0;
        int k = values.length;
        for (int a = 0; a < k; a++) {
            double first = vectors[a * k];
            sum += square * first * first * (Math.log(values[a]) - (values[a] - 1));
        }
        return sum;
    }

    /** Smallest eigenvalue. */
    double smallest() {
        return values.length == 0 ? 1 : values[0];
    }

    /** How many vectors make up the derivative of {@code z'log(Ŝ)z}, and their weights on the basis. */
    double[][] derivative() {
        int k = values.length;
        double[][] g = new double[k][k];
        double trace = 0;
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                g[a][b] = square * vectors[a * k] * vectors[b * k] * divided(values[a], values[b]);
            }
            trace += g[a][a];
        }
        double[][] forms = new double[k][];
        int rank = 0;
        for (; rank < k; rank++) { // Cholesky with pivots
            int pivot = 0;
            double left = 0;
            for (int a = 0; a < k; a++) {
                left += g[a][a];
                pivot = g[a][a] > g[pivot][pivot] ? a : pivot;
            }
            if (!(left > NEGLIGIBLE * trace) || !(g[pivot][pivot] > 0)) {
                break;
            }
            double root = Math.sqrt(g[pivot][pivot]);
            double[] column = new double[k];
            for (int a = 0; a < k; a++) {
                column[a] = g[a][pivot] / root;
            }
            for (int a = 0; a < k; a++) {
                for (int b = 0; b < k; b++) {
                    g[a][b] -= column[a] * column[b];
                }
            }
            double[] form = new double[k];
            for (int a = 0; a < k; a++) {
                for (int i = 0; i < k; i++) {
                    form[i] += vectors[i + a * k] * column[a];
                }
            }
            forms[rank] = form;
        }
        return Arrays.copyOf(forms, rank);
    }

    /** {@code (log a − log b)/(a − b)}. */
    private static double divided(double a, double b) {
        double x = (a - b) / b;
        return Math.abs(x) < 1e-4 ? (1 - x / 2 + x * x / 3) / b : Math.log1p(x) / (a - b);
    }
}
