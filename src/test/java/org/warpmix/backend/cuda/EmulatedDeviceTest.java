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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasDiagType;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasSideMode;
import jcuda.jcusolver.JCusolver;
import jcuda.jcusolver.JCusolverDn;
import jcuda.jcusolver.cusolverDnHandle;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emulated device does what a device does, and what it must not accept fails: through JCuda alone. */
class EmulatedDeviceTest {

    private static final String KERNELS = """
            #include "sums.cuh"

            // sums over each warp by shuffles, over the block through shared memory: one sum per block
            extern "C" __global__ void __launch_bounds__(THREADS) total(int n, const double* __restrict__ x, double* sums) {
                __shared__ double warps[THREADS / 32];
                extern __shared__ double scratch[];
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                scratch[threadIdx.x] = i < n ? x[i] : 0;
                __syncthreads();
                // from the other end, so that a thread reads what another one wrote
                double sum = warpSum(scratch[blockDim.x - 1 - threadIdx.x]);
                if (threadIdx.x % 32 == 0) {
                    warps[threadIdx.x / 32] = sum;
                }
                __syncthreads();
                if (threadIdx.x == 0) {
                    double all = 0;
                    #pragma unroll
                    for (int w = 0; w < THREADS / 32; w++) {
                        all += warps[w];
                    }
                    sums[blockIdx.x] = all;
                }
            }

            extern "C" __global__ void count(int* hits, unsigned long long* steps) {
                atomicAdd(hits, 1);
                atomicAdd(steps, (unsigned long long) threadIdx.x);
            }

            extern "C" __global__ void groups(int* out) {
                // the groups of 8 shuffle on their own, one of them once more
                unsigned mask = 0xffu << (threadIdx.x / 8 * 8);
                int value = __shfl_xor_sync(mask, (int) threadIdx.x, 3);
                if (threadIdx.x / 8 == 1) {
                    value += 100 * __shfl_xor_sync(mask, (int) threadIdx.x, 1);
                }
                out[threadIdx.x] = value;
            }

            extern "C" __global__ void arithmetic(double* out) {
                out[0] = __umulhi(0xdeadbeefu, 0xcafef00du);
                out[1] = (double) __umul64hi(0x123456789abcdef0ull, 0xfedcba9876543210ull);
                out[2] = __longlong_as_double(__double_as_longlong(-1.5));
                out[3] = hypot(3.0, 4.0) + copysign(sqrt(2.0), -1.0) + exp(log(7.0)) + floor(-0.5);
                out[4] = isnan(out[5]) && isfinite(out[3]) ? fmax(out[3], __ldg(out + 5)) : 0;
            }

            extern "C" __global__ void unset(double* out) {
                __shared__ double fixed[40];
                extern __shared__ double asked[];
                out[0] = isnan(fixed[threadIdx.x]) && isnan(asked[threadIdx.x]);
                fixed[threadIdx.x] = asked[threadIdx.x] = 1;
            }

            extern "C" __global__ void outside(double* x, int at) {
                x[at] = 1;
            }

            extern "C" __global__ void stuck(int* x) {
                if (threadIdx.x < 7) {
                    return;
                }
                __syncthreads();
                x[0] = 1;
            }

            extern "C" __global__ void split(int* x) {
                if (threadIdx.x == 0) {
                    __syncthreads();
                } else {
                    x[0] = __shfl_xor_sync(0xffffffffu, 1, 1);
                    __syncthreads();
                }
            }

            extern "C" __global__ void deep(double* out, int depth) {
                out[0] = dig(out, depth);
            }
            """;

    private static final String HEADER = """
            __device__ __forceinline__ double warpSum(double x) {
                for (int lanes = 16; lanes > 0; lanes /= 2) {
                    x += __shfl_xor_sync(0xffffffffu, x, lanes);
                }
                return x;
            }

            __device__ __noinline__ double dig(double* out, int depth) {
                volatile double hole[64];
                hole[depth % 64] = out[0];
                return depth == 0 ? 0 : dig(out, depth - 1) + hole[depth % 64];
            }
            """;

