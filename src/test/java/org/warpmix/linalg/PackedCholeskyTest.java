package org.warpmix.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedCholeskyTest {

    private static List<IntFunction<PackedCholesky>> kinds() {
        List<IntFunction<PackedCholesky>> kinds = new ArrayList<>();
        kinds.add(JavaCholesky::new);
        if (OpenBlasLapack.instanceOrNull() != null) {
            kinds.add(PanelCholesky::new);
        }
        return kinds;
    }

    /** Columns of a positive definite matrix, diagonal and below. */
    private static double[][] positive(int n) {
        Random random = new Random(n);
        double[][] a = new double[n][n];
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                a[j][i] = random.nextGaussian();
            }
            a[j][j] += 2 * Math.sqrt(n) + 1;
        }
        return a;
    }

    private static PackedCholesky filled(IntFunction<PackedCholesky> kind, double[][] a) {
        PackedCholesky matrix = kind.apply(a.length);
        for (int j = 0; j < a.length; j++) {
            matrix.put(j, a[j]);
        }
        return matrix;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 95, 96, 97, 193, 700, 1157})
    void factorSolutionsAndInverseAreThoseOfTheDefinition(int n) {
        double[][] a = positive(n);
        double[] l = new double[n * n];
        for (int j = 0; j < n; j++) {
            System.arraycopy(a[j], j, l, j * n + j, n - j);
        }
        assertTrue(JavaLapack.INSTANCE.factor(l, n, n));
        double logDet = 2 * Math.log(l[0]);
        for (int i = 1; i < n; i++) {
            logDet += 2 * Math.log(l[i * (n + 1)]);
        }
        int m = Math.max(1, n - 5);
        double[] inverse = l.clone();
        JavaLapack.INSTANCE.invert(inverse, m, n);
        for (IntFunction<PackedCholesky> kind : kinds()) {
            PackedCholesky matrix = filled(kind, a);
            assertTrue(matrix.factor());
            assertEquals(logDet, matrix.logDet(0, n), 1e-12 * (n + Math.abs(logDet)));
            double[] x = new double[n];
            for (int i = 0; i < n; i++) {
                x[i] = Math.sin(i);
                assertEquals(l[n - 1 + i * n], matrix.get(n - 1, i), 1e-11);
            }
            double[] b = x.clone();
            matrix.solveLower(x);
            matrix.solveLowerTransposed(x);
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    sum += a[Math.min(i, j)][Math.max(i, j)] * x[j];
                }
                assertEquals(b[i], sum, 1e-10);
            }
            matrix.invert(m);
            double[] column = new double[n];
            for (int j = 0; j < m; j++) {
                matrix.get(j, column, m);
                for (int i = j; i < m; i++) {
                    assertEquals(inverse[i + j * n], column[i], 1e-11, "entry (" + i + ", " + j + ")");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {97, 1157})
    void anyNumberOfThreadsGivesTheSameBits(int n) {
        double[][] a = positive(n);
        for (IntFunction<PackedCholesky> kind : kinds()) {
            double[] one = inverseDiagonal(filled(kind, a), new ForkJoinPool(1));
            assertArrayEquals(one, inverseDiagonal(filled(kind, a), new ForkJoinPool(3)));
        }
    }

    private static double[] inverseDiagonal(PackedCholesky matrix, ForkJoinPool pool) {
        pool.submit(() -> {
                    assertTrue(matrix.factor());
                    matrix.invert(matrix.order());
                })
                .join();
        pool.shutdown();
        double[] diagonal = new double[matrix.order()];
        for (int i = 0; i < diagonal.length; i++) {
            diagonal[i] = matrix.get(i, i) + matrix.get(diagonal.length - 1, i);
        }
        return diagonal;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 600, 699})
    void whatIsNotPositiveIsSeen(int at) {
        for (double pivot : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
            double[][] a = positive(700);
            a[at][at] = pivot;
            for (IntFunction<PackedCholesky> kind : kinds()) {
                assertFalse(filled(kind, a).factor(), "pivot " + pivot);
            }
        }
    }
}
