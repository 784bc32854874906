package org.warpmix.linalg;

import java.util.Arrays;

/** {@link Lapack} in plain Java, on a copy whose columns are arrays of their own: see {@link Columns}. */
final class JavaLapack implements Lapack {

    static final JavaLapack INSTANCE = new JavaLapack();

    /** Rows taken at once where each is longer than the one before. */
    private static final int STEP = 8;

    private JavaLapack() {}

    @Override
    public boolean factor(double[] a, int n, int ld) {
        double[][] l = new double[n][];
        double[] factors = new double[n];
        for (int j = 0; j < n; j++) {
            double[] column = new double[n];
            l[j] = column;
            System.arraycopy(a, j * ld + j, column, j, n - j);
            for (int k = 0; k < j; k++) {
                factors[k] = l[k][j];
            }
            Columns.subtract(column, l, 0, factors, 0, j, j, n);
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
            System.arraycopy(column, j, a, j * ld + j, n - j);
        }
        return true;
    }

    @Override
    public void invert(double[] a, int n, int ld) {
        // L⁻¹ by rows; then (L L')⁻¹ = Σ_k (row k)'(row k), whose column j takes in the rows from j on
        double[][] rows = inverseRows(a, n, ld);
        double[] column = new double[n];
        double[] factors = new double[n];
        for (int j = 0; j < n; j++) {
            Arrays.fill(column, j, n, 0);
            for (int k = j; k < n; k++) {
                factors[k] = -rows[k][j];
            }
            for (int k = j; k < n; k += STEP) { // row k ends at its diagonal
                int end = Math.min(k + STEP, n);
                Columns.subtract(column, rows, k, factors, k, end - k, j, end);
            }
            System.arraycopy(column, j, a, j * ld + j, n - j);
        }
    }

    private static double[][] inverseRows(double[] l, int n, int ld) {
        double[][] rows = new double[n][];
        double[] factors = new double[n];
        for (int i = 0; i < n; i++) {
            double[] row = new double[n];
            double scale = 1 / l[i + i * ld];
            for (int k = 0; k < i; k++) {
                factors[k] = l[i + k * ld] * scale;
            }
            for (int k = 0; k < i; k += STEP) {
                int end = Math.min(k + STEP, i);
                Columns.subtract(row, rows, k, factors, k, end - k, 0, end);
            }
            row[i] = scale;
            rows[i] = row;
        }
        return rows;
    }

    /** Few enough that they stay in the first level of cache while the columns pass by. */
    @Override
    public int panelRows() {
        return 32;
    }

    @Override
    public void subtractProducts(double[][] rows, int count, int from, double[][] a, int n) {
        double[] factors = new double[count];
        for (int j = from; j < n; j++) {
            for (int r = 0; r < count; r++) {
                factors[r] = rows[r][j];
            }
            Columns.subtract(a[j], rows, 0, factors, 0, count, j, n);
        }
    }

    @Override
    public void multiply(double[][] rows, int count, int from, double[][] t, int n, double[][] products) {
        for (int r = 0; r < count; r++) {
            Arrays.fill(products[r], from, n, 0);
        }
        for (int block = from; block < n; block += panelRows()) {
            int end = Math.min(block + panelRows(), n);
            for (int r = 0; r < count; r++) {
                for (int j = block; j < end; j += 4) {
                    Columns.subtract(products[r], t, j, rows[r], j, Math.min(4, end - j), j, n);
                }
            }
        }
    }

    @Override
    public String name() {
        return "Java";
    }
}
