package org.warpmix.backend.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_CONTEXT;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_HANDLE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_IMAGE;
import static jcuda.driver.CUresult.CUDA_ERROR_INVALID_VALUE;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_FAILED;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_FOUND;
import static jcuda.driver.CUresult.CUDA_ERROR_NOT_READY;
import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_SUCCESS;
import static jcuda.driver.JCudaDriver.*;
import static jcuda.nvrtc.JNvrtc.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;
import org.junit.jupiter.api.Test;

/** The emulated device does what a device does, and what it must not accept fails: through JCuda alone. */
class EmulatedDeviceTest extends EmulatedDeviceFixture {

    @Test
    void describesItself() {
        byte[] name = new byte[64];
        check(cuDeviceGetName(name, name.length, device));
        assertTrue(new String(name, StandardCharsets.US_ASCII).startsWith("Warpmix emulated device"));
        int[] value = new int[1];
        check(cuDeviceGetAttribute(value, 75, device));
        assertEquals(8, value[0]);
        long[] free = new long[1];
        long[] total = new long[1];
        check(cuMemGetInfo(free, total));
        assertEquals(1L << 30, free[0]);
        assertEquals(1L << 30, total[0]);
    }

    @Test
    void sumsThroughShufflesBarriersAndSharedMemory() {
        double[] x = new Random(1).doubles(1000).toArray();
        CUdeviceptr input = upload(x);
        CUdeviceptr sums = upload(new double[11]);
        check(launch("total", 11, 96, 96 * 8, new int[] {x.length}, input, sums));
        double[] expected = new double[11];
        for (int i = 0; i < x.length; i++) {
            expected[i / 96] += x[i];
        }
        check(cuStreamSynchronize(stream));
        assertArrayEquals(expected, download(sums, 11), 1e-12);
    }

    @Test
    void atomicsCountOverStreams() throws Exception {
        CUdeviceptr hits = upload(0, 0);
        CUdeviceptr steps = upload(new double[1]);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Callable<Integer> work = () -> {
            cuCtxSetCurrent(context);
            CUstream own = new CUstream();
            cuStreamCreate(own, 0);
            int worst = CUDA_SUCCESS;
            for (int i = 0; i < 20; i++) {
                worst = Math.max(worst, launch(own, "count", 100, 64, 0, hits, steps));
            }
            return Math.max(worst, cuStreamSynchronize(own));
        };
        Future<Integer> first = threads.submit(work);
        Future<Integer> second = threads.submit(work);
        check(first.get());
        check(second.get());
        threads.shutdown();
        assertEquals(2 * 20 * 100 * 64, downloadInts(hits, 1)[0]);
        assertEquals(2L * 20 * 100 * (63 * 64 / 2), Double.doubleToRawLongBits(download(steps, 1)[0]));
    }

    @Test
    void partsOfAWarpShuffleOnTheirOwn() {
        CUdeviceptr out = upload(new int[32]);
        check(launch("groups", 1, 32, 0, out));
        int[] expected = new int[32];
        Arrays.setAll(expected, i -> (i ^ 3) + (i / 8 == 1 ? 100 * (i ^ 1) : 0));
        check(cuStreamSynchronize(stream));
        assertArrayEquals(expected, downloadInts(out, 32));
    }

    @Test
    void computesAsTheHostDoes() {
        CUdeviceptr out = upload(0, 0, 0, 0, 0, Double.NaN);
        check(launch("arithmetic", 1, 1, 0, out));
        check(cuStreamSynchronize(stream));
        double[] got = download(out, 5);
        assertEquals((double) Math.multiplyHigh(0xdeadbeefL << 16, 0xcafef00dL << 16), got[0]);
        long high = Math.multiplyHigh(0x123456789abcdef0L, 0xfedcba9876543210L) + 0x123456789abcdef0L;
        assertEquals((double) high, got[1]);
        assertEquals(-1.5, got[2]);
        assertEquals(5 - Math.sqrt(2) + 7 - 1, got[3], 1e-14);
        assertEquals(got[3], got[4]);
    }

    @Test
    void memoryIsNaNUntilSet() {
        CUdeviceptr fresh = new CUdeviceptr();
        check(cuMemAlloc(fresh, 9 << 20));
        double[] values = download(fresh, (9 << 20) / 8);
        assertTrue(Arrays.stream(values).allMatch(Double::isNaN));
        CUdeviceptr out = upload(new double[1]);
        check(launch("unset", 3, 32, 40 * 8, out));
        check(cuStreamSynchronize(stream));
        assertEquals(1, download(out, 1)[0]);
        check(cuMemsetD8Async(fresh, (byte) 0, 80, stream));
        check(cuMemsetD32Async(fresh.withByteOffset(40), 0x3ff00000, 2, stream));
        check(cuStreamSynchronize(stream));
        assertArrayEquals(
                new double[] {0, 0, 0, 0, 0, Double.longBitsToDouble(0x3ff000003ff00000L), 0}, download(fresh, 7));
    }

