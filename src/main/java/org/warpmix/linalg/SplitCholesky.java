package org.warpmix.linalg;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Cholesky factor and inverse of a large matrix, halved until the pieces are small, with one-threaded OpenBLAS calls for
 * the pieces and the independent ones side by side in a pool.
 *
 * <p>OpenBLAS's own threads wait for each other by spinning: on a machine with other work two of them were measured to be
 * up to a hundred times slower than one. Here a thread that waits sleeps or takes other pieces. How a matrix is cut depends
 * on its size alone, so the results are the same bits for any number of threads.
 *
 * <pre>
 * A = [A11 ·; A21 A22]:   L11, L21 = A21 L11⁻ᵀ, L22 from A22 − L21 L21'
 * A⁻¹:   W = L21 L11⁻¹,  X22 = (L22 L22')⁻¹,  X21 = −X22 W,  X11 = (L11 L11')⁻¹ − W' X21
 * </pre>
 */
final class SplitCholesky {

    private static final int SMALLEST = 512;
    private static final int STRIPS = 4;
    private static final int COLUMNS = openblas.CblasColMajor;
    private static final int LOWER = openblas.CblasLower;
    private static final int PLAIN = openblas.CblasNoTrans;
    private static final int TRANSPOSED = openblas.CblasTrans;

    private final DoublePointer a;
    private final int ld;
    private final ForkJoinPool pool;

    /**
     * @param a column-major with leading dimension {@code ld}; its lower triangle is read and overwritten, its upper one is
     *     work space
     * @param pool where pieces run, or {@code null} for the caller's thread alone
     */
    SplitCholesky(DoublePointer a, int ld, ForkJoinPool pool) {
        this.a = a;
        this.ld = ld;
        this.pool = pool;
    }

    /** Overwrites the leading n×n of A by L; returns whether it was positive definite. */
    boolean factor(int n) {
        return factor(0, n);
    }

    /** Overwrites the leading n×n of L by {@code (L L')⁻¹}, lower triangle. */
    void invert(int n) {
        invert(0, n);
    }

    private boolean factor(int at, int n) {
        if (n <= SMALLEST) {
            return openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, entry(at, at), ld) == 0;
        }
        int h = n / 2;
        int middle = at + h;
        int rest = n - h;
        if (!factor(at, h)) {
            return false;
        }
        all(solveRows(at, h, middle, rest, TRANSPOSED));
        List<Runnable> columns = new ArrayList<>();
        for (int s = 0; s < STRIPS; s++) {
            int from = rest * s / STRIPS;
            int to = rest * (s + 1) / STRIPS;
            columns.add(() -> {
                openblas.cblas_dsyrk(
                        COLUMNS,
                        LOWER,
                        PLAIN,
                        to - from,
                        h,
                        -1,
                        entry(middle + from, at),
                        ld,
                        1,
                        entry(middle + from, middle + from),
                        ld);
                if (to < rest) {
                    openblas.cblas_dgemm(
                            COLUMNS,
                            PLAIN,
                            TRANSPOSED,
                            rest - to,
                            to - from,
                            h,
                            -1,
                            entry(middle + to, at),
                            ld,
                            entry(middle + from, at),
                            ld,
                            1,
                            entry(middle + to, middle + from),
                            ld);
                }
            });
        }
        all(columns);
        return factor(middle, rest);
    }

    private void invert(int at, int n) {
        if (n <= SMALLEST) {
            openblas.LAPACKE_dpotri(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, entry(at, at), ld);
            return;
        }
        int h = n / 2;
        int middle = at + h;
        int rest = n - h;
        List<Runnable> first = new ArrayList<>();
        first.add(() -> invert(middle, rest));
        first.addAll(solveRows(at, h, middle, rest, PLAIN)); // W in place of L21
        all(first);
        DoublePointer w = new DoublePointer((long) rest * h);
        try (w) {
            List<Runnable> second = new ArrayList<>();
            second.add(() -> invert(at, h));
            for (int s = 0; s < STRIPS; s++) { // X21 = −X22 W, by columns, W kept aside
                int from = h * s / STRIPS;
                int size = h * (s + 1) / STRIPS - from;
                second.add(() -> {
                    for (int j = from; j < from + size; j++) {
                        openblas.cblas_dcopy(rest, entry(middle, at + j), 1, w.getPointer((long) j * rest), 1);
                    }
                    openblas.cblas_dsymm(
                            COLUMNS,
                            openblas.CblasLeft,
                            LOWER,
                            rest,
                            size,
                            -1,
                            entry(middle, middle),
                            ld,
                            w.getPointer((long) from * rest),
                            rest,
                            0,
                            entry(middle, at + from),
                            ld);
                });
            }
            all(second);
            List<Runnable> third = new ArrayList<>();
            for (int s = 0; s < STRIPS; s++) { // X11 −= W' X21, from the diagonal block of each strip down
                int from = h * s / STRIPS;
                int size = h * (s + 1) / STRIPS - from;
                third.add(() -> openblas.cblas_dgemm(
                        COLUMNS,
                        TRANSPOSED,
                        PLAIN,
                        h - from,
                        size,
                        rest,
                        -1,
                        w.getPointer((long) from * rest),
                        rest,
                        entry(middle, at + from),
                        ld,
                        1,
                        entry(at + from, at + from),
                        ld));
            }
            all(third);
        }
    }

    /** {@code B ← B op(L11)⁻¹} for the rest×h block B below the h×h factor L11 at {@code at}, by strips of rows. */
    private List<Runnable> solveRows(int at, int h, int middle, int rest, int transposed) {
        List<Runnable> strips = new ArrayList<>();
        for (int s = 0; s < STRIPS; s++) {
            int from = rest * s / STRIPS;
            int size = rest * (s + 1) / STRIPS - from;
            strips.add(() -> openblas.cblas_dtrsm(
                    COLUMNS,
                    openblas.CblasRight,
                    LOWER,
                    transposed,
                    openblas.CblasNonUnit,
                    size,
                    h,
                    1,
                    entry(at, at),
                    ld,
                    entry(middle + from, at),
                    ld));
        }
        return strips;
    }

    private DoublePointer entry(int i, int j) {
        return a.getPointer(i + (long) j * ld);
    }

    private void all(List<Runnable> pieces) {
        if (pool == null) {
            pieces.forEach(Runnable::run);
            return;
        }
        List<ForkJoinTask<?>> tasks = new ArrayList<>();
        for (Runnable piece : pieces) {
            tasks.add(ForkJoinTask.adapt(piece));
        }
        if (ForkJoinTask.inForkJoinPool()) {
            ForkJoinTask.invokeAll(tasks);
        } else {
            pool.invoke(ForkJoinTask.adapt(() -> {
                ForkJoinTask.invokeAll(tasks);
            }));
        }
    }
}
