package org.warpmix.crossprod;

/** Multiplies blocks by a basis change T: {@code T'G T}, {@code T'B} and {@code T'C S}, in place. */
final class BasisChange {

    private final double[] t;
    private final int q;
    private final double[] column;

    BasisChange(double[] t, int q) {
        this.t = t;
        this.q = q;
        this.column = new double[q];
    }

    /** {@code T'B} for q×columns B at {@code at}, column-major. */
    void left(double[] b, int at, int columns) {
        for (int k = 0; k < columns; k++) {
            int atColumn = at + k * q;
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int a = 0; a < q; a++) {
                    sum += t[a + i * q] * b[atColumn + a];
                }
                column[i] = sum;
            }
            System.arraycopy(column, 0, b, atColumn, q);
        }
    }

    /** {@code B T} for rows×q B at {@code at}, column-major. */
    void right(double[] b, int at, int rows) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < q; j++) {
                double sum = 0;
                for (int a = 0; a < q; a++) {
                    sum += b[at + i + a * rows] * t[a + j * q];
                }
                column[j] = sum;
            }
            for (int j = 0; j < q; j++) {
                b[at + i + j * rows] = column[j];
            }
        }
    }

    /** {@code T'G T} for q×q symmetric G, kept exactly symmetric. */
    void bothSides(double[] g, int at) {
        left(g, at, q);
        right(g, at, q);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < j; i++) {
                g[at + i + j * q] = g[at + j + i * q];
            }
        }
    }
}
