package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device, its memory and kernels through JCuda, on the emulated device; and every call that fails says so. */
class DeviceTest {

    private static final int OUT_OF_MEMORY = 2;
    private static final int LAUNCH_FAILED = 719;

    private Device device;
    private long before;

    @BeforeEach
    void open() {
        assumeTrue(EmulatedDevice.available(), "the emulated device takes a g++ on Linux, x86-64");
        EmulatedDevice.use();
        before = EmulatedDevice.allocatedBytes();
        device = Device.open(0);
    }

    @AfterEach
    void close() {
        if (device != null) {
            EmulatedDevice.reset();
            device.close();
            assertEquals(before, EmulatedDevice.allocatedBytes(), "a leak");
        }
    }

    @Test
    void tellsWhatItIs() {
        assertEquals("Warpmix emulated device", device.name());
        assertTrue(device.emulated());
        assertEquals(80, device.architecture());
        assertEquals(2, device.multiprocessors());
        assertEquals(99 << 10, device.sharedBytesPerBlock());
        assertEquals(1 << 30, device.totalBytes());
        assertTrue(device.freeBytes() <= 1 << 30);
    }

    @Test
    void copiesThereAndBack() {
        double[] values = {1.5, -2, Double.NaN, 4};
        DeviceArray array = device.doubles(values);
        double[] back = new double[5];
        array.download(back, 3, 1);
        assertArrayEquals(new double[] {-2, Double.NaN, 4, 0, 0}, back);
        array.upload(new double[] {7, 8}, 2);
        array.download(back, 4, 0);
        assertArrayEquals(new double[] {1.5, -2, 7, 8, 0}, back);
        int[] whole = new int[2];
        device.ints(3, 1, 4).download(whole, 2, 1);
        assertArrayEquals(new int[] {1, 4}, whole);
        assertEquals(0, device.doubles().bytes());
    }

