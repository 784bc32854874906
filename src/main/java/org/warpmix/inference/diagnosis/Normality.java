package org.warpmix.inference.diagnosis;

import java.util.Arrays;
import org.warpmix.inference.Normal;
import org.warpmix.inference.Quantiles;

/**
 * Whether numbers look normal: moments, and the test of Anderson and Darling with mean and variance estimated. It takes eight
 * numbers, and any more: with many of them tiny departures show, which do no harm; look at the size of skewness and kurtosis.
 *
 * <p>D'Agostino and Stephens 1986, Goodness-of-Fit Techniques, table 4.9. For independent numbers; residuals and BLUPs are
 * nearly so.
 *
 * @param count how many numbers; those that are {@code NaN} are left aside
 * @param skewness third standardised moment, 0 where normal
 * @param kurtosis excess over the normal's fourth standardised moment, 0 where normal
 * @param statistic A², corrected for the estimates; {@code NaN} for fewer than eight numbers
 * @param p of the test
 */
public record Normality(int count, double skewness, double kurtosis, double statistic, double p) {

    private static final int FEWEST = 8;
    private static final int POINTS = 400;
    private static final double LEAST = 1e-300;

    /**
     * Points of a normal quantile plot.
     *
     * @param theoretical normal quantiles, ascending
     * @param sample the standardised numbers of the same ranks
     */
    public record Quantiles(double[] theoretical, double[] sample) {}

    /** Moments and test. */
    public static Normality of(double[] values) {
        double[] sorted = sorted(values);
        int n = sorted.length;
        double mean = Arrays.stream(sorted).average().orElse(Double.NaN);
        double second = 0;
        double third = 0;
        double fourth = 0;
        for (double value : sorted) {
            double d = value - mean;
            second += d * d / n;
            third += d * d * d / n;
            fourth += d * d * d * d / n;
        }
        double skewness = third / Math.pow(second, 1.5);
        double kurtosis = fourth / (second * second) - 3;
        if (n < FEWEST || !(second > 0)) {
            return new Normality(n, skewness, kurtosis, Double.NaN, Double.NaN);
        }
        double deviation = Math.sqrt(second * n / (n - 1));
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double below = Normal.probability((sorted[i] - mean) / deviation);
            double above = Normal.probability(-(sorted[n - 1 - i] - mean) / deviation);
            sum += (2 * i + 1.0) / n * (Math.log(Math.max(below, LEAST)) + Math.log(Math.max(above, LEAST)));
        }
        double statistic = (-n - sum) * (1 + 0.75 / n + 2.25 / ((double) n * n));
        return new Normality(n, skewness, kurtosis, statistic, p(statistic));
    }

    private static double p(double a) {
        if (a < 0.2) {
            return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
        }
        if (a < 0.34) {
            return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
        }
        if (a < 0.6) {
            return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
        }
        double largest = Math.min(a, 10); // beyond, the formula turns
        return Math.exp(1.2937 - 5.709 * largest + 0.0186 * largest * largest);
    }

    /** Points of a quantile plot: all up to 400 numbers, else 400 ranks that are evenly spaced as normal quantiles. */
    public static Quantiles quantiles(double[] values) {
        double[] sorted = sorted(values);
        int n = sorted.length;
        int points = Math.min(n, POINTS);
        double[] theoretical = new double[points];
        double[] sample = new double[points];
        double end = n == 0 ? 0 : Normal.quantile((n - 0.5) / n);
        int used = 0;
        int last = -1;
        for (int k = 0; k < points; k++) {
            int rank = k;
            if (n > POINTS) {
                double z = end * (2.0 * k / (points - 1) - 1);
                rank = Math.max(0, Math.min(n - 1, (int) Math.floor(n * Normal.probability(z))));
            }
            if (rank > last) {
                theoretical[used] = Normal.quantile((rank + 0.5) / n);
                sample[used++] = sorted[rank];
                last = rank;
            }
        }
        return new Quantiles(Arrays.copyOf(theoretical, used), Arrays.copyOf(sample, used));
    }

    private static double[] sorted(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    }
}
