package org.warpmix.linalg;

import java.util.Arrays;

/** {@link Lapack} in plain Java, on a copy whose columns are arrays of their own: see {@link Columns}. */
final class JavaLapack implements Lapack {

    static final JavaLapack INSTANCE = new JavaLapack();

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
            Columns.subtract(column, l, 0, factors, j, j, n);
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
                factors[k - j] = -rows[k][j];
            }
            Columns.subtract(column, rows, j, factors, n - j, j, n);
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
            Columns.subtract(row, rows, 0, factors, i, 0, i);
            row[i] = scale;
            rows[i] = row;
        }
        return rows;
    }

    @Override
    public String name() {
        return "Java";
    }
}
