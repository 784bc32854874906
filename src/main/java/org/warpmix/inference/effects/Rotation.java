package org.warpmix.inference.effects;

import java.util.Arrays;

/** Householder rotations of rows. Golub and Van Loan, Matrix Computations (4th ed.), algorithm 5.2.1. */
final class Rotation {

    private Rotation() {}

    /**
     * Rotates the rows of a matrix so that its first columns become upper triangular.
     *
     * @param a rows×width, column-major with leading dimension {@code ld}; overwritten
     * @param columns how many become triangular, less than the rows; the others are rotated along
     */
    static void triangular(double[] a, int ld, int rows, int columns, int width) {
        for (int j = 0; j < columns; j++) {
            int at = j * ld;
            double length = 0;
            for (int i = j; i < rows; i++) {
                length += a[at + i] * a[at + i];
            }
            length = Math.sqrt(length);
            if (length == 0) {
                continue;
            }
            double head = a[at + j] + Math.copySign(length, a[at + j]);
            double scale = 1 / (length * Math.abs(head)); // 2/v'v with v = a − ∓length e_j
            a[at + j] = head;
            for (int c = j + 1; c < width; c++) {
                double product = 0;
                for (int i = j; i < rows; i++) {
                    product += a[at + i] * a[c * ld + i];
                }
                product *= scale;
                for (int i = j; i < rows; i++) {
                    a[c * ld + i] -= product * a[at + i];
                }
            }
            a[at + j] = -Math.copySign(length, head);
            Arrays.fill(a, at + j + 1, at + rows, 0);
        }
    }
}