    @Test
    void countsMemory() {
        EmulatedDevice.limitMemory(1000);
        CUdeviceptr first = new CUdeviceptr();
        CUdeviceptr second = new CUdeviceptr();
        check(cuMemAlloc(first, 600));
        assertEquals(600, EmulatedDevice.allocatedBytes());
        assertEquals(CUDA_ERROR_OUT_OF_MEMORY, cuMemAlloc(second, 401));
        check(cuMemAlloc(second, 400));
        long[] free = new long[1];
        check(cuMemGetInfo(free, new long[1]));
        assertEquals(0, free[0]);
        check(cuMemFree(first));
        assertEquals(400, EmulatedDevice.allocatedBytes());
        assertEquals(CUDA_ERROR_INVALID_VALUE, cuMemFree(first), "freed twice");
        assertEquals(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(Pointer.to(new double[1]), first, 8), "used when freed");
        assertEquals(CUDA_ERROR_INVALID_VALUE, cuMemcpyDtoH(Pointer.to(new double[51]), second, 408), "too long");
    }

    @Test
    void pageLockedMemoryIsCopiedWhenTheStreamComesToIt() {
        EmulatedDevice.slowCopies(20_000);
        Pointer host = new Pointer();
        check(cuMemAllocHost(host, 800));
        DoubleBuffer values =
                host.getByteBuffer(0, 800).order(ByteOrder.nativeOrder()).asDoubleBuffer();
        CUdeviceptr x = new CUdeviceptr();
        check(cuMemAlloc(x, 800));
        CUevent start = event();
        CUevent end = event();
        check(cuEventRecord(start, stream));
        check(cuMemcpyHtoDAsync(x, host, 800, stream));
        check(cuEventRecord(end, stream));
        values.put(99, 5); // too early for what is to be copied: it arrives
        float[] milliseconds = new float[1];
        assertEquals(CUDA_ERROR_NOT_READY, cuEventElapsedTime(milliseconds, start, end));
        CUstream other = new CUstream();
        check(cuStreamCreate(other, CUstream_flags.CU_STREAM_NON_BLOCKING));
        check(cuStreamWaitEvent(other, end, 0));
        CUdeviceptr y = upload(new double[100]);
        check(cuMemcpyDtoDAsync(y, x, 800, other));
        check(cuStreamSynchronize(other));
        check(cuEventElapsedTime(milliseconds, start, end));
        assertTrue(milliseconds[0] >= 20, "took " + milliseconds[0] + " ms");
        assertEquals(5, download(y, 100)[99]);
        check(cuMemFreeHost(host));
    }

