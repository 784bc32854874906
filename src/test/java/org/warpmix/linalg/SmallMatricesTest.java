package org.warpmix.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SmallCholesky} and {@link SymmetricEigen}. */
class SmallMatricesTest {

    private static final double TOLERANCE = 1e-13;

    private static double[] gaussian(int n, Random random) {
        return random.ints(n).mapToDouble(i -> random.nextGaussian()).toArray();
    }

    /** {@code BB' + I}. */
    private static double[] positive(int n, Random random) {
        double[] b = gaussian(n * n, random);
        double[] a = new double[n * n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                a[i + j * n] = i == j ? 1 : 0;
                for (int k = 0; k < n; k++) {
                    a[i + j * n] += b[i + k * n] * b[j + k * n];
                }
            }
        }
        return a;
    }

    private static double[] multiply(double[] a, double[] b, int n) {
        double[] product = new double[n * n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    product[i + j * n] += a[i + k * n] * b[k + j * n];
                }
            }
        }
        return product;
    }

    private static double[] identity(int n) {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i + i * n] = 1;
        }
        return identity;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 12})
    void choleskySolvesAndInverts(int n) {
        Random random = new Random(n);
        double[] a = positive(n, random);
        double[] l = a.clone();
        assertTrue(SmallCholesky.factor(l, 0, n, n));
        double[] inverse = new double[n * n];
        SmallCholesky.invert(l, 0, n, inverse, 0);
        assertArrayEquals(identity(n), multiply(a, inverse, n), n * n * TOLERANCE);

        double[] b = gaussian(2 * n, random);
        double[] x = b.clone();
        SmallCholesky.solveLower(l, 0, n, n, x, 0, 2, n);
        SmallCholesky.solveLowerTransposed(l, 0, n, n, x, 0, 2, n);
        for (int c = 0; c < 2; c++) {
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += a[i + k * n] * x[k + c * n];
                }
                assertEquals(b[i + c * n], sum, n * n * TOLERANCE);
            }
        }
    }

    /** A matrix within a larger array: only its own lower triangle is written. */
    @Test
    void choleskyKeepsToItsPlace() {
        int n = 3;
        int ld = 5;
        int at = 4;
        double[] packed = positive(n, new Random(9));
        double[] a = new double[at + n * ld];
        java.util.Arrays.fill(a, 99);
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                a[at + i + j * ld] = packed[i + j * n];
            }
        }
        assertTrue(SmallCholesky.factor(packed, 0, n, n));
        assertTrue(SmallCholesky.factor(a, at, n, ld));
        int others = 0;
        for (int k = 0; k < a.length; k++) {
            others += a[k] == 99 ? 1 : 0;
        }
        assertEquals(a.length - n * (n + 1) / 2, others);
        assertEquals(SmallCholesky.logDet(packed, 0, n, n), SmallCholesky.logDet(a, at, n, ld));
        assertEquals(packed[2], a[at + 2]);
    }

    @Test
    void choleskySaysWhatIsNotPositiveDefinite() {
        assertFalse(SmallCholesky.factor(new double[] {0}, 0, 1, 1));
        assertFalse(SmallCholesky.factor(new double[] {Double.NaN}, 0, 1, 1));
        assertFalse(SmallCholesky.factor(new double[] {Double.POSITIVE_INFINITY}, 0, 1, 1));
        assertFalse(SmallCholesky.factor(new double[] {1, 2, 2, 1}, 0, 2, 2));
        assertTrue(SmallCholesky.factor(new double[0], 0, 0, 0));
    }

    private static void assertDecomposes(double[] a, int n) {
        SymmetricEigen eigen = SymmetricEigen.of(a, n);
        double[] values = eigen.values();
        double[] v = eigen.vectors();
        double size = 0;
        for (double entry : a) {
            size = Math.max(size, Math.abs(entry));
        }
        double[] scaled = new double[n * n];
        double[] transposed = new double[n * n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                scaled[i + j * n] = v[i + j * n] * values[j];
                transposed[j + i * n] = v[i + j * n];
            }
        }
        assertArrayEquals(a, multiply(scaled, transposed, n), n * n * TOLERANCE * size);
        assertArrayEquals(identity(n), multiply(transposed, v, n), n * n * TOLERANCE);
        for (int i = 1; i < n; i++) {
            assertTrue(values[i - 1] <= values[i], "ascending");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10, 30})
    void eigenDecomposesRandomMatrices(int n) {
        Random random = new Random(n);
        for (int repeat = 0; repeat < 20; repeat++) {
            double[] a = gaussian(n * n, random);
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < j; i++) {
                    a[i + j * n] = a[j + i * n];
                }
            }
            assertDecomposes(a, n);
        }
    }

    @Test
    void eigenDecomposesDegenerateMatrices() {
        assertDecomposes(new double[] {-3}, 1);
        assertDecomposes(new double[9], 3);
        assertDecomposes(identity(4), 4);
        assertDecomposes(new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, 3); // rank one
        assertDecomposes(new double[] {1, 0.5, 0.5, 1}, 2);
        assertDecomposes(new double[] {0, 1, 1, 0}, 2);
        assertDecomposes(new double[] {1e-200, 0, 0, 1e200}, 2);
        assertDecomposes(new double[] {1, 1e-9, 1e-9, 1}, 2);
        assertEquals(0, SymmetricEigen.of(new double[] {4, 2, 2, 1}, 2).values()[0], 1e-15);
    }
}
