package org.warpmix.linalg;

/**
 * A large symmetric positive definite matrix by its lower triangle, which becomes its Cholesky factor L and then its inverse,
 * in place. Filled column by column; columns may be put by several threads.
 *
 * <p>With OpenBLAS the triangle is packed by blocks of columns outside of the Java heap, n²/2 numbers; without it the columns
 * are Java arrays, n² numbers. The work is cut by the order alone and spread over the {@link MatrixWorkers}: the same bits for any
 * number of threads.
 */
public interface PackedCholesky {

    /** A matrix of order n, not yet filled. */
    static PackedCholesky ofOrder(int n) {
        return OpenBlasLapack.instanceOrNull() == null ? new JavaCholesky(n) : new PanelCholesky(n);
    }

    /** Bytes that a matrix of order n takes, the work space of {@link #invert} included. */
    static double bytes(int n) {
        return OpenBlasLapack.instanceOrNull() == null ? JavaCholesky.bytes(n) : PanelCholesky.bytes(n);
    }

    /** Whether the matrix lies outside of the Java heap. */
    static boolean outsideHeap() {
        return OpenBlasLapack.instanceOrNull() != null;
    }

    /** Order n. */
    int order();

    /** Puts in column j from its diagonal down: entries j to n−1 of an array. */
    default void put(int j, double[] column) {
        put(j, column, order());
    }

    /** Puts in column j down to row m−1. */
    void put(int j, double[] column, int m);

    /** Reads column j from its diagonal down, to entries j to m−1 of an array. */
    void get(int j, double[] column, int m);

    /** Entry (i, j), i ≥ j. */
    double get(int i, int j);

    /** Overwrites A by L; returns whether it was positive definite. */
    boolean factor();

    /** Overwrites the leading m×m of L by the lower triangle of the inverse of the leading m×m of A. */
    void invert(int m);

    /** {@code x ← L⁻¹x}. */
    void solveLower(double[] x);

    /** {@code x ← L⁻ᵀx}. */
    void solveLowerTransposed(double[] x);

    /** {@code 2 Σ log L_ii} over from ≤ i &lt; to. */
    default double logDet(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.log(get(i, i));
        }
        return 2 * sum;
    }
}
