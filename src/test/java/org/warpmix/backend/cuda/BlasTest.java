package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batched matrix routines through JCublas and JCusolver, on the emulated device, against results by hand. */
class BlasTest {

    private static final int ALLOCATION_FAILED = 3;
    private static final int EXECUTION_FAILED = 13;

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

    @Test
    void multipliesWithOffsetsAndASharedMatrix() {
        DeviceArray a = device.doubles(0, 1, 2, 3, 4, 5, 6); // from 1: [1 3 5; 2 4 6]
        DeviceArray b = device.doubles(1, 0, 1, 2, 1, 0); // two columns of three
        DeviceArray c = device.doubles(10, 10, 10, 10, 10);
        Blas blas = device.blas(stream);
        blas.multiply(false, false, 2, 1, 3, 2, a, 1, 2, 0, b, 0, 3, 3, 1, c, 1, 2, 2, 2);
        assertArrayEquals(new double[] {10, 22, 26, 20, 26}, download(c, 5));
        blas.multiply(true, true, 3, 1, 2, 1, a, 1, 2, 0, device.doubles(1, 1), 0, 1, 2, 0, b, 0, 3, 3, 1);
        assertArrayEquals(new double[] {3, 7, 11, 2, 1, 0}, download(b, 6));
    }

    @Test
    void factorsAndSolves() {
        DeviceArray a = device.doubles(4, 2, 99, 10, /* not positive: */ 1, 2, 99, 1);
        DeviceArray info = device.ints(7, 7);
        DeviceArray pointers = pointers(a, 4, 2);
        Blas blas = device.blas(stream);
        blas.choleskyLower(2, pointers, 2, info, 2);
        stream.synchronize();
        int[] failed = new int[2];
        info.download(failed, 2, 0);
        assertArrayEquals(new int[] {0, 2}, failed);
        double[] factor = download(a, 4);
        assertEquals(2, factor[0]);
        assertEquals(1, factor[1]);
        assertEquals(3, factor[3]);
        DeviceArray b = device.doubles(2, 7, 4, 5);
        blas.triangularSolveLower(false, 2, 2, pointers, 2, pointers(b, 4, 1), 2, 1);
        assertArrayEquals(new double[] {1, 2, 2, 1}, download(b, 4));
        blas.triangularSolveLower(true, 2, 2, pointers, 2, pointers(b, 4, 1), 2, 1);
        assertArrayEquals(new double[] {1 / 6., 2 / 3., 5 / 6., 1 / 3.}, download(b, 4), 1e-15);
    }

    @Test
    void aCallThatFailsNamesItselfAndItsSizes() {
        Blas blas = device.blas(stream);
        DeviceArray a = device.doubles(1);
        EmulatedDevice.fail("cublasDgemmStridedBatched", 0, 1, EXECUTION_FAILED);
        String message = assertThrows(
                        DeviceException.class,
                        () -> blas.multiply(false, false, 1, 1, 1, 1, a, 0, 1, 1, a, 0, 1, 1, 0, a, 0, 1, 1, 1))
                .getMessage();
        assertEquals(
                "cublasDgemmStridedBatched failed on device 0 (Warpmix emulated device):"
                        + " CUBLAS_STATUS_EXECUTION_FAILED; m = 1, n = 1, k = 1, count = 1.",
                message);
        EmulatedDevice.fail("cublasCreate", 0, 1, ALLOCATION_FAILED);
        assertTrue(assertThrows(OutOfDeviceMemory.class, () -> device.blas(stream))
                .getMessage()
                .contains("bytes free"));
    }

    private double[] download(DeviceArray array, int count) {
        stream.synchronize();
        double[] values = new double[count];
        array.download(values, count, 0);
        return values;
    }

    /** Where the matrices of an array begin, on the device. */
    private DeviceArray pointers(DeviceArray array, int stride, int count) {
        Kernel kernel = device.program("sample.cu", Map.of("WM_SCALE", "1")).kernel("addresses");
        DeviceArray pointers = device.allocate((long) count * Long.BYTES);
        kernel.launch(stream, 1, 1, 0, count, stride, array, pointers);
        return pointers;
    }
}