    private static byte[] image;

    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private CUmodule module;
    private CUstream stream;

    @BeforeAll
    static void load() throws Exception {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
        EmulatedDevice.use();
        for (String library :
                new String[] {"libnvrtc.so.12", "libcublas.so.12", "libcusolver.so.11", "libcusolverMg.so.11"}) {
            System.load(EmulatedDevice.libraries().resolve(library).toString());
        }
        // JCuda unpacks its bindings there
        String temporary = System.getProperty("java.io.tmpdir");
        System.setProperty("java.io.tmpdir", EmulatedDevice.libraries() + "/bindings");
        for (String type : new String[] {
            "jcuda.driver.JCudaDriver", "jcuda.nvrtc.JNvrtc", "jcuda.jcublas.JCublas2", "jcuda.jcusolver.JCusolver"
        }) {
            Class.forName(type);
        }
        System.setProperty("java.io.tmpdir", temporary);
        JCudaDriver.setExceptionsEnabled(false);
        JCublas2.setExceptionsEnabled(false);
        JCusolver.setExceptionsEnabled(false);
        JNvrtc.setExceptionsEnabled(false);
        image = image(KERNELS, "--gpu-architecture=sm_80", "-DTHREADS=96", "-default-device");
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
        assertEquals((double) ((0xdeadbeefL * 0xcafef00dL) >>> 32), got[0]);
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
        assertEquals(nvrtcResult.NVRTC_ERROR_COMPILATION, compile(program, "#include <math.h>\n"));
        assertTrue(log(program).contains("math.h"), log(program));
        program = new nvrtcProgram();
        assertEquals(nvrtcResult.NVRTC_ERROR_INVALID_OPTION, compile(program, "", "--fast"));
        assertEquals("nvrtc: error: unrecognized option --fast found\n", log(program));
        assertEquals(
                nvrtcResult.NVRTC_ERROR_INVALID_OPTION, compile(new nvrtcProgram(), "", "--gpu-architecture=sm_60"));
    }

    @Test
    void multipliesBatches() {
        Random random = new Random(2);
        int m = 5, n = 3, k = 4, count = 3, lda = 7, ldb = 6, ldc = 8;
        double[] a = random.doubles(count * 49).toArray();
        double[] b = random.doubles(36).toArray();
        double[] c = random.doubles(count * ldc * n).toArray();
        cublasHandle handle = blas();
        for (boolean transA : new boolean[] {false, true}) {
            for (boolean transB : new boolean[] {false, true}) {
                for (double beta : new double[] {0, 0.5}) {
                    CUdeviceptr result = upload(beta == 0 ? nans(c.length) : c);
                    check(JCublas2.cublasDgemmStridedBatched(
                            handle,
                            operation(transA),
                            operation(transB),
                            m,
                            n,
                            k,
                            Pointer.to(new double[] {2}),
                            upload(a),
                            lda,
                            49,
                            upload(b),
                            ldb,
                            0,
                            Pointer.to(new double[] {beta}),
                            result,
                            ldc,
                            (long) ldc * n,
                            count));
                    check(cuStreamSynchronize(stream));
                    double[] got = download(result, c.length);
                    for (int batch = 0; batch < count; batch++) {
                        for (int j = 0; j < n; j++) {
                            for (int i = 0; i < m; i++) {
                                int at = batch * ldc * n + j * ldc + i;
                                double expected = beta == 0 ? 0 : beta * c[at];
                                for (int l = 0; l < k; l++) {
                                    double left = a[batch * 49 + (transA ? l + i * lda : i + l * lda)];
                                    expected += 2 * left * b[transB ? j + l * ldb : l + j * ldb];
                                }
                                assertEquals(expected, got[at], 1e-14);
                            }
                        }
                    }
                }
            }
        }
        check(JCublas2.cublasDestroy(handle));
    }