    @Test
    void launchesOutOfBoundsAreRefused() {
        CUdeviceptr x = upload(new double[4]);
        assertEquals(CUDA_ERROR_INVALID_VALUE, launch("count", 1, 1025, 0, x, x), "threads");
        assertEquals(CUDA_ERROR_INVALID_VALUE, launch("total", 1, 97, 8 * 97, new int[1], x, x), "launch bounds");
        assertEquals(CUDA_ERROR_INVALID_VALUE, launch("count", 0, 32, 0, x, x), "grid");
        assertEquals(CUDA_ERROR_INVALID_VALUE, launch("count", 1, 32, (48 << 10) + 1, x, x), "shared");
        CUfunction count = function("count");
        int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        assertEquals(CUDA_ERROR_INVALID_VALUE, cuFuncSetAttribute(count, attribute, (99 << 10) + 1));
        check(cuFuncSetAttribute(count, attribute, 60 << 10));
        check(launch(stream, count, 1, 32, 60 << 10, x, x));
        int[] blocks = new int[1];
        check(cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, count, 512, 0));
        assertEquals(4, blocks[0]);
        assertEquals(CUDA_ERROR_NOT_FOUND, cuModuleGetFunction(new CUfunction(), module, "nothing"));
        assertEquals(CUDA_ERROR_INVALID_IMAGE, cuModuleLoadData(new CUmodule(), new byte[64]));
        check(cuModuleUnload(module));
        assertEquals(CUDA_ERROR_INVALID_HANDLE, launch(stream, count, 1, 32, 0, x, x), "unloaded");
    }

    @Test
    void aThreadNeedsTheContext() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        assertEquals(
                CUDA_ERROR_INVALID_CONTEXT,
                thread.submit(() -> cuMemAlloc(new CUdeviceptr(), 8)).get());
        thread.shutdown();
    }

    @Test
    void anAccessOutsideOfMemoryFailsAllThatFollows() {
        CUdeviceptr x = upload(new double[4]);
        check(launch("outside", 1, 1, 0, x, new int[] {4}));
        assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
        assertTrue(
                EmulatedDevice.lastMessage().startsWith("kernel outside: the address"), EmulatedDevice.lastMessage());
        assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuMemAlloc(new CUdeviceptr(), 8));
        check(cuDevicePrimaryCtxRelease(device));
        open();
        sumsThroughShufflesBarriersAndSharedMemory();
    }

    @Test
    void writesBeforeAnAllocationAreFoundWhenItIsFreed() {
        CUdeviceptr x = upload(new double[4]);
        check(launch("outside", 1, 1, 0, x, new int[] {-1}));
        check(cuStreamSynchronize(stream));
        assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuMemFree(x));
    }

    @Test
    void aStackThatRunsOverFails() {
        CUdeviceptr x = upload(1);
        check(launch("deep", 1, 1, 0, x, new int[] {50}));
        check(cuStreamSynchronize(stream));
        check(launch("deep", 1, 1, 0, x, new int[] {5000}));
        assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
    }

    @Test
    void aBarrierThatNotAllReachFails() {
        CUdeviceptr x = upload(0, 0);
        check(launch("stuck", 2, 64, 0, x));
        assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuStreamSynchronize(stream));
        assertEquals(
                "kernel stuck: block 0 waits for ever: of its 64 threads 57 are at __syncthreads(),"
                        + " 0 at a shuffle or __syncwarp(), 7 have ended",
                EmulatedDevice.lastMessage());
        EmulatedDevice.reset();
        check(launch("split", 1, 32, 0, x));
        assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuStreamSynchronize(stream));
        assertTrue(EmulatedDevice.lastMessage().contains("1 are at __syncthreads(), 31 at a shuffle"));
    }

    @Test
    void callsFailAsAsked() {
        EmulatedDevice.fail("cuMemAlloc", 1, 2, CUDA_ERROR_OUT_OF_MEMORY);
        int[] codes = new int[4];
        Arrays.setAll(codes, i -> cuMemAlloc(new CUdeviceptr(), 8));
        assertArrayEquals(
                new int[] {CUDA_SUCCESS, CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_OUT_OF_MEMORY, CUDA_SUCCESS}, codes);
        EmulatedDevice.fail("cuLaunchKernel", 0, 1, 701);
        CUdeviceptr x = upload(0, 0);
        assertEquals(701, launch("count", 1, 1, 0, x, x));
        EmulatedDevice.fail("cublasCreate", 0, 1, 1);
        assertEquals(1, JCublas2.cublasCreate(new cublasHandle()));
        EmulatedDevice.fail("nvrtcCompileProgram", 0, 1, 7);
        assertEquals(7, compile(new nvrtcProgram(), "", "--gpu-architecture=sm_80"));
    }

    @Test
    void aLostDeviceIsLostForAll() {
        EmulatedDevice.lose(2);
        check(cuCtxSynchronize());
        check(cuMemGetInfo(new long[1], new long[1]));
        assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuMemAlloc(new CUdeviceptr(), 8));
        assertEquals(CUDA_ERROR_LAUNCH_FAILED, cuStreamSynchronize(stream));
        assertNotEquals(0, JCublas2.cublasCreate(new cublasHandle()));
        EmulatedDevice.reset();
        check(cuCtxSynchronize());
    }

    @Test
    void errorsHaveNames() {
        String[] text = new String[1];
        check(cuGetErrorName(CUDA_ERROR_OUT_OF_MEMORY, text));
        assertEquals("CUDA_ERROR_OUT_OF_MEMORY", text[0]);
        check(cuGetErrorString(CUDA_ERROR_ILLEGAL_ADDRESS, text));
        assertEquals("an illegal memory access was encountered", text[0]);
    }

    @Test
    void theCompilerSaysWhatIsWrong() {
        nvrtcProgram program = new nvrtcProgram();
        int code = compile(program, "extern \"C\" __global__ void f(int n) {\n    undeclared = n;\n}\n");
        assertEquals(nvrtcResult.NVRTC_ERROR_COMPILATION, code);
        assertTrue(
                log(program).contains("test.cu:2:5: error: ‘undeclared’")
                        || log(program).contains("test.cu:2:5: error: 'undeclared'"),
                log(program));
        program = new nvrtcProgram();
        assertEquals(
                nvrtcResult.NVRTC_ERROR_COMPILATION, compile(program, "#define double void\n#include \"sums.cuh\"\n"));
        assertTrue(log(program).contains("\nsums.cuh:1:"), log(program));
        program = new nvrtcProgram();
        assertEquals(nvrtcResult.NVRTC_ERROR_COMPILATION, compile(program, "#include <math.h>\n"));
        assertTrue(log(program).contains("math.h"), log(program));
        program = new nvrtcProgram();
        assertEquals(nvrtcResult.NVRTC_ERROR_INVALID_OPTION, compile(program, "", "--fast"));
        assertEquals("nvrtc: error: unrecognized option --fast found\n", log(program));
        assertEquals(
                nvrtcResult.NVRTC_ERROR_INVALID_OPTION, compile(new nvrtcProgram(), "", "--gpu-architecture=sm_60"));
    }
}
