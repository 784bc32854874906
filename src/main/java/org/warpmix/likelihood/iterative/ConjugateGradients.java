package org.warpmix.likelihood.iterative;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Conjugate gradients for {@code Ŝ X = B}, all columns in one block, each with its own scalars, so that a pass over the
 * meetings serves all. From the scalars come the tridiagonal matrices of the Lanczos process that starts at the columns of B,
 * and from the residuals its basis: Golub and Van Loan, Matrix Computations (4th ed.), section 11.3.
 */
final class ConjugateGradients {

    private static final int LIMIT = 2000;

    private final SchurComplement schur;
    private final int rows;
    private final int m;
    private final double tolerance;
    private final double[] x;
    private final double[] r;
    private final double[] p;
    private final double[] image;
    private final double[] y;
    private final SchurComplement.Extension extension;
    private final List<double[]> residuals = new ArrayList<>();
    private final List<double[]> alphas = new ArrayList<>();
    private final List<double[]> betas = new ArrayList<>();
    private final int[] steps;
    private double[] squares;
    private final double[] startSquares;

    /**
     * Runs until every residual is below the tolerance times its column of B, or for 2000 steps.
     *
     * @param b an entry for each column, row by row; kept and overwritten
     * @param keep whether the basis will be asked for
     */
    ConjugateGradients(
            SchurComplement schur,
            double[] b,
            int rows,
            int columns,
            double tolerance,
            boolean keep,
            SchurComplement.Extension extension) {
        this.schur = schur;
        this.rows = rows;
        this.m = columns;
        this.tolerance = tolerance;
        this.extension = extension;
        x = new double[b.length];
        r = b;
        p = b.clone();
        image = new double[b.length];
        y = new double[b.length];
        steps = new int[m];
        startSquares = Ranges.sums(rows, m, (from, to, sum) -> dots(r, r, from, to, sum));
        squares = startSquares.clone();
        boolean[] active = new boolean[m];
        for (int c = 0; c < m; c++) {
            active[c] = squares[c] > 0;
        }
        while (any(active) && alphas.size() < LIMIT) {
            if (keep) {
                residuals.add(r.clone());
            }
            step(active);
        }
    }

    private static boolean any(boolean[] active) {
        for (boolean one : active) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private void step(boolean[] active) {
        schur.unscale(p, y, m);
        schur.extend(y, null, null, extension);
        schur.scale(y, extension.t, image, m);
        double[] curvature = Ranges.sums(rows, m, (from, to, sum) -> dots(p, image, from, to, sum));
        double[] alpha = new double[m];
        double[] beta = new double[m];
        for (int c = 0; c < m; c++) {
            alpha[c] = active[c] && curvature[c] > 0 ? squares[c] / curvature[c] : 0;
        }
        double[] next = Ranges.sums(rows, m, (from, to, sum) -> {
            for (int i = from; i < to; i++) {
                for (int c = 0, at = i * m; c < m; c++, at++) {
                    x[at] += alpha[c] * p[at];
                    r[at] -= alpha[c] * image[at];
                    sum[c] += r[at] * r[at];
                }
            }
        });
        for (int c = 0; c < m; c++) {
            if (active[c]) {
                steps[c]++;
                beta[c] = next[c] / squares[c];
                active[c] = alpha[c] > 0 && next[c] > tolerance * tolerance * startSquares[c];
            }
        }
        squares = next;
        alphas.add(alpha);
        betas.add(beta);
        Ranges.each(rows, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int c = 0, at = i * m; c < m; c++, at++) {
                    p[at] = r[at] + beta[c] * p[at];
                }
            }
        });
    }

    private void dots(double[] a, double[] b, int from, int to, double[] sum) {
        for (int i = from; i < to; i++) {
            for (int c = 0, at = i * m; c < m; c++, at++) {
                sum[c] += a[at] * b[at];
            }
        }
    }

    /** X, row by row; shared. */
    double[] solution() {
        return x;
    }

    /** Number of columns. */
    int columns() {
        return m;
    }

    /** Length of a column of B. */
    double startLength(int c) {
        return Math.sqrt(startSquares[c]);
    }

    /** The largest residual relative to its column of B. */
    double residual() {
        double largest = 0;
        for (int c = 0; c < m; c++) {
            if (startSquares[c] > 0) {
                largest = Math.max(largest, Math.sqrt(squares[c] / startSquares[c]));
            }
        }
        return largest;
    }

    /** How many steps the slowest column took. */
    int steps() {
        return Arrays.stream(steps).max().orElse(0);
    }

    /** The quadrature that a column's Lanczos process gives. */
    LanczosQuadrature quadrature(int c) {
        int k = steps[c];
        double[] diagonal = new double[k];
        double[] beside = new double[Math.max(0, k - 1)];
        for (int i = 0; i < k; i++) {
            double alpha = alphas.get(i)[c];
            diagonal[i] = 1 / alpha;
            if (i > 0) {
                diagonal[i] += betas.get(i - 1)[c] / alphas.get(i - 1)[c];
            }
            if (i < k - 1) {
                beside[i] = -Math.sqrt(betas.get(i)[c]) / alpha;
            }
        }
        return new LanczosQuadrature(diagonal, beside, startSquares[c]);
    }

    /**
     * Combinations of the bases of the last columns: {@code Σ_k V_k weights[c][k]} for the c-th of them, V_k its residual of
     * step k at length one.
     *
     * @param out overwritten
     */
    void combine(double[][] weights, double[] out) {
        int count = weights.length;
        int skipped = m - count;
        double[][] factors = new double[residuals.size()][count];
        double[] square = startSquares.clone();
        for (int k = 0; k < factors.length; k++) {
            for (int c = 0; c < count; c++) {
                boolean used = k < weights[c].length && square[skipped + c] > 0;
                factors[k][c] = used ? weights[c][k] / Math.sqrt(square[skipped + c]) : 0;
                square[skipped + c] *= betas.get(k)[skipped + c];
            }
        }
        Ranges.each(rows, (from, to) -> {
            Arrays.fill(out, from * count, to * count, 0);
            for (int k = 0; k < factors.length; k++) {
                double[] residual = residuals.get(k);
                double[] factor = factors[k];
                for (int i = from; i < to; i++) {
                    for (int c = 0; c < count; c++) {
                        out[i * count + c] += factor[c] * residual[i * m + skipped + c];
                    }
                }
            }
        });
    }
}
