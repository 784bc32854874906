package org.warpmix.linalg;

/**
 * Cholesky factors and triangular solves for the small blocks of a likelihood, in place on flat arrays.
 *
 * <p>Matrices are column-major: entry (i, j) of a matrix with leading dimension {@code ld} that starts at
 * {@code at} is {@code a[at + i + j*ld]}. Only lower triangles are read and written. Plain loops: for the
 * large factorisations see {@link Lapack}.
 */
public final class SmallCholesky {

    private SmallCholesky() {}

    /**
     * Factors {@code A = L L'} in place.
     *
     * @param a the lower triangle of A on entry, L on return
     * @return whether A was positive definite; when not, the content of {@code a} is of no use
     */
    public static boolean factor(double[] a, int at, int n, int ld) {
        for (int j = 0; j < n; j++) {
            int columnJ = at + j * ld;
            double pivot = a[columnJ + j];
            if (!(pivot > 0) || pivot == Double.POSITIVE_INFINITY) {
                return false;
            }
            double root = Math.sqrt(pivot);
            a[columnJ + j] = root;
            double scale = 1 / root;
            for (int i = j + 1; i < n; i++) {
                a[columnJ + i] *= scale;
            }
            for (int k = j + 1; k < n; k++) {
                double factor = a[columnJ + k];
                int columnK = at + k * ld;
                for (int i = k; i < n; i++) {
                    a[columnK + i] -= factor * a[columnJ + i];
                }
            }
        }
        return true;
    }

    /**
     * Solves {@code L X = B} in place.
     *
     * @param l the factor, n×n, starting at {@code atL} with leading dimension {@code ldL}; not modified
     * @param b n×columns, starting at {@code atB} with leading dimension {@code ldB}; overwritten by X
     */
    public static void solveLower(double[] l, int atL, int n, int ldL, double[] b, int atB, int columns, int ldB) {
        for (int c = 0; c < columns; c++) {
            int columnC = atB + c * ldB;
            for (int j = 0; j < n; j++) {
                double x = b[columnC + j] / l[atL + j + j * ldL];
                b[columnC + j] = x;
                for (int i = j + 1; i < n; i++) {
                    b[columnC + i] -= x * l[atL + i + j * ldL];
                }
            }
        }
    }

    /** Solves {@code L' X = B} in place; arguments as in {@link #solveLower}. */
    public static void solveLowerTransposed(
            double[] l, int atL, int n, int ldL, double[] b, int atB, int columns, int ldB) {
        for (int c = 0; c < columns; c++) {
            int columnC = atB + c * ldB;
            for (int j = n - 1; j >= 0; j--) {
                double x = b[columnC + j];
                for (int i = j + 1; i < n; i++) {
                    x -= b[columnC + i] * l[atL + i + j * ldL];
                }
                b[columnC + j] = x / l[atL + j + j * ldL];
            }
        }
    }

    /**
     * Writes {@code (L L')⁻¹}, both triangles.
     *
     * @param l the factor, n×n packed without gaps, starting at {@code atL}; not modified
     * @param inverse n×n, starting at {@code atInverse}; overwritten
     */
    public static void invert(double[] l, int atL, int n, double[] inverse, int atInverse) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                inverse[atInverse + i + j * n] = i == j ? 1 : 0;
            }
        }
        solveLower(l, atL, n, n, inverse, atInverse, n, n);
        solveLowerTransposed(l, atL, n, n, inverse, atInverse, n, n);
    }

    /** {@code log|L L'| = 2 Σ log L_jj}. */
    public static double logDet(double[] l, int at, int n, int ld) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += Math.log(l[at + j + j * ld]);
        }
        return 2 * sum;
    }
}