    @Test
    void refusesToCopyBeyondAnEnd() {
        DeviceArray array = device.doubles(1, 2, 3);
        HostArray host = device.hostDoubles(2);
        Stream stream = device.stream();
        double[] two = new double[2];
        assertThrows(IndexOutOfBoundsException.class, () -> array.upload(two, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> array.download(two, 3, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> array.download(stream, host, 0, 2, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> array.upload(stream, host, 1, 2, 0));
    }

    @Test
    void copiesBesideTheHost() {
        Stream stream = device.stream();
        HostArray host = device.hostDoubles(4);
        host.buffer().put(0, new double[] {1, 2, 3, 4});
        DeviceArray array = device.allocate(4 * Double.BYTES);
        array.clear(stream);
        array.upload(stream, host, 1, 2, 2);
        HostArray back = device.hostDoubles(4);
        array.download(stream, back, 0, 4, 0);
        stream.synchronize();
        double[] values = new double[4];
        back.buffer().get(0, values);
        assertArrayEquals(new double[] {0, 0, 2, 3}, values);
    }

    @Test
    void launchesKernels() {
        Program program = device.program("sample.cu", Map.of("WM_SCALE", "3.0"));
        assertSame(program, device.program("sample.cu", Map.of("WM_SCALE", "3.0")));
        Kernel kernel = program.kernel("scaled");
        assertSame(kernel, program.kernel("scaled"));
        Stream stream = device.stream();
        DeviceArray x = device.doubles(1, 2, 3);
        DeviceArray y = device.allocate(3 * Double.BYTES);
        kernel.launch(stream, 1, 32, 0, 3, 100L, 0.5, x, y.pointer());
        stream.synchronize();
        double[] values = new double[3];
        y.download(values, 3, 0);
        assertArrayEquals(new double[] {103, 106, 109}, values);
        assertTrue(kernel.registers() >= 0 && kernel.localBytes() >= 0);
        assertTrue(device.blocksPerMultiprocessor(kernel, 128, 0) > 0);
    }

    @Test
    void givesABlockMoreSharedMemoryThanAllHave() {
        Kernel kernel = device.program("sample.cu", Map.of("WM_SCALE", "1")).kernel("fills");
        Stream stream = device.stream();
        DeviceArray out = device.allocate(Double.BYTES);
        int doubles = (64 << 10) / Double.BYTES;
        kernel.launch(stream, 1, 1, 64 << 10, doubles, out);
        stream.synchronize();
        double[] sum = new double[1];
        out.download(sum, 1, 0);
        assertEquals(doubles, sum[0]);
        String message = assertThrows(DeviceException.class, () -> kernel.launch(stream, 1, 1, 200 << 10, 1, out))
                .getMessage();
        assertTrue(
                message.contains("kernel fills asks for 204800 bytes of shared memory, a block has at most 101376"),
                message);
    }

    @Test
    void namesAKernelOrAnArgumentThatIsWrong() {
        Program program = device.program("sample.cu", Map.of("WM_SCALE", "1"));
        String message = assertThrows(DeviceException.class, () -> program.kernel("none"))
                .getMessage();
        assertTrue(message.contains("cuModuleGetFunction") && message.contains("kernel none of program sample.cu"));
        Kernel kernel = program.kernel("fills");
        assertThrows(IllegalArgumentException.class, () -> kernel.launch(device.stream(), 1, 1, 0, 1f));
    }

    @Test
    void showsWhatTheCompilerSays() {
        String message = assertThrows(
                        DeviceException.class, () -> device.program("sample.cu", Map.of("WM_SCALE", "no such")))
                .getMessage();
        assertTrue(message.contains("does not compile sample.cu {WM_SCALE=no such} for sm_80"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void tellsTheBytesThatItDoesNotHave() {
        EmulatedDevice.limitMemory(EmulatedDevice.allocatedBytes() + 1000);
        OutOfDeviceMemory e = assertThrows(OutOfDeviceMemory.class, () -> device.allocate(123_456));
        assertTrue(
                e.getMessage()
                        .matches(
                                "cuMemAlloc failed on device 0 \\(Warpmix emulated device\\):"
                                        + " CUDA_ERROR_OUT_OF_MEMORY \\(2, .*\\); 123,456 bytes asked for; 1,000 bytes free\\."),
                e.getMessage());
        device.allocate(1000).close(); // the device is as usable as before
        EmulatedDevice.fail("cuMemAllocHost", 0, 1, OUT_OF_MEMORY);
        String message = assertThrows(OutOfDeviceMemory.class, () -> device.hostDoubles(10))
                .getMessage();
        assertTrue(message.contains("80 bytes of page-locked memory asked for"), message);
    }

    @Test
    void tellsWhichLaunchFailed() {
        Kernel kernel = device.program("sample.cu", Map.of("WM_SCALE", "1")).kernel("fills");
        Stream stream = device.stream();
        EmulatedDevice.fail("cuLaunchKernel", 0, 1, LAUNCH_FAILED);
        DeviceArray out = device.allocate(8);
        String message = assertThrows(DeviceException.class, () -> kernel.launch(stream, 7, 32, 64, 1, out))
                .getMessage();
        assertTrue(
                message.matches("cuLaunchKernel failed on device 0 \\(Warpmix emulated device\\): \\w+ \\(719, .*\\);"
                        + " kernel fills, 7 blocks of 32 threads, 64 bytes of shared memory\\."),
                message);
    }

    @Test
    void aLostDeviceFailsAndIsClosedAllTheSame() {
        Stream stream = device.stream();
        DeviceArray array = device.doubles(1, 2);
        EmulatedDevice.lose(0);
        assertThrows(DeviceException.class, stream::synchronize);
        assertThrows(DeviceException.class, () -> array.download(new double[2], 2, 0));
        assertThrows(DeviceException.class, device::close);
        device.close(); // once is enough
        assertEquals(0, device.openBytes());
    }

    @Test
    void countsWhatIsOpen() {
        assertEquals(0, device.openBytes());
        DeviceArray array = device.allocate(100);
        device.doubles(1, 2);
        assertEquals(116, device.openBytes());
        array.close();
        array.close();
        assertEquals(16, device.openBytes());
        EmulatedDevice.fail("cuMemcpyHtoD", 0, 1, LAUNCH_FAILED);
        assertThrows(DeviceException.class, () -> device.doubles(1, 2, 3));
        assertEquals(16, device.openBytes());
    }

    @Test
    void isUsedByOtherThreads() throws InterruptedException {
        DeviceArray array = device.doubles(1);
        double[] value = new double[1];
        Thread thread = new Thread(() -> {
            device.makeCurrent();
            array.download(value, 1, 0);
            array.close();
        });
        thread.start();
        thread.join();
        assertEquals(1, value[0]);
        assertEquals(0, device.openBytes());
    }

    @Test
    void aDeviceThatIsNotThereFails() {
        String message =
                assertThrows(DeviceException.class, () -> Device.open(5)).getMessage();
        assertTrue(message.startsWith("cuDeviceGet failed on device 5: CUDA_ERROR_INVALID_DEVICE (101"), message);
    }
}
