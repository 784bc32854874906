package org.warpmix.likelihood;

/** Turns any factor of a covariance matrix into the lower triangular one with a non-negative diagonal. */
final class LowerTriangle {

    /** Bounds of squares that have kept their digits. */
    private static final double TINY = 1e-280;

    private static final double HUGE = 1e280;

    private LowerTriangle() {}

    /**
     * Replaces F by the lower triangular L with {@code LL' = FF'}, by Givens rotations of its columns, so that nothing is
     * squared and a singular F keeps its digits.
     *
     * @param f q×q column-major; overwritten by L
     */
    static void fold(double[] f, int q) {
        fold(f, q, q);
    }

    /**
     * The same with further rows below F that take part in the rotations: an identity there becomes Q with {@code L = FQ}.
     *
     * @param f rows×q column-major, F its first q rows; overwritten
     */
    static void fold(double[] f, int rows, int q) {
        for (int i = 0; i < q; i++) {
            for (int j = i + 1; j < q; j++) {
                double x = f[i + i * rows];
                double y = f[i + j * rows];
                if (y == 0) {
                    continue;
                }
                double square = x * x + y * y;
                double length =
                        square > TINY && square < HUGE ? Math.sqrt(square) : Math.hypot(x, y); // four times as fast
                double cos = x / length;
                double sin = y / length;
                for (int r = 0; r < rows; r++) {
                    double a = f[r + i * rows];
                    double b = f[r + j * rows];
                    f[r + i * rows] = cos * a + sin * b;
                    f[r + j * rows] = cos * b - sin * a;
                }
                f[i + j * rows] = 0;
            }
            if (f[i + i * rows] < 0) {
                for (int r = i; r < rows; r++) {
                    f[r + i * rows] = -f[r + i * rows];
                }
            }
        }
    }
}
