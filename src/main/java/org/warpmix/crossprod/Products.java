package org.warpmix.crossprod;

/** Cross-products of a block of columns, in an order of summation that does not depend on the machine. */
final class Products {

    private Products() {}

    /**
     * Adds {@code A'A} to the upper triangle of {@code sum}.
     *
     * @param a column-major, {@code rows} × columns, leading dimension {@code ld}; not modified
     * @param sum columns × columns, column-major; its upper triangle is added to
     */
    static void addUpper(double[] a, int rows, int ld, int columns, double[] sum) {
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i <= j; i++) {
                sum[i + j * columns] += dot(a, i * ld, a, j * ld, rows);
            }
        }
    }

    /** Inner product in four interleaved partial sums. */
    static double dot(double[] a, int atA, double[] b, int atB, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            s0 += a[atA + i] * b[atB + i];
            s1 += a[atA + i + 1] * b[atB + i + 1];
            s2 += a[atA + i + 2] * b[atB + i + 2];
            s3 += a[atA + i + 3] * b[atB + i + 3];
        }
        for (; i < length; i++) {
            s0 += a[atA + i] * b[atB + i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
