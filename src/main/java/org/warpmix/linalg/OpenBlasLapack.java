package org.warpmix.linalg;

import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;
import org.warpmix.unit.Workers;

/**
 * {@link Lapack} by OpenBLAS, when its library (an optional dependency) is on the class path and loads.
 *
 * <p>The native library is unpacked once into the cache folder (see {@link #cache}). Its own threads are not used, see
 * {@link SplitCholesky}. The pieces run on as many threads as {@link Workers#threads} says.
 */
final class OpenBlasLapack implements Lapack {

    private OpenBlasLapack() {}

    /** The implementation, or {@code null} where the library is absent or does not load. */
    static Lapack instanceOrNull() {
        return Holder.INSTANCE;
    }

    @Override
    public boolean factor(double[] a, int n, int ld) {
        if (n == 0) {
            return true;
        }
        boolean positive;
        int length = length(n, ld);
        try (DoublePointer copy = new DoublePointer(length)) {
            copy.put(a, 0, length);
            positive = new SplitCholesky(copy, ld, Holder.POOL).factor(n);
            copy.get(a, 0, length);
        }
        return positive && a[(n - 1) * (ld + 1)] < Double.POSITIVE_INFINITY;
    }

    @Override
    public void invert(double[] a, int n, int ld) {
        if (n == 0) {
            return;
        }
        int length = length(n, ld);
        try (DoublePointer copy = new DoublePointer(length)) {
            copy.put(a, 0, length);
            new SplitCholesky(copy, ld, Holder.POOL).invert(n);
            copy.get(a, 0, length);
        }
    }

    /** Enough for the call to pay for the way to native memory. */
    @Override
    public int panelRows() {
        return 256;
    }

    @Override
    public void subtractProducts(double[][] rows, int count, int from, double[][] a, int n) {
        int order = n - from;
        try (DoublePointer r = new DoublePointer((long) count * order);
                DoublePointer products = new DoublePointer((long) order * order)) {
            put(rows, count, from, order, r);
            openblas.cblas_dsyrk(
                    openblas.CblasColMajor,
                    openblas.CblasLower,
                    openblas.CblasNoTrans,
                    order,
                    count,
                    1,
                    r.position(0),
                    order,
                    0,
                    products,
                    order);
            double[] column = new double[n];
            for (int j = from; j < n; j++) {
                products.position((j - from) * (order + 1L)).get(column, j, n - j);
                double[] target = a[j];
                for (int i = j; i < n; i++) {
                    target[i] -= column[i];
                }
            }
        }
    }

    @Override
    public void multiply(double[][] rows, int count, int from, double[][] t, int n, double[][] products) {
        int order = n - from;
        try (DoublePointer r = new DoublePointer((long) count * order);
                DoublePointer triangle = new DoublePointer((long) order * order)) {
            put(rows, count, from, order, r);
            for (int j = from; j < n; j++) {
                triangle.position((j - from) * (order + 1L)).put(t[j], j, n - j);
            }
            openblas.cblas_dtrmm(
                    openblas.CblasColMajor,
                    openblas.CblasLeft,
                    openblas.CblasLower,
                    openblas.CblasNoTrans,
                    openblas.CblasNonUnit,
                    order,
                    count,
                    -1,
                    triangle.position(0),
                    order,
                    r.position(0),
                    order);
            for (int i = 0; i < count; i++) {
                r.position((long) i * order).get(products[i], from, order);
            }
        }
    }

    private static void put(double[][] rows, int count, int from, int length, DoublePointer to) {
        for (int r = 0; r < count; r++) {
            to.position((long) r * length).put(rows[r], from, length);
        }
    }

    /** Up to the last entry of the leading n×n. */
    private static int length(int n, int ld) {
        return (n - 1) * ld + n;
    }

    @Override
    public String name() {
        return "OpenBLAS";
    }

    /** Where the native library is unpacked: {@code $XDG_CACHE_HOME/warpmix}, by default {@code ~/.cache/warpmix}. */
    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("warpmix");
    }

    private static final class Holder {
        static final Lapack INSTANCE = load();
        static final ForkJoinPool POOL = pool();

        private static ForkJoinPool pool() {
            int threads = Workers.threads();
            return threads > 1 ? new ForkJoinPool(threads) : null;
        }

        private static Lapack load() {
            try {
                if (System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
                    System.setProperty("org.bytedeco.javacpp.cachedir", cache().toString());
                }
                openblas.blas_set_num_threads(1);
                return new OpenBlasLapack();
            } catch (LinkageError | RuntimeException absent) {
                return null; // an optional library: plain Java does the same, slower
            }
        }
    }
}
