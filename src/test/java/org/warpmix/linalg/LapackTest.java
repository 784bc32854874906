package org.warpmix.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One contract, every implementation, sizes on both sides of every block size. */
class LapackTest {

    private static final double EPSILON = 0x1p-52;

    static List<Lapack> implementations() {
        List<Lapack> all = new ArrayList<>(List.of(JavaLapack.INSTANCE));
        Lapack openBlas = OpenBlasLapack.instanceOrNull();
        if (openBlas != null) {
            all.add(openBlas);
        }
        return all;
    }

    static Stream<Arguments> sizes() {
        return implementations().stream()
                .flatMap(lapack -> Stream.of(0, 1, 2, 3, 4, 5, 31, 32, 33, 95, 96, 191, 300)
                        .flatMap(n -> Stream.of(0, 1, 7).map(gap -> Arguments.of(lapack.name(), n, n + gap))));
    }

    private static Lapack named(String name) {
        return implementations().stream()
                .filter(lapack -> lapack.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static final double GUARD = 12345;

    /** A well-conditioned matrix, its upper triangle and the gap below filled with what must stay. */
    private static double[] positive(int n, int ld, long seed) {
        Random random = new Random(seed);
        double[] a = new double[Math.max(1, n * ld)];
        Arrays.fill(a, GUARD);
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                a[i + j * ld] = (i == j ? n : 0) + 0.5 * random.nextGaussian();
            }
        }
        return a;
    }

    private static double lower(double[] a, int i, int j, int ld) {
        return i >= j ? a[i + j * ld] : 0;
    }

