package org.warpmix.linalg;

import java.nio.file.Path;
import org.bytedeco.openblas.global.openblas;

/**
 * {@link Lapack} by OpenBLAS, when its library (an optional dependency) is on the class path and loads.
 *
 * <p>The native library is unpacked once into the cache folder (see {@link #cache}). It takes one thread unless the system
 * property {@code org.warpmix.threads} asks for more: its threads wait for each other by spinning, so on a machine with
 * other work two of them can be a hundred times slower than one, and a job scheduler's node is not ours to fill.
 */
final class OpenBlasLapack implements Lapack {

    private OpenBlasLapack() {}

    /** The implementation, or {@code null} where the library is absent or does not load. */
    static Lapack instanceOrNull() {
        return Holder.INSTANCE;
    }

    @Override
    public boolean factor(double[] a, int n, int ld) {
        return openblas.LAPACKE_dpotrf(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, a, ld) == 0
                && (n == 0 || a[(n - 1) * (ld + 1)] < Double.POSITIVE_INFINITY);
    }

    @Override
    public void invert(double[] a, int n, int ld) {
        int info = openblas.LAPACKE_dpotri(openblas.LAPACK_COL_MAJOR, (byte) 'L', n, a, ld);
        if (info != 0) {
            throw new ArithmeticException("dpotri of order " + n + " returned " + info
                    + ": the factor handed to it has a zero on its diagonal. This is a defect of Warpmix;"
                    + " please report it.");
        }
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
                openblas.blas_set_num_threads(Integer.getInteger("org.warpmix.threads", 1));
                return new OpenBlasLapack();
            } catch (LinkageError | RuntimeException absent) {
                return null; // an optional library: plain Java does the same, slower
            }
        }
    }
}
