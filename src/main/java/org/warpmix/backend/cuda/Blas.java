package org.warpmix.backend.cuda;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasDiagType;
import jcuda.jcublas.cublasFillMode;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasSideMode;
import jcuda.jcublas.cublasStatus;
import jcuda.jcusolver.JCusolverDn;
import jcuda.jcusolver.cusolverDnHandle;
import jcuda.jcusolver.cusolverStatus;
import jcuda.runtime.cudaStream_t;

/** Matrix routines of cuBLAS and cuSOLVER on one stream, for batches and for parts of one large matrix, column-major. */
final class Blas extends Resource {

    private final cublasHandle blas = new cublasHandle();
    private final cusolverDnHandle solver = new cusolverDnHandle();

    Blas(Device device, Stream stream) {
        super(device);
        cudaStream_t queue = new cudaStream_t(stream.handle());
        checkBlas(JCublas2.cublasCreate(blas), "cublasCreate", "a handle");
        try {
            checkBlas(JCublas2.cublasSetStream(blas, queue), "cublasSetStream", "a handle");
            checkSolver(JCusolverDn.cusolverDnCreate(solver), "cusolverDnCreate", "a handle");
        } catch (DeviceException e) {
            JCublas2.cublasDestroy(blas);
            throw e;
        }
        try {
            checkSolver(JCusolverDn.cusolverDnSetStream(solver, queue), "cusolverDnSetStream", "a handle");
        } catch (DeviceException e) {
            release();
            throw e;
        }
    }

    /**
     * C ← alpha op(A) op(B) + beta C for each matrix of a batch.
     *
     * @param m rows of op(A) and C
     * @param n columns of op(B) and C
     * @param k columns of op(A), rows of op(B)
     * @param aAt where the first matrix begins, in doubles; so {@code bAt}, {@code cAt}
     * @param strideA doubles from one matrix to the next, 0 where all share one; so {@code strideB}
     */
    void multiply(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            DeviceArray a,
            long aAt,
            int lda,
            long strideA,
            DeviceArray b,
            long bAt,
            int ldb,
            long strideB,
            double beta,
            DeviceArray c,
            long cAt,
            int ldc,
            long strideC,
            int count) {
        int code = JCublas2.cublasDgemmStridedBatched(
                blas,
                operation(transA),
                operation(transB),
                m,
                n,
                k,
                scalar(alpha),
                a.at(aAt * Double.BYTES),
                lda,
                strideA,
                b.at(bAt * Double.BYTES),
                ldb,
                strideB,
                scalar(beta),
                c.at(cAt * Double.BYTES),
                ldc,
                strideC,
                count);
        checkBlas(code, "cublasDgemmStridedBatched", "m = " + m + ", n = " + n + ", k = " + k + ", count = " + count);
    }

    /**
     * A = L L' for each matrix of a batch, L in place of the lower triangle.
     *
     * @param pointers on the device, to the matrices there
     * @param info one int each: 0, or the order of the first minor that is not positive definite
     */
    void choleskyLower(int n, DeviceArray pointers, int lda, DeviceArray info, int count) {
        int code = JCusolverDn.cusolverDnDpotrfBatched(
                solver, cublasFillMode.CUBLAS_FILL_MODE_LOWER, n, pointers.pointer(), lda, info.pointer(), count);
        checkSolver(code, "cusolverDnDpotrfBatched", "n = " + n + ", count = " + count);
    }

    /**
     * B ← L⁻¹ B, or L'⁻¹ B, for each pair of a batch.
     *
     * @param m rows of B, order of L
     * @param n columns of B
     * @param aPointers on the device, to the matrices L there; so {@code bPointers}
     */
    void triangularSolveLower(
            boolean transposed,
            int m,
            int n,
            DeviceArray aPointers,
            int lda,
            DeviceArray bPointers,
            int ldb,
            int count) {
        int code = JCublas2.cublasDtrsmBatched(
                blas,
                cublasSideMode.CUBLAS_SIDE_LEFT,
                cublasFillMode.CUBLAS_FILL_MODE_LOWER,
                operation(transposed),
                cublasDiagType.CUBLAS_DIAG_NON_UNIT,
                m,
                n,
                scalar(1),
                aPointers.pointer(),
                lda,
                bPointers.pointer(),
                ldb,
                count);
        checkBlas(code, "cublasDtrsmBatched", "m = " + m + ", n = " + n + ", count = " + count);
    }

    /** Doubles of work space for {@link #cholesky} of order n. */
    int choleskyWork(int n, DeviceArray a, int lda) {
        int[] doubles = new int[1];
        int code = JCusolverDn.cusolverDnDpotrf_bufferSize(
                solver, cublasFillMode.CUBLAS_FILL_MODE_LOWER, n, a.pointer(), lda, doubles);
        checkSolver(code, "cusolverDnDpotrf_bufferSize", "n = " + n);
        return doubles[0];
    }