    @ParameterizedTest(name = "{0} {1} in {2}")
    @MethodSource("sizes")
    void factorsAndInverts(String name, int n, int ld) {
        Lapack lapack = named(name);
        double[] a = positive(n, ld, n);
        if (n == 0) {
            assertTrue(lapack.factor(a, 0, Math.max(1, ld)));
            return;
        }
        double[] l = a.clone();
        assertTrue(lapack.factor(l, n, ld));
        double tolerance = 10 * n * n * EPSILON;
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                double sum = 0;
                for (int k = 0; k <= j; k++) {
                    sum += l[i + k * ld] * l[j + k * ld];
                }
                assertEquals(a[i + j * ld], sum, tolerance);
            }
        }
        assertUntouched(l, n, ld);
        double[] inverse = l.clone();
        lapack.invert(inverse, n, ld);
        assertUntouched(inverse, n, ld);
        for (int column = 0; column < n; column += 1 + n / 7) {
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    double aik = a[Math.max(i, k) + Math.min(i, k) * ld];
                    sum += aik * inverse[Math.max(k, column) + Math.min(k, column) * ld];
                }
                assertEquals(i == column ? 1 : 0, sum, tolerance);
            }
        }
    }

    /** Above the diagonal and in the gap between n and ld. */
    private static void assertUntouched(double[] a, int n, int ld) {
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < ld; i++) {
                if (i < j || i >= n) {
                    assertEquals(GUARD, a[i + j * ld]);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {1} in {2}")
    @MethodSource("sizes")
    void saysWhatIsNotPositiveDefinite(String name, int n, int ld) {
        if (n == 0) {
            return;
        }
        for (double bad : new double[] {0, -1, Double.NaN}) {
            double[] a = positive(n, ld, n);
            a[n - 1 + (n - 1) * ld] = bad;
            assertFalse(named(name).factor(a, n, ld), () -> "a diagonal entry of " + bad);
        }
    }

    @ParameterizedTest(name = "{0} {1} in {2}")
    @MethodSource("sizes")
    void panels(String name, int n, int ld) {
        Lapack lapack = named(name);
        int from = n / 5;
        int count = 1 + n % lapack.panelRows();
        Random random = new Random(n);
        double[][] rows = matrix(count + 1, n, random); // one too many
        double[][] triangle = matrix(n, n, random);
        for (int j = 0; j < n; j++) {
            Arrays.fill(triangle[j], 0, j, 0);
        }
        double[][] a = matrix(n, n, random);
        double[][] left = Stream.of(a).map(double[]::clone).toArray(double[][]::new);
        double[][] products = matrix(count + 1, n, random);
        double[][] before = Stream.of(products).map(double[]::clone).toArray(double[][]::new);
        if (from < n) {
            lapack.subtractProducts(rows, count, from, left, n);
            lapack.multiply(rows, count, from, triangle, n, products);
        }
        double tolerance = 10 * (n + count) * EPSILON;
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                double expected = a[j][i];
                for (int r = 0; r < count && from <= j && j <= i; r++) {
                    expected -= rows[r][i] * rows[r][j];
                }
                assertEquals(expected, left[j][i], tolerance);
            }
        }
        for (int r = 0; r <= count; r++) {
            for (int i = 0; i < n; i++) {
                double expected = r == count || i < from ? before[r][i] : 0;
                for (int j = from; j <= i && r < count; j++) {
                    expected -= rows[r][j] * triangle[j][i];
                }
                assertEquals(expected, products[r][i], tolerance);
            }
        }
    }

    private static double[][] matrix(int columns, int n, Random random) {
        return Stream.generate(() -> random.doubles(n, -1, 1).toArray())
                .limit(columns)
                .toArray(double[][]::new);
    }

    @Test
    void implementationsAgree() {
        for (int n : new int[] {1, 33, 192, 300}) {
            double[] reference = null;
            for (Lapack lapack : implementations()) {
                double[] a = positive(n, n + 3, 5);
                assertTrue(lapack.factor(a, n, n + 3));
                lapack.invert(a, n, n + 3);
                reference = reference == null ? a : reference;
                for (int j = 0; j < n; j++) {
                    for (int i = 0; i < n; i++) {
                        assertEquals(lower(reference, i, j, n + 3), lower(a, i, j, n + 3), 10 * n * EPSILON);
                    }
                }
            }
        }
    }

    @Test
    void smallOnesStayInJava() {
        assertSame(JavaLapack.INSTANCE, Lapack.forSize(Lapack.NATIVE_FROM - 1));
        Lapack openBlas = OpenBlasLapack.instanceOrNull();
        assertSame(openBlas == null ? JavaLapack.INSTANCE : openBlas, Lapack.forSize(Lapack.NATIVE_FROM));
    }

    /** Where its natives are on the class path OpenBLAS has to load: else the tests that need it would be left out unseen. */
    @Test
    void openBlasLoadsWhereItsNativesAre() {
        String natives = "/org/bytedeco/openblas/" + Loader.getPlatform() + "/";
        assertEquals(LapackTest.class.getResource(natives) != null, OpenBlasLapack.instanceOrNull() != null);
    }

    /** Matrices large enough to be cut. */
    @ParameterizedTest
    @ValueSource(ints = {511, 512, 1100})
    void largeMatricesAreThoseOfPlainJava(int n) {
        assumeTrue(OpenBlasLapack.instanceOrNull() != null);
        int ld = n + 3;
        double[] java = positive(n, ld, n);
        double[] cut = java.clone();
        assertTrue(JavaLapack.INSTANCE.factor(java, n, ld));
        assertTrue(OpenBlasLapack.instanceOrNull().factor(cut, n, ld));
        assertLowerEquals(java, cut, n, ld, n * n * EPSILON);
        JavaLapack.INSTANCE.invert(java, n, ld);
        OpenBlasLapack.instanceOrNull().invert(cut, n, ld);
        assertLowerEquals(java, cut, n, ld, n * EPSILON);
    }

    private static void assertLowerEquals(double[] expected, double[] actual, int n, int ld, double tolerance) {
        for (int j = 0; j < n; j++) {
            for (int i = j; i < n; i++) {
                assertEquals(expected[i + j * ld], actual[i + j * ld], tolerance, "entry (" + i + ", " + j + ")");
            }
        }
    }

    @Test
    void cutMatricesThatAreNotPositiveAreRefused() {
        assumeTrue(OpenBlasLapack.instanceOrNull() != null);
        for (int at : new int[] {10, 600, 1099}) {
            double[] a = positive(1100, 1100, 7);
            a[at * 1101] = -1;
            assertFalse(OpenBlasLapack.instanceOrNull().factor(a, 1100, 1100));
        }
    }
}
