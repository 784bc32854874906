package org.warpmix.linalg;

import java.util.Arrays;

/** {@link PackedCholesky} in plain Java, on columns that are arrays of their own: see {@link Columns}. */
final class JavaCholesky implements PackedCholesky {

    /** Columns factored one after the other before the rest takes them in. */
    private static final int PANEL = 32;
    /** Columns that one piece of work has. */
    private static final int PIECE = 8;
    /** Rows that stay in the cache while a panel's columns pass by. */
    private static final int ROWS = 1024;

    private final int n;
    private final double[][] a;

    JavaCholesky(int n) {
        this.n = n;
        this.a = new double[n][n];
    }

    static double bytes(int n) {
        return 16.0 * n * n;
    }

    @Override
    public int order() {
        return n;
    }

    @Override
    public void put(int j, double[] column, int m) {
        System.arraycopy(column, j, a[j], j, m - j);
    }

    @Override
    public void get(int j, double[] column, int m) {
        System.arraycopy(a[j], j, column, j, m - j);
    }

    @Override
    public double get(int i, int j) {
        return a[j][i];
    }

    @Override
    public boolean factor() {
        double[] factors = new double[PANEL];
        for (int first = 0; first < n; first += PANEL) {
            int end = Math.min(first + PANEL, n);
            for (int j = first; j < end; j++) {
                double[] column = a[j];
                for (int k = first; k < j; k++) {
                    factors[k - first] = a[k][j];
                }
                Columns.subtract(column, a, first, factors, 0, j - first, j, n);
                double pivot = column[j];
                if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
                    return false;
                }
                double root = Math.sqrt(pivot);
                double scale = 1 / root;
                column[j] = root;
                for (int i = j + 1; i < n; i++) {
                    column[i] *= scale;
                }
            }
            takeIn(first, end);
        }
        return true;
    }

    private void takeIn(int first, int end) {
        MatrixWorkers.forEach((n - end + PIECE - 1) / PIECE, piece -> {
            double[] factors = new double[PANEL];
            int from = end + piece * PIECE;
            int to = Math.min(from + PIECE, n);
            for (int row = from; row < n; row += ROWS) {
                int last = Math.min(row + ROWS, n);
                for (int j = from; j < to; j++) {
                    for (int k = first; k < end; k++) {
                        factors[k - first] = a[k][j];
                    }
                    Columns.subtract(a[j], a, first, factors, 0, end - first, Math.max(j, row), last);
                }
            }
        });
    }

    @Override
    public void invert(int m) {
        double[][] rows = new double[m][m]; // of L⁻¹
        MatrixWorkers.forEach(m, i -> {
            // row i solves x L = e_i', from its diagonal to the left
            double[] x = rows[i];
            x[i] = 1 / a[i][i];
            for (int j = i - 1; j >= 0; j--) {
                x[j] = -Columns.dot(a[j], j + 1, x, j + 1, i - j) / a[j][j];
            }
        });
        MatrixWorkers.forEach(m, j -> {
            double[] column = a[j];
            double[] factors = new double[PIECE];
            Arrays.fill(column, j, m, 0);
            for (int k = j; k < m; k += PIECE) { // row k ends at its diagonal
                int end = Math.min(k + PIECE, m);
                for (int r = k; r < end; r++) {
                    factors[r - k] = -rows[r][j];
                }
                Columns.subtract(column, rows, k, factors, 0, end - k, j, end);
            }
        });
    }

    @Override
    public void solveLower(double[] x) {
        for (int j = 0; j < n; j++) {
            double value = x[j] / a[j][j];
            x[j] = value;
            for (int i = j + 1; i < n; i++) {
                x[i] -= value * a[j][i];
            }
        }
    }

    @Override
    public void solveLowerTransposed(double[] x) {
        for (int j = n - 1; j >= 0; j--) {
            x[j] = (x[j] - Columns.dot(a[j], j + 1, x, j + 1, n - j - 1)) / a[j][j];
        }
    }
}
