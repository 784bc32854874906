package org.warpmix.model;

import java.util.Arrays;

/**
 * Polynomials orthonormal over a set of points, by the three-term recurrence
 * {@code p_{k+1}(x) = (x − α_k) p_k(x) − (ν_k / ν_{k−1}) p_{k−1}(x)}, ν_k the sum of squares of p_k (Forsythe
 * 1957, J. SIAM 5(2)). The leading coefficients are positive; the constant is left out.
 *
 * @param center subtracted from every point, for accuracy
 * @param alpha α_0 … α_{d−1}, of the centred points
 * @param squares ν_0 … ν_d
 */
record Polynomial(double center, double[] alpha, double[] squares) {

    /** Polynomials of degree 1 to d over the points, which must have more than d distinct values. */
    static Polynomial fit(double[] points, int degree) {
        int n = points.length;
        double center = Statistics.mean(points);
        double[] alpha = new double[degree];
        double[] squares = new double[degree + 1];
        squares[0] = n;
        double[] before = new double[n];
        double[] current = new double[n];
        Arrays.fill(current, 1);
        for (int k = 0; k < degree; k++) {
            double weighted = 0;
            for (int i = 0; i < n; i++) {
                weighted += (points[i] - center) * current[i] * current[i];
            }
            alpha[k] = weighted / squares[k];
            double ratio = k == 0 ? 0 : squares[k] / squares[k - 1];
            double sum = 0;
            for (int i = 0; i < n; i++) {
                double next = (points[i] - center - alpha[k]) * current[i] - ratio * before[i];
                before[i] = next;
                sum += next * next;
            }
            double[] swap = before;
            before = current;
            current = swap;
            squares[k + 1] = sum;
        }
        return new Polynomial(center, alpha, squares);
    }

    /** The raw polynomials: x, x² … */
    static double[][] powers(double[] points, int degree) {
        double[][] powers = new double[degree][];
        powers[0] = points;
        for (int k = 1; k < degree; k++) {
            powers[k] = new double[points.length];
            for (int i = 0; i < points.length; i++) {
                powers[k][i] = powers[k - 1][i] * points[i];
            }
        }
        return powers;
    }

    /** The values at some points, one column per degree. */
    double[][] columns(double[] points) {
        int n = points.length;
        int degree = alpha.length;
        double[][] columns = new double[degree][n];
        for (int i = 0; i < n; i++) {
            double x = points[i] - center;
            double before = 0;
            double current = 1;
            for (int k = 0; k < degree; k++) {
                double next = (x - alpha[k]) * current - (k == 0 ? 0 : squares[k] / squares[k - 1]) * before;
                before = current;
                current = next;
                columns[k][i] = next;
            }
        }
        for (int k = 0; k < degree; k++) {
            double norm = Math.sqrt(squares[k + 1]);
            for (int i = 0; i < n; i++) {
                columns[k][i] /= norm;
            }
        }
        return columns;
    }
}
