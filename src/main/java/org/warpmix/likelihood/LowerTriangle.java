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
        for (int i = 0; i < q; i++) {
            for (int j = i + 1; j < q; j++) {
                double x = f[i + i * q];
                double y = f[i + j * q];
                if (y == 0) {
                    continue;
                }
                double square = x * x + y * y;
                double length =
                        square > TINY && square < HUGE ? Math.sqrt(square) : Math.hypot(x, y); // four times as fast
                double cos = x / length;
                double sin = y / length;
                for (int r = 0; r < q; r++) {
                    double a = f[r + i * q];
                    double b = f[r + j * q];
                    f[r + i * q] = cos * a + sin * b;
                    f[r + j * q] = cos * b - sin * a;
                }
                f[i + j * q] = 0;
            }
            if (f[i + i * q] < 0) {
                for (int r = i; r < q; r++) {
                    f[r + i * q] = -f[r + i * q];
                }
            }
        }
    }
}
