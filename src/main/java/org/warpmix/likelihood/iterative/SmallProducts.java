package org.warpmix.likelihood.iterative;

import java.util.Arrays;

/** Products of the small matrices of single levels, column-major. */
final class SmallProducts {

    private SmallProducts() {}

    /** {@code A = I + Λ'GΛ}, G at an offset. */
    static void scaled(double[] g, int at, double[] lambda, int q, double[] a) {
        double[] product = new double[q * q];
        multiply(1, g, at, lambda, 0, product, q, q, q);
        Arrays.fill(a, 0);
        for (int j = 0; j < q; j++) {
            a[j * (q + 1)] = 1;
        }
        transposedMultiply(1, lambda, 0, product, 0, a, q, q, q);
    }

    /** {@code C += factor A B}, A n×k at an offset. */
    static void multiply(
            double factor, double[] a, int atA, double[] b, int atB, double[] c, int n, int k, int columns) {
        for (int j = 0; j < columns; j++) {
            for (int l = 0; l < k; l++) {
                double value = factor * b[atB + l + j * k];
                for (int i = 0; i < n; i++) {
                    c[i + j * n] += a[atA + i + l * n] * value;
                }
            }
        }
    }

    /** {@code C += factor A'B}, A k×n at an offset. */
    static void transposedMultiply(
            double factor, double[] a, int atA, double[] b, int atB, double[] c, int n, int k, int columns) {
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a[atA + l + i * k] * b[atB + l + j * k];
                }
                c[i + j * n] += factor * sum;
            }
        }
    }
}