    /**
     * A = L L' for one matrix, L in place of the lower triangle.
     *
     * @param aAt where it begins, in doubles
     * @param work all of it is handed over
     * @param infoAt the int of {@code info} that becomes 0, or the order of the first minor that is not positive definite
     */
    void cholesky(int n, DeviceArray a, long aAt, int lda, DeviceArray work, DeviceArray info, int infoAt) {
        int code = JCusolverDn.cusolverDnDpotrf(
                solver,
                cublasFillMode.CUBLAS_FILL_MODE_LOWER,
                n,
                a.at(aAt * Double.BYTES),
                lda,
                work.pointer(),
                Math.toIntExact(work.bytes() / Double.BYTES),
                info.at((long) infoAt * Integer.BYTES));
        checkSolver(code, "cusolverDnDpotrf", "n = " + n);
    }

    /**
     * C ← alpha op(A) op(B) + beta C for parts of matrices of any size; the arguments are those of the batch.
     */
    void multiply(
            boolean transA,
            boolean transB,
            long m,
            long n,
            long k,
            double alpha,
            DeviceArray a,
            long aAt,
            long lda,
            DeviceArray b,
            long bAt,
            long ldb,
            double beta,
            DeviceArray c,
            long cAt,
            long ldc) {
        int code = JCublas2.cublasDgemm_v2_64(
                blas,
                operation(transA),
                operation(transB),
                m,
                n,
                k,
                scalar(alpha),
                a.at(aAt * Double.BYTES),
                lda,
                b.at(bAt * Double.BYTES),
                ldb,
                scalar(beta),
                c.at(cAt * Double.BYTES),
                ldc);
        checkBlas(code, "cublasDgemm", "m = " + m + ", n = " + n + ", k = " + k);
    }

    /**
     * B ← L⁻¹ B, or B ← B L'⁻¹, for a lower triangle L.
     *
     * @param right whether L stands on the right, transposed
     * @param m rows of B
     * @param n columns of B
     * @param lAt where L begins, in doubles; so {@code bAt}
     */
    void solveLower(
            boolean right, long m, long n, DeviceArray l, long lAt, long ldl, DeviceArray b, long bAt, long ldb) {
        int code = JCublas2.cublasDtrsm_v2_64(
                blas,
                right ? cublasSideMode.CUBLAS_SIDE_RIGHT : cublasSideMode.CUBLAS_SIDE_LEFT,
                cublasFillMode.CUBLAS_FILL_MODE_LOWER,
                operation(right),
                cublasDiagType.CUBLAS_DIAG_NON_UNIT,
                m,
                n,
                scalar(1),
                l.at(lAt * Double.BYTES),
                ldl,
                b.at(bAt * Double.BYTES),
                ldb);
        checkBlas(code, "cublasDtrsm", "m = " + m + ", n = " + n);
    }

    /** x ← L'⁻¹ x for one vector and an L of any order. */
    void solveLowerTransposed(long n, DeviceArray l, long lda, DeviceArray x) {
        int code = JCublas2.cublasDtrsv_v2_64(
                blas,
                cublasFillMode.CUBLAS_FILL_MODE_LOWER,
                operation(true),
                cublasDiagType.CUBLAS_DIAG_NON_UNIT,
                n,
                l.pointer(),
                lda,
                x.pointer(),
                1);
        checkBlas(code, "cublasDtrsv", "n = " + n);
    }

    private static int operation(boolean transposed) {
        return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static Pointer scalar(double value) {
        return Pointer.to(new double[] {value});
    }

    private void checkBlas(int code, String call, String sizes) {
        if (code != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw failure(call, cublasStatus.stringFor(code), sizes, code == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED);
        }
    }

    private void checkSolver(int code, String call, String sizes) {
        if (code != cusolverStatus.CUSOLVER_STATUS_SUCCESS) {
            throw failure(
                    call, cusolverStatus.stringFor(code), sizes, code == cusolverStatus.CUSOLVER_STATUS_ALLOC_FAILED);
        }
    }

    private DeviceException failure(String call, String code, String sizes, boolean memory) {
        String message = call + " failed on " + device + ": " + code + "; " + sizes;
        return memory
                ? new OutOfDeviceMemory(message + "; " + Driver.bytes(device.freeBytesOr(-1)) + " free.")
                : new DeviceException(message + ".");
    }

    @Override
    void release() {
        int solverCode = JCusolverDn.cusolverDnDestroy(solver);
        checkBlas(JCublas2.cublasDestroy(blas), "cublasDestroy", "a handle");
        checkSolver(solverCode, "cusolverDnDestroy", "a handle");
    }
}
