package org.warpmix.inference;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The distribution of the range of k independent standard normal variates over an independent estimate s of their standard
 * deviation with ν degrees of freedom: what Tukey's pairwise comparisons refer to.
 *
 * <pre>
 * P(Q > q) = ∫ f_ν(s) S(qs) ds,   S(w) = k ∫ φ(z) [Φ(z)^(k−1) − (Φ(z) − Φ(z − w))^(k−1)] dz
 * </pre>
 * Both integrals by the trapezoidal rule, over log s and over z: for analytic integrands that vanish at both ends its error
 * falls exponentially with the step (Trefethen and Weideman 2014, SIAM Review 56(3), doi:10.1137/130932132). The bracket is
 * formed without cancellation, so that small probabilities keep their digits.
 */
final class StudentizedRange {

    private static final double STEP = 0.1;
    private static final double LEFT = -9;
    private static final double RIGHT = 46;
    /** From here on S is zero to double precision. */
    private static final double LARGEST = 74;

    /** Step of log s at which the error is 1e-14 where f_ν is at its widest. */
    private static final double COARSEST = 0.12;

    private static final double[] DENSITY = new double[(int) Math.round((RIGHT - LEFT) / STEP) + 1];
    private static final double[] PROBABILITY = new double[DENSITY.length];

    static {
        for (int i = 0; i < DENSITY.length; i++) {
            DENSITY[i] = Normal.density(LEFT + i * STEP);
            PROBABILITY[i] = Normal.probability(LEFT + i * STEP);
        }
    }

    private StudentizedRange() {}

    /**
     * {@code P(Q > q)}.
     *
     * @param count k, at least 2
     * @param degrees ν, positive
     */
    static double survival(double q, int count, double degrees) {
        if (!(q > 0)) {
            return Double.isNaN(q) ? Double.NaN : 1;
        }
        double deviation = 1 / Math.sqrt(2 * degrees); // of log s, roughly
        double step = Math.min(deviation / 4, COARSEST);
        double peak = 0.5 * Math.log(degrees / (degrees + 0.5 * q * q));
        double from = peak - Math.max(10 * deviation, 40 / degrees);
        double to = Math.max(peak, 0) + 10 * deviation;
        ChiSquaredDistribution square = ChiSquaredDistribution.of(degrees);
        double sum = 0;
        for (double t = from; t <= to; t += step) {
            double s = Math.exp(t);
            if (q * s < LARGEST) {
                double x = degrees * s * s;
                sum += 2 * x * square.density(x) * range(q * s, count);
            }
        }
        return Math.min(1, step * sum);
    }

    /** S(w). */
    private static double range(double w, int count) {
        double end = Math.min(RIGHT, 0.5 * w + 9);
        double sum = 0;
        for (int i = 0; i < DENSITY.length && LEFT + i * STEP <= end; i++) {
            double share = Normal.probability(LEFT + i * STEP - w) / PROBABILITY[i];
            double below = -Math.expm1((count - 1) * Math.log1p(-share));
            sum += DENSITY[i] * Math.pow(PROBABILITY[i], count - 1) * below;
        }
        return count * STEP * sum;
    }
}
