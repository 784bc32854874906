package org.warpmix.likelihood.iterative;

/**
 * A small matrix times the q rows of one level of a block of vectors, whose entry c of row i is at {@code i·columns + c}.
 * Matrices are q×q column-major.
 */
final class Lanes {

    private Lanes() {}

    /** {@code out += factor x} for one row. */
    static void add(double factor, double[] x, int at, double[] out, int to, int columns) {
        for (int c = 0; c < columns; c++) {
            out[to + c] += factor * x[at + c];
        }
    }

    /** {@code out += scale M x}. */
    static void addProduct(
            double scale, double[] m, int atM, int q, double[] x, int at, double[] out, int to, int columns) {
        for (int b = 0; b < q; b++) {
            for (int a = 0; a < q; a++) {
                double entry = m[atM + a + b * q];
                if (entry != 0) {
                    add(scale * entry, x, at + b * columns, out, to + a * columns, columns);
                }
            }
        }
    }

    /** {@code out += M'x}. */
    static void addTransposed(double[] m, int q, double[] x, int at, double[] out, int to, int columns) {
        for (int b = 0; b < q; b++) {
            for (int a = 0; a < q; a++) {
                double entry = m[a + b * q];
                if (entry != 0) {
                    add(entry, x, at + a * columns, out, to + b * columns, columns);
                }
            }
        }
    }

    /** Solves {@code R x = b} in place, R lower triangular. */
    static void solveLower(double[] r, int atR, int q, double[] x, int at, int columns) {
        for (int a = 0; a < q; a++) {
            for (int b = 0; b < a; b++) {
                add(-r[atR + a + b * q], x, at + b * columns, x, at + a * columns, columns);
            }
            divide(x, at + a * columns, r[atR + a * (q + 1)], columns);
        }
    }

    /** Solves {@code R'x = b} in place, R lower triangular. */
    static void solveTransposed(double[] r, int atR, int q, double[] x, int at, int columns) {
        for (int a = q - 1; a >= 0; a--) {
            for (int b = a + 1; b < q; b++) {
                add(-r[atR + b + a * q], x, at + b * columns, x, at + a * columns, columns);
            }
            divide(x, at + a * columns, r[atR + a * (q + 1)], columns);
        }
    }

    private static void divide(double[] x, int at, double by, int columns) {
        for (int c = 0; c < columns; c++) {
            x[at + c] /= by;
        }
    }
}
