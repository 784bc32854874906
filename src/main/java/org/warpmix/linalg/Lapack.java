package org.warpmix.linalg;

/**
 * The LAPACK and BLAS operations that a large dense Schur complement needs, on lower triangles, column-major.
 *
 * <p>{@link #forSize} picks: plain Java for small matrices and wherever the native library is absent,
 * OpenBLAS from the size at which it pays. Results of the two differ in the last digits only; which one ran
 * depends on the size alone on a given installation, so repeated fits give the same bits.
 */
public interface Lapack {

    /** Order of the matrix from which a native factorisation beats plain Java, its call included. */
    int NATIVE_FROM = 96;

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

    /** How many rows at once suit {@link #subtractProducts} and {@link #multiply}. */
    int panelRows();

    /**
     * {@code A ← A − R'R} (BLAS {@code dsyrk}, lower): {@code a[j][i] −= Σ_r rows[r][i] rows[r][j]}, from ≤ j ≤ i &lt; n.
     *
     * @param rows of which the first {@code count} are taken
     * @param a columns
     */
    void subtractProducts(double[][] rows, int count, int from, double[][] a, int n);

    /**
     * {@code −R T'} (BLAS {@code dtrmm}, lower): {@code products[r][i] = −Σ_j rows[r][j] t[j][i]}, from ≤ j ≤ i &lt; n.
     *
     * @param rows of which the first {@code count} are taken
     * @param t columns of a lower triangle, zero above their diagonal
     * @param products overwritten
     */
    void multiply(double[][] rows, int count, int from, double[][] t, int n, double[][] products);

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