    @Test
    void factorisesAndSolvesBatches() {
        int n = 6, lda = 7, columns = 2, count = 3;
        Random random = new Random(3);
        double[] a = new double[count * lda * n];
        for (int batch = 0; batch < count; batch++) {
            double[] x = random.doubles(n * n).toArray();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = i == j ? 1 : 0;
                    for (int l = 0; l < n; l++) {
                        sum += x[i * n + l] * x[j * n + l];
                    }
                    a[batch * lda * n + i + j * lda] = j > i ? Double.NaN : sum; // the upper triangle is not for them
                }
            }
        }
        a[lda * n + 3 + 3 * lda] = -1; // the second one's fourth minor
        double[] b = random.doubles(count * n * columns).toArray();

        CUdeviceptr matrices = upload(a);
        CUdeviceptr rightSides = upload(b);
        CUdeviceptr aPointers = pointers(matrices, count, (long) lda * n * 8);
        CUdeviceptr bPointers = pointers(rightSides, count, (long) n * columns * 8);
        CUdeviceptr info = upload(7, 7, 7);
        cusolverDnHandle solver = new cusolverDnHandle();
        check(JCusolverDn.cusolverDnCreate(solver));
        check(JCusolverDn.cusolverDnSetStream(solver, new cudaStream_t(stream)));
        check(JCusolverDn.cusolverDnDpotrfBatched(
                solver, cublasFillMode.CUBLAS_FILL_MODE_LOWER, n, aPointers, lda, info, count));
        cublasHandle handle = blas();
        for (boolean transposed : new boolean[] {false, true}) {
            check(JCublas2.cublasDtrsmBatched(
                    handle,
                    cublasSideMode.CUBLAS_SIDE_LEFT,
                    cublasFillMode.CUBLAS_FILL_MODE_LOWER,
                    operation(transposed),
                    cublasDiagType.CUBLAS_DIAG_NON_UNIT,
                    n,
                    columns,
                    Pointer.to(new double[] {1}),
                    aPointers,
                    lda,
                    bPointers,
                    n,
                    count));
        }
        check(cuStreamSynchronize(stream));
        assertArrayEquals(new int[] {0, 4, 0}, downloadInts(info, 3));
        double[] factors = download(matrices, a.length);
        double[] solutions = download(rightSides, b.length);
        for (int batch : new int[] {0, 2}) {
            int from = batch * lda * n;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double product = 0;
                    for (int l = 0; l <= Math.min(i, j); l++) {
                        product += factors[from + i + l * lda] * factors[from + j + l * lda];
                    }
                    assertEquals(a[from + Math.max(i, j) + Math.min(i, j) * lda], product, 1e-13);
                    assertTrue(j <= i || Double.isNaN(factors[from + i + j * lda]));
                }
                for (int c = 0; c < columns; c++) {
                    double product = 0;
                    for (int j = 0; j < n; j++) {
                        product += a[from + Math.max(i, j) + Math.min(i, j) * lda]
                                * solutions[(batch * columns + c) * n + j];
                    }
                    assertEquals(b[(batch * columns + c) * n + i], product, 1e-12);
                }
            }
        }
        check(JCusolverDn.cusolverDnDestroy(solver));
        check(JCublas2.cublasDestroy(handle));
    }

    @Test
    void aBadPointerFailsTheBatch() {
        cublasHandle handle = blas();
        CUdeviceptr nowhere = upload(0, 0);
        check(JCublas2.cublasDtrsmBatched(
                handle, 0, 0, 0, 0, 2, 1, Pointer.to(new double[] {1}), nowhere, 2, nowhere, 2, 1));
        assertEquals(CUDA_ERROR_ILLEGAL_ADDRESS, cuStreamSynchronize(stream));
        assertTrue(EmulatedDevice.lastMessage().startsWith("cublasDtrsmBatched: "), EmulatedDevice.lastMessage());
    }

    private static void check(int code) {
        assertEquals(0, code, EmulatedDevice::lastMessage);
    }

    private static int operation(boolean transposed) {
        return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private cublasHandle blas() {
        cublasHandle handle = new cublasHandle();
        check(JCublas2.cublasCreate(handle));
        check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
        return handle;
    }

    private static byte[] image(String source, String... options) {
        nvrtcProgram program = new nvrtcProgram();
        assertEquals(0, compile(program, source, options), () -> log(program));
        long[] size = new long[1];
        check(nvrtcGetCUBINSize(program, size));
        byte[] bytes = new byte[(int) size[0]];
        check(nvrtcGetCUBIN(program, bytes));
        check(nvrtcDestroyProgram(program));
        return bytes;
    }

    private static int compile(nvrtcProgram program, String source, String... options) {
        check(nvrtcCreateProgram(program, source, "test.cu", 1, new String[] {HEADER}, new String[] {"sums.cuh"}));
        return nvrtcCompileProgram(program, options.length, options);
    }

    private static String log(nvrtcProgram program) {
        String[] text = new String[1];
        check(nvrtcGetProgramLog(program, text));
        return text[0];
    }

    private CUfunction function(String name) {
        CUfunction function = new CUfunction();
        check(cuModuleGetFunction(function, module, name));
        return function;
    }

    private int launch(String kernel, int grid, int block, int shared, Object... arguments) {
        return launch(stream, kernel, grid, block, shared, arguments);
    }

    private int launch(CUstream on, String kernel, int grid, int block, int shared, Object... arguments) {
        return launch(on, function(kernel), grid, block, shared, arguments);
    }

    private static int launch(CUstream on, CUfunction function, int grid, int block, int shared, Object... arguments) {
        NativePointerObject[] pointers = new NativePointerObject[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            pointers[i] = arguments[i] instanceof int[] number
                    ? Pointer.to(number)
                    : Pointer.to((NativePointerObject) arguments[i]);
        }
        return cuLaunchKernel(function, grid, 1, 1, block, 1, 1, shared, on, Pointer.to(pointers), null);
    }

    private static CUevent event() {
        CUevent event = new CUevent();
        check(cuEventCreate(event, 0));
        return event;
    }

    private static CUdeviceptr upload(double... values) {
        CUdeviceptr array = new CUdeviceptr();
        check(cuMemAlloc(array, (long) values.length * Sizeof.DOUBLE));
        check(cuMemcpyHtoD(array, Pointer.to(values), (long) values.length * Sizeof.DOUBLE));
        return array;
    }

    private static CUdeviceptr upload(int... values) {
        CUdeviceptr array = new CUdeviceptr();
        check(cuMemAlloc(array, (long) values.length * Sizeof.INT));
        check(cuMemcpyHtoD(array, Pointer.to(values), (long) values.length * Sizeof.INT));
        return array;
    }

    private static double[] download(CUdeviceptr from, int count) {
        double[] values = new double[count];
        check(cuMemcpyDtoH(Pointer.to(values), from, (long) count * Sizeof.DOUBLE));
        return values;
    }

    private static int[] downloadInts(CUdeviceptr from, int count) {
        int[] values = new int[count];
        check(cuMemcpyDtoH(Pointer.to(values), from, (long) count * Sizeof.INT));
        return values;
    }

    /** A device array of the addresses of equal parts of another one. */
    private static CUdeviceptr pointers(CUdeviceptr array, int count, long bytes) {
        NativePointerObject[] parts = new NativePointerObject[count];
        for (int i = 0; i < count; i++) {
            parts[i] = array.withByteOffset(i * bytes);
        }
        CUdeviceptr pointers = new CUdeviceptr();
        check(cuMemAlloc(pointers, (long) count * Sizeof.POINTER));
        check(cuMemcpyHtoD(pointers, Pointer.to(parts), (long) count * Sizeof.POINTER));
        return pointers;
    }

    private static double[] nans(int count) {
        double[] values = new double[count];
        Arrays.fill(values, Double.NaN);
        return values;
    }
}
