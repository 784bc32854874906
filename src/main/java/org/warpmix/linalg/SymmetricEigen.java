package org.warpmix.linalg;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations.
 *
 * <p>Golub and Van Loan, Matrix Computations (4th ed.), section 8.5: every eigenvalue of a positive
 * semi-definite matrix comes out with an error small relative to the matrix norm, which is what deciding
 * about singularity needs.
 */
public final class SymmetricEigen {

    private static final int SWEEPS = 60;

    private final double[] values;
    private final double[] vectors;

    private SymmetricEigen(double[] values, double[] vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /**
     * Decomposes {@code A = V diag(values) V'}.
     *
     * @param a n×n column-major, symmetric; not modified
     */
    public static SymmetricEigen of(double[] a, int n) {
        double[] s = a.clone();
        double[] v = new double[n * n];
        for (int i = 0; i < n; i++) {
            v[i + i * n] = 1;
        }
        for (int sweep = 0; sweep < SWEEPS && offDiagonal(s, n) > 0; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(s, v, n, p, q);
                }
            }
        }
        return sorted(s, v, n);
    }

    /** Eigenvalues, ascending. */
    public double[] values() {
        return values.clone();
    }

    /** Eigenvectors, n×n column-major, in the order of {@link #values}. */
    public double[] vectors() {
        return vectors.clone();
    }

    private static double offDiagonal(double[] s, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < j; i++) {
                sum += Math.abs(s[i + j * n]);
            }
        }
        return sum;
    }

    private static void rotate(double[] s, double[] v, int n, int p, int q) {
        double apq = s[p + q * n];
        double app = s[p + p * n];
        double aqq = s[q + q * n];
        if (Math.abs(apq) <= 0x1p-54 * Math.sqrt(Math.abs(app * aqq)) || apq == 0) {
            s[p + q * n] = 0;
            s[q + p * n] = 0;
            return;
        }
        double tau = (aqq - app) / (2 * apq);
        double t = Math.copySign(1, tau) / (Math.abs(tau) + Math.hypot(1, tau));
        double c = 1 / Math.hypot(1, t);
        double sine = t * c;
        for (int k = 0; k < n; k++) {
            double skp = s[k + p * n];
            double skq = s[k + q * n];
            s[k + p * n] = c * skp - sine * skq;
            s[k + q * n] = sine * skp + c * skq;
        }
        for (int k = 0; k < n; k++) {
            double spk = s[p + k * n];
            double sqk = s[q + k * n];
            s[p + k * n] = c * spk - sine * sqk;
            s[q + k * n] = sine * spk + c * sqk;
            double vkp = v[k + p * n];
            double vkq = v[k + q * n];
            v[k + p * n] = c * vkp - sine * vkq;
            v[k + q * n] = sine * vkp + c * vkq;
        }
        s[p + q * n] = 0;
        s[q + p * n] = 0;
    }

    private static SymmetricEigen sorted(double[] s, double[] v, int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int k = i;
            for (; k > 0 && s[order[k - 1] + order[k - 1] * n] > s[i + i * n]; k--) {
                order[k] = order[k - 1];
            }
            order[k] = i;
        }
        double[] values = new double[n];
        double[] vectors = new double[n * n];
        for (int j = 0; j < n; j++) {
            values[j] = s[order[j] + order[j] * n];
            System.arraycopy(v, order[j] * n, vectors, j * n, n);
        }
        return new SymmetricEigen(values, vectors);
    }
}
