package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Factor and inverse of one matrix by blocks, on the emulated device. */
class LargeCholeskyTest {

    private static final int BLOCK = LargeCholesky.BLOCK;

    private Device device;
    private Stream stream;

    @BeforeEach
    void open() {
        assumeTrue(EmulatedDevice.available(), "the emulated device takes a g++ on Linux, x86-64");
        EmulatedDevice.use();
        device = Device.open(0);
        stream = device.stream();
    }

    @AfterEach
    void close() {
        if (device != null) {
            EmulatedDevice.reset();
            device.close();
        }
    }

    private LargeCholesky of(int order, DeviceArray a) {
        Program program = device.program("schur.cu", Map.of("WM_Q", "1", "WM_SLOTS", "1"));
        return new LargeCholesky(order, a, device, stream, device.blas(stream), program, array -> array);
    }

    /** {@code diag(2) + vv'/n}, whose inverse is known: its lower triangle, above which nothing may be read. */
    private static double[] matrix(int order, double[] v) {
        double[] a = new double[order * order];
        for (int j = 0; j < order; j++) {
            for (int i = 0; i < order; i++) {
                a[i + j * order] = i < j ? Double.NaN : v[i] * v[j] / order + (i == j ? 2 : 0);
            }
        }
        return a;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "33, 33", "33, 7", "512, 512", "513, 512", "513, 513", "600, 560"})
    void invertsLeadingColumns(int order, int columns) {
        double[] v = new Random(order).doubles(order, -1, 1).toArray();
        DeviceArray a = device.doubles(matrix(order, v));
        LargeCholesky cholesky = of(order, a);
        assertEquals(0, cholesky.factor());
        cholesky.invert(columns, device.allocate(LargeCholesky.inverseWork(order) * Double.BYTES));
        stream.synchronize();
        double[] inverse = new double[order * order];
        a.download(inverse, inverse.length, 0);
        double square = 0;
        for (int i = 0; i < columns; i++) {
            square += v[i] * v[i];
        }
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < columns; i++) { // (2I + vv'/n)⁻¹ = I/2 − vv'/(4n + 2v'v)
                double expected = (i == j ? 0.5 : 0) - v[i] * v[j] / (4 * order + 2 * square);
                assertEquals(expected, inverse[i + j * order], 1e-14);
            }
        }
    }

    @Test
    void tellsTheFirstMinorThatIsNotPositive() {
        int order = BLOCK + 30;
        for (int failing : new int[] {1, BLOCK, BLOCK + 1, order}) {
            double[] a = matrix(order, new double[order]);
            a[(failing - 1) * (order + 1)] = -1;
            assertEquals(failing, of(order, device.doubles(a)).factor());
        }
    }
}
