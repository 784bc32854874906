package org.warpmix.backend.cpu;

import org.warpmix.random.Elementary;

/** Logarithms over lanes, with their work space. */
final class LaneLogarithm {

    private final double[] exponent;
    private final double[] fraction;

    LaneLogarithm(int lanes) {
        exponent = new double[lanes];
        fraction = new double[lanes];
    }

    /** {@code t += f log a} for normal positive a; what comes out for others is NaN or means nothing. */
    void add(double[] t, double f, double[] a) {
        split(a);
        for (int l = 0; l < t.length; l++) {
            t[l] += f * Elementary.log(exponent[l] + 0 * a[l], fraction[l]); // NaN where a is
        }
    }

    /** {@code t += f s log a}, likewise. */
    void add(double[] t, double f, double[] s, double[] a) {
        split(a);
        for (int l = 0; l < t.length; l++) {
            t[l] += f * s[l] * Elementary.log(exponent[l] + 0 * a[l], fraction[l]);
        }
    }

    /** Apart from the rest, which becomes vector instructions. */
    private void split(double[] a) {
        for (int l = 0; l < a.length; l++) {
            exponent[l] = Elementary.exponent(a[l]);
            fraction[l] = Elementary.fraction(a[l]);
        }
    }
}
