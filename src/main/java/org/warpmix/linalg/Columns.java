package org.warpmix.linalg;

/**
 * Sums of columns, the innermost loops of every factorisation here.
 *
 * <p>Each column is an array of its own and all are read at the same index: only then can the JIT compiler rule out that
 * target and source overlap, and turn the loop into vector instructions (three times the speed, measured on JDK 17 and
 * 25). Four columns at a time, so that the target is read and written once for all of them.
 */
public final class Columns {

    private Columns() {}

    /**
     * {@code target[i] −= Σ_r factors[r] · sources[first + r][i]} for {@code from ≤ i < to}.
     *
     * @param target none of the sources
     */
    public static void subtract(
            double[] target, double[][] sources, int first, double[] factors, int count, int from, int to) {
        int r = 0;
        for (; r + 3 < count; r += 4) {
            int s = first + r;
            subtract(
                    target,
                    sources[s],
                    factors[r],
                    sources[s + 1],
                    factors[r + 1],
                    sources[s + 2],
                    factors[r + 2],
                    sources[s + 3],
                    factors[r + 3],
                    from,
                    to);
        }
        for (; r < count; r++) {
            subtract(target, sources[first + r], factors[r], from, to);
        }
    }

    private static void subtract(double[] target, double[] source, double f, int from, int to) {
        for (int i = from; i < to; i++) {
            target[i] -= f * source[i];
        }
    }

    private static void subtract(
            double[] target,
            double[] s0,
            double f0,
            double[] s1,
            double f1,
            double[] s2,
            double f2,
            double[] s3,
            double f3,
            int from,
            int to) {
        for (int i = from; i < to; i++) {
            target[i] -= f0 * s0[i] + f1 * s1[i] + (f2 * s2[i] + f3 * s3[i]);
        }
    }
}
