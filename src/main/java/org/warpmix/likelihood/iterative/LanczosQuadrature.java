package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.linalg.SymmetricEigen;

/**
 * {@code z'log(Ŝ)z} from the tridiagonal matrix of a Lanczos process that starts at z: Gauss quadrature with the matrix's
 * eigenvalues as nodes (Golub and Welsch 1969, doi:10.1090/S0025-5718-69-99647-1), and its derivative as quadratic forms.
 *
 * <p>The derivative is {@code ∫₀¹ w_s' dŜ w_s ds} with {@code w_s = ((1−s)I + sŜ)⁻¹z}; over the Krylov space with the Ritz vectors
 * v_a that is {@code Σ_ab G_ab v_a' dŜ v_b}, G made of divided differences of the logarithm, of low rank.
 */
final class LanczosQuadrature {

    private static final double NEGLIGIBLE = 1e-10;

    private final double square;
    private final double first;
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
        first = k == 0 ? 1 : diagonal[0];
        values = spectrum.values();
        vectors = spectrum.vectors();
    }

    /** {@code z'log(Ŝ)z}; NaN where an eigenvalue is not positive. */
    double logarithm() {
        double sum = 0;
        int k = values.length;
        for (int a = 0; a < k; a++) {
            sum += square * vectors[a * k] * vectors[a * k] * Math.log(values[a]);
        }
        return sum;
    }

    /** {@code z'(Ŝ − I)z}. */
    double shift() {
        return square * (first - 1);
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
