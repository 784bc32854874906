package org.warpmix.backend.cuda;

import static jcuda.driver.JCudaDriver.*;
import static jcuda.nvrtc.JNvrtc.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.nvrtc.nvrtcProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An emulated device with a context, a stream and the kernels of the tests, used through JCuda alone. */
abstract class EmulatedDeviceFixture {

    private static byte[] image;

    final CUdevice device = new CUdevice();
    final CUcontext context = new CUcontext();
    CUmodule module;
    CUstream stream;

    @BeforeAll
    static void load() {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
        EmulatedDevice.use();
        Libraries.driver();
        Libraries.nvrtc();
        Libraries.blas();
        image = image(resource("kernels.cu"), "--gpu-architecture=sm_80", "-DTHREADS=96", "-default-device");
    }

    @BeforeEach
    void open() {
        EmulatedDevice.reset();
        check(cuInit(0));
        check(cuDeviceGet(device, 0));
        check(cuDevicePrimaryCtxRetain(context, device));
        check(cuCtxSetCurrent(context));
        module = new CUmodule();
        check(cuModuleLoadData(module, image));
        stream = new CUstream();
        check(cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    }

    @AfterEach
    void close() {
        EmulatedDevice.reset();
        check(cuDevicePrimaryCtxRelease(device));
        assertEquals(0, EmulatedDevice.allocatedBytes());
    }

    static void check(int code) {
        assertEquals(0, code, EmulatedDevice::lastMessage);
    }

    static byte[] image(String source, String... options) {
        nvrtcProgram program = new nvrtcProgram();
        assertEquals(0, compile(program, source, options), () -> log(program));
        long[] size = new long[1];
        check(nvrtcGetCUBINSize(program, size));
        byte[] bytes = new byte[(int) size[0]];
        check(nvrtcGetCUBIN(program, bytes));
        check(nvrtcDestroyProgram(program));
        return bytes;
    }

    static int compile(nvrtcProgram program, String source, String... options) {
        String[] names = {"sums.cuh"};
        String[] texts = {resource(names[0])};
        check(nvrtcCreateProgram(program, source, "test.cu", 1, texts, names));
        return nvrtcCompileProgram(program, options.length, options);
    }

    private static String resource(String name) {
        try (InputStream in = EmulatedDeviceFixture.class.getResourceAsStream("/emulated/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String log(nvrtcProgram program) {
        String[] text = new String[1];
        check(nvrtcGetProgramLog(program, text));
        return text[0];
    }

    CUfunction function(String name) {
        CUfunction function = new CUfunction();
        check(cuModuleGetFunction(function, module, name));
        return function;
    }

    int launch(String kernel, int grid, int block, int shared, Object... arguments) {
        return launch(stream, kernel, grid, block, shared, arguments);
    }

    int launch(CUstream on, String kernel, int grid, int block, int shared, Object... arguments) {
        return launch(on, function(kernel), grid, block, shared, arguments);
    }

    static int launch(CUstream on, CUfunction function, int grid, int block, int shared, Object... arguments) {
        NativePointerObject[] pointers = new NativePointerObject[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            pointers[i] = arguments[i] instanceof int[] number
                    ? Pointer.to(number)
                    : Pointer.to((NativePointerObject) arguments[i]);
        }
        return cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, on, Pointer.to(pointers), null);
    }

    static CUevent event() {
        CUevent event = new CUevent();
        check(cuEventCreate(event, 0));
        return event;
    }

    static CUdeviceptr upload(double... values) {
        CUdeviceptr array = new CUdeviceptr();
        check(cuMemAlloc(array, (long) values.length * Sizeof.DOUBLE));
        check(cuMemcpyHtoD(array, Pointer.to(values), (long) values.length * Sizeof.DOUBLE));
        return array;
    }

    static CUdeviceptr upload(int... values) {
        CUdeviceptr array = new CUdeviceptr();
        check(cuMemAlloc(array, (long) values.length * Sizeof.INT));
        check(cuMemcpyHtoD(array, Pointer.to(values), (long) values.length * Sizeof.INT));
        return array;
    }

    static double[] download(CUdeviceptr from, int count) {
        double[] values = new double[count];
        check(cuMemcpyDtoH(Pointer.to(values), from, (long) count * Sizeof.DOUBLE));
        return values;
    }

    static int[] downloadInts(CUdeviceptr from, int count) {
        int[] values = new int[count];
        check(cuMemcpyDtoH(Pointer.to(values), from, (long) count * Sizeof.INT));
        return values;
    }
}
