package org.warpmix.linalg;

import java.nio.file.Path;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/**
 * {@link Lapack} by OpenBLAS, when its library (an optional dependency) is on the class path and loads.
 *
 * <p>The native library is unpacked once into the cache folder (see {@link #cache}). Its own threads are not used: large
 * matrices are cut by {@link PanelCholesky}.
 */
final class OpenBlasLapack implements Lapack {

    /** Order from which the work is cut and spread over the {@link MatrixWorkers}. */
    private static final int PACKED_FROM = 512;

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
        if (n >= PACKED_FROM) {
            PanelCholesky packed = packed(a, n, ld);
            boolean positive = packed.factor();
            unpack(packed, a, n, ld);
            return positive;
        }
        int length = length(n, ld);
        int failed;
        try (DoublePointer copy = new DoublePointer(length)) {
            copy.put(a, 0, length);
            failed = openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, copy, ld);
            copy.get(a, 0, length);
        }
        return failed == 0 && a[(n - 1) * (ld + 1)] < Double.POSITIVE_INFINITY;
    }

    @Override
    public void invert(double[] a, int n, int ld) {
        if (n == 0) {
            return;
        }
        if (n >= PACKED_FROM) {
            PanelCholesky packed = packed(a, n, ld);
            packed.invert(n);
            unpack(packed, a, n, ld);
            return;
        }
        int length = length(n, ld);
        try (DoublePointer copy = new DoublePointer(length)) {
            copy.put(a, 0, length);
            openblas.LAPACKE_dpotri(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, copy, ld);
            copy.get(a, 0, length);
        }
    }

    private static PanelCholesky packed(double[] a, int n, int ld) {
        PanelCholesky packed = new PanelCholesky(n);
        for (int j = 0; j < n; j++) {
            packed.load(j, a, j * (ld + 1));
        }
        return packed;
    }

    private static void unpack(PanelCholesky packed, double[] a, int n, int ld) {
        for (int j = 0; j < n; j++) {
            packed.store(j, a, j * (ld + 1));
        }
        packed.close();
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

        private static Lapack load() {
            try {
                if (System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
                    System.setProperty("org.bytedeco.javacpp.cachedir", cache().toString());
                }
                // what is taken is predicted and checked by those who ask for it; the heap's limit says nothing of it
                System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
                System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
                openblas.blas_set_num_threads(1);
                return new OpenBlasLapack();
            } catch (LinkageError | RuntimeException absent) {
                return null; // an optional library: plain Java does the same, slower
            }
        }
    }
}
