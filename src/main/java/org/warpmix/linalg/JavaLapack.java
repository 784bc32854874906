package org.warpmix.linalg;

/**
 * {@link Lapack} in plain Java: sums of four columns at a time, which the JIT compiler turns into vector
 * instructions.
 */
final class JavaLapack implements Lapack {

    static final JavaLapack INSTANCE = new JavaLapack();

    private JavaLapack() {}

    @Override
    public boolean factor(double[] a, int n, int ld) {
        for (int j = 0; j < n; j++) {
            int columnJ = j * ld;
            int k = 0;
            for (; k + 3 < j; k += 4) {
                int c = k * ld;
                subtractColumns(
                        a,
                        columnJ,
                        j,
                        n,
                        c,
                        a[c + j],
                        c + ld,
                        a[c + ld + j],
                        c + 2 * ld,
                        a[c + 2 * ld + j],
                        c + 3 * ld,
                        a[c + 3 * ld + j]);
            }
            for (; k < j; k++) {
                subtractColumn(a, columnJ, a, k * ld, a[k * ld + j], j, n);
            }
            double pivot = a[columnJ + j];
            if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
                return false;
            }
            double root = Math.sqrt(pivot);
            a[columnJ + j] = root;
            double scale = 1 / root;
            for (int i = columnJ + j + 1; i < columnJ + n; i++) {
                a[i] *= scale;
            }
        }
        return true;
    }

    @Override
    public void invert(double[] a, int n, int ld) {
        // rows of L⁻¹ are kept as columns, so that L⁻ᵀ L⁻¹ is again a sum of columns
        double[] rows = inverseRows(a, n, ld);
        for (int j = 0; j < n; j++) {
            int columnJ = j * ld;
            for (int i = j; i < n; i++) {
                a[columnJ + i] = 0;
            }
        }
        for (int k = 0; k < n; k++) {
            int row = k * n;
            for (int j = 0; j <= k; j++) {
                subtractColumn(a, j * ld, rows, row, -rows[row + j], j, k + 1);
            }
        }
    }

    private static double[] inverseRows(double[] l, int n, int ld) {
        double[] rows = new double[n * n];
        for (int i = 0; i < n; i++) {
            int rowI = i * n;
            double scale = 1 / l[i + i * ld];
            for (int k = 0; k < i; k++) {
                subtractColumn(rows, rowI, rows, k * n, l[i + k * ld], 0, k + 1);
            }
            for (int j = 0; j < i; j++) {
                rows[rowI + j] *= scale;
            }
            rows[rowI + i] = scale;
        }
        return rows;
    }

    private static void subtractColumn(
            double[] target, int atTarget, double[] source, int atSource, double factor, int from, int to) {
        for (int i = from; i < to; i++) {
            target[atTarget + i] -= factor * source[atSource + i];
        }
    }

    private static void subtractColumns(
            double[] a,
            int target,
            int from,
            int to,
            int c0,
            double f0,
            int c1,
            double f1,
            int c2,
            double f2,
            int c3,
            double f3) {
        for (int i = from; i < to; i++) {
            a[target + i] -= f0 * a[c0 + i] + f1 * a[c1 + i] + f2 * a[c2 + i] + f3 * a[c3 + i];
        }
    }

    @Override
    public String name() {
        return "Java";
    }
}
