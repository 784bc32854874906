package org.warpmix.backend.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.JCudaDriver.*;
import static jcuda.nvrtc.JNvrtc.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUdeviceptr;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasDiagType;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasSideMode;
import jcuda.jcusolver.JCusolverDn;
import jcuda.jcusolver.cusolverDnHandle;
import jcuda.runtime.cudaStream_t;
import org.junit.jupiter.api.Test;

/** The emulated cuBLAS and cuSOLVER against plain loops. */
class EmulatedBlasTest extends EmulatedDeviceFixture {

    @Test
    void multipliesBatches() {
        Random random = new Random(2);
        int m = 5, n = 3, k = 4, count = 3, lda = 7, ldb = 6, ldc = 8;
        double[] a = random.doubles(count * 49L).toArray();
        double[] b = random.doubles(36).toArray();
        double[] c = random.doubles((long) count * ldc * n).toArray();
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
            double[] x = random.doubles((long) n * n).toArray();
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
        double[] b = random.doubles((long) count * n * columns).toArray();

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

    private static int operation(boolean transposed) {
        return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private cublasHandle blas() {
        cublasHandle handle = new cublasHandle();
        check(JCublas2.cublasCreate(handle));
        check(JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
        return handle;
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
