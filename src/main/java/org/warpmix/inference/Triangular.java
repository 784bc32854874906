package org.warpmix.inference;

/** Solves with an upper triangular R, p×p column-major, in place. */
final class Triangular {

    private Triangular() {}

    /** {@code R x = b}. */
    static void solve(double[] r, int p, double[] b) {
        for (int j = p - 1; j >= 0; j--) {
            b[j] /= r[j + j * p];
            for (int i = 0; i < j; i++) {
                b[i] -= r[i + j * p] * b[j];
            }
        }
    }

    /** {@code R'x = b}. */
    static void solveTransposed(double[] r, int p, double[] b) {
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < j; i++) {
                b[j] -= r[i + j * p] * b[i];
            }
            b[j] /= r[j + j * p];
        }
    }
}
