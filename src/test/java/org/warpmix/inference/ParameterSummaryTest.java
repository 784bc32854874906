package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Moments and intervals against R 4.2.2 with package boot 1.3-28.1. There, with R's {@code i <- 1:59}:
 * {@code t <- ((i*37) %% 61)^1.3 / 7; v <- (1 + ((i*11) %% 17)/20)^2; t0 <- 10.5; v0 <- 1.3^2}, then {@code norm.ci},
 * {@code basic.ci}, {@code perc.ci}, {@code stud.ci} and {@code bca.ci} at 0.9.
 */
class ParameterSummaryTest {

    private static final double TIGHT = 1e-10;
    private static final double ESTIMATE = 10.5;
    private static final double ERROR = 1.3;

    private static ParameterSummary summary() {
        double[] t = new double[59];
        double[] studentised = new double[59];
        for (int i = 1; i <= 59; i++) {
            t[i - 1] = Math.pow((i * 37) % 61, 1.3) / 7;
            studentised[i - 1] = (t[i - 1] - ESTIMATE) / (1 + (i * 11) % 17 / 20.0);
        }
        return new ParameterSummary("t", ESTIMATE, ERROR, distribution(ESTIMATE, t), distribution(0, studentised));
    }

    private static Distribution distribution(double estimate, double... values) {
        Distribution distribution = new Distribution(estimate, new Quantiles(100_000, 64));
        distribution.add(values, values.length);
        distribution.finish();
        return distribution;
    }

    private static void assertEnds(double lower, double upper, Interval interval) {
        assertEquals(lower, interval.lower(), TIGHT * 10);
        assertEquals(upper, interval.upper(), TIGHT * 10);
        assertTrue(interval.lowerError() > 0 && interval.upperError() > 0, interval::toString);
    }

    @Test
    void moments() {
        ParameterSummary t = summary();
        assertEquals(59, t.count());
        assertEquals(2.54215572366017, t.bias(), TIGHT);
        assertEquals(8.90619531311883, t.standardDeviation(), TIGHT);
        assertEquals(1.15948786879746, t.meanError(), TIGHT);
        assertEquals(0.503827091650001, t.standardDeviationError(), TIGHT);
    }

    @Test
    void intervalsAreThoseOfBoot() {
        ParameterSummary t = summary();
        assertEnds(0.595881072992533, 28.0129181044729, t.interval(IntervalType.PERCENTILE, 0.9, 0));
        assertEnds(-7.01291810447293, 20.4041189270075, t.interval(IntervalType.BASIC, 0.9, 0));
        assertEnds(-6.69154338678189, 22.6072319394615, t.interval(IntervalType.NORMAL, 0.9, 0));
        assertEnds(-9.15427878539507, 20.8571428571429, t.interval(IntervalType.STUDENTISED, 0.9, 0));
        // influence values (-3, -1, -0.5, 1, 2, 6) less their mean
        assertEnds(0.378451931638564, 27.120564796246, t.interval(IntervalType.BCA, 0.9, 0.0435841737037631));
    }

    @Test
    void quantilesBetweenAndBeyondOrderStatistics() {
        ParameterSummary t = summary();
        assertEquals(0.142857142857143, t.quantile(0.01), TIGHT);
        assertEquals(6.120067563247991, t.quantile(0.3), TIGHT);
        assertEquals(21.428559753436538, t.quantile(0.77), TIGHT);
        assertEquals(29.27511336325511, t.quantile(0.999), TIGHT);
    }

    @Test
    void chunksAddUpToTheWhole() {
        double[] values = new double[5000];
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = 1e6 + Math.pow(i % 97, 3) / 1e4;
            mean += values[i] / values.length;
        }
        double[] powers = new double[5];
        for (double value : values) {
            for (int k = 2; k <= 4; k++) {
                powers[k] += Math.pow(value - mean, k) / values.length;
            }
        }
        Moments moments = new Moments();
        for (int from = 0; from < values.length; from += 1024) {
            int to = Math.min(values.length, from + 1024);
            moments.add(Arrays.copyOfRange(values, from, to), to - from);
        }
        double n = values.length;
        double s = Math.sqrt(powers[2] * n / (n - 1));
        double squared = (powers[4] - Math.pow(s, 4) * (n - 3) / (n - 1)) / n;
        assertEquals(mean, moments.mean(), 1e-7); // the plain sum has rounding
        assertEquals(s, moments.sd(), 1e-9 * s);
        assertEquals(Math.sqrt(squared) / (2 * s), moments.sdError(), 1e-8 * s);
        assertEquals(powers[3] / (2 * s * n), moments.meanSdCovariance(), 1e-8 * s);
    }

    @Test
    void numbersThatAreNoneAreLeftOut() {
        Distribution distribution =
                distribution(2, 1, Double.NaN, 2, Double.POSITIVE_INFINITY, 3, 4, Double.NEGATIVE_INFINITY);
        assertEquals(4, distribution.moments().count());
        assertEquals(2.5, distribution.moments().mean());
        assertEquals(1.5 / 4, distribution.shareBelow()); // one below, the tie counts by half
    }

    @Test
    void withoutAnyNumberThereIsNoInterval() {
        ParameterSummary none = new ParameterSummary("t", 1, 1, distribution(1), distribution(0));
        assertEquals(0, none.count());
        assertTrue(Double.isNaN(none.mean()) && Double.isNaN(none.standardDeviation()));
        for (IntervalType type : IntervalType.values()) {
            Interval interval = none.interval(type, 0.95, 0);
            assertTrue(Double.isNaN(interval.lower()) && Double.isNaN(interval.upper()), interval::toString);
        }
    }

    /** The Monte Carlo error of an end is how much the end varies from one run to the next. */
    @Test
    void errorsOfEndsAreThoseSeenBetweenRuns() {
        Random random = new Random(5);
        int runs = 400;
        int count = 2000;
        for (IntervalType type : IntervalType.values()) {
            Moments lower = new Moments();
            Moments stated = new Moments();
            for (int run = 0; run < runs; run++) {
                double[] values = new double[count];
                for (int i = 0; i < count; i++) {
                    values[i] = 0.2 * Math.pow(random.nextGaussian() + 3, 2); // skewed
                }
                Distribution drawn = distribution(2, values);
                Interval interval = new ParameterSummary("t", 2, 1.5, drawn, drawn).interval(type, 0.9, 0.05);
                lower.add(new double[] {interval.lower()}, 1);
                stated.add(new double[] {interval.lowerError()}, 1);
            }
            // 400 runs tell a standard deviation to 3.5%; the spacing of quantiles is noisy itself
            assertEquals(1, stated.mean() / lower.sd(), 0.15, type.name());
        }
    }
}
