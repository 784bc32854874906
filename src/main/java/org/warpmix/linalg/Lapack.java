package org.warpmix.linalg;

/**
 * The two LAPACK operations that a large dense Schur complement needs, on lower triangles, column-major.
 *
 * <p>{@link #forSize} picks: plain Java for small matrices and wherever the native library is absent,
 * OpenBLAS from the size at which it pays. Results of the two differ in the last digits only; which one ran
 * depends on the size alone on a given installation, so repeated fits give the same bits.
 */
public interface Lapack {

    /** Order of the matrix from which a native factorisation beats plain Java, its call included. */
    int NATIVE_FROM = 192;

    /**
     * Factors {@code A = L L'} in place (LAPACK {@code dpotrf}, lower).
     *
     * @param a the leading n×n of a column-major matrix of leading dimension {@code ld}; lower triangle
     *     overwritten by L, the upper one is work space
     * @return whether A was positive definite
     */
    boolean factor(double[] a, int n, int ld);

    /**
     * Overwrites a factor by {@code (L L')⁻¹} in place (LAPACK {@code dpotri}, lower).
     *
     * @param a L in its lower triangle, as {@link #factor} leaves it; overwritten by the lower triangle of the
     *     inverse; the upper triangle is work space
     */
    void invert(double[] a, int n, int ld);

    /** Name for reports, e.g. {@code "Java"} or {@code "OpenBLAS"}. */
    String name();

    /** The implementation for matrices of order n on this machine. */
    static Lapack forSize(int n) {
        if (n < NATIVE_FROM) {
            return JavaLapack.INSTANCE;
        }
        Lapack openBlas = OpenBlasLapack.instanceOrNull();
        return openBlas == null ? JavaLapack.INSTANCE : openBlas;
    }
}
