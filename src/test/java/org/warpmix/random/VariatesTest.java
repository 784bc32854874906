package org.warpmix.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variates have the distributions that their names say, and are a function of seed, replicate and stream alone. */
class VariatesTest {

    private static final int DRAWS = 200_000;

    /** √n D above this has probability 2e-8 (Kolmogorov: 2 exp(−2 x²)). */
    static final double KOLMOGOROV = 3.03;

    /** The largest distance between the empirical distribution of draws and a distribution, times √n. */
    static double kolmogorov(double[] draws, DoubleUnaryOperator cumulative) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double f = cumulative.applyAsDouble(sorted[i]);
            largest = Math.max(largest, Math.max(f - (double) i / sorted.length, (i + 1.0) / sorted.length - f));
        }
        return largest * Math.sqrt(sorted.length);
    }

    /** Compares draws with a distribution by Kolmogorov and Smirnov's distance, mean and variance to 5 standard errors. */
    static void check(
            double[] draws, DoubleUnaryOperator cumulative, double mean, double variance, double fourthMoment) {
        assertTrue(kolmogorov(draws, cumulative) < KOLMOGOROV, () -> "distance " + kolmogorov(draws, cumulative));
        double sum = 0;
        double squares = 0;
        for (double draw : draws) {
            sum += draw - mean;
            squares += (draw - mean) * (draw - mean);
        }
        int n = draws.length;
        assertEquals(0, sum / n, 5 * Math.sqrt(variance / n), "mean");
        assertEquals(
                variance,
                squares / n,
                5 * Math.sqrt((fourthMoment - variance * variance) / n),
                "variance about the mean");
    }

    private static double[] draws(DoubleSupplier variate) {
        double[] draws = new double[DRAWS];
        Arrays.setAll(draws, i -> variate.getAsDouble());
        return draws;
    }

    @Test
    void uniforms() {
        check(draws(new Variates(1)::uniform), Math::abs, 0.5, 1 / 12.0, 1 / 80.0);
        assertEquals(0x1p-53, Elementary.uniform(0), "never 0");
        assertEquals(1 - 0x1p-53, Elementary.uniform(-1), "never 1");
    }

    @Test
    void normals() {
        check(draws(new Variates(2)::normal), NormalDistribution.of(0, 1)::cumulativeProbability, 0, 1, 3);
    }

    /** The two of a pair are independent of each other: their sum is normal, their squares uncorrelated. */
    @Test
    void pairsOfNormals() {
        Variates variates = new Variates(3);
        check(
                draws(() -> (variates.normal() + variates.normal()) / Math.sqrt(2)),
                NormalDistribution.of(0, 1)::cumulativeProbability,
                0,
                1,
                3);
        check(
                draws(() -> Math.pow(variates.normal(), 2) + Math.pow(variates.normal(), 2)),
                ChiSquaredDistribution.of(2)::cumulativeProbability,
                2,
                4,
                144);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 3.7, 17, 160})
    void chiSquares(double df) {
        Variates variates = new Variates(4);
        check(
                draws(() -> variates.chiSquare(df)),
                ChiSquaredDistribution.of(df)::cumulativeProbability,
                df,
                2 * df,
                12 * df * (df + 4));
        assertEquals(0, variates.chiSquare(0));
    }

    @Test
    void integersBelow() {
        Variates variates = new Variates(5);
        for (int n : new int[] {1, 2, 3, 10}) {
            int[] counts = new int[n];
            for (int i = 0; i < DRAWS; i++) {
                counts[variates.below(n)]++;
            }
            for (int count : counts) {
                double p = 1.0 / n;
                assertEquals(DRAWS * p, count, 5 * Math.sqrt(DRAWS * p * (1 - p)));
            }
        }
        double mean = Arrays.stream(draws(() -> variates.below(Integer.MAX_VALUE) / (double) Integer.MAX_VALUE))
                .average()
                .orElseThrow();
        assertEquals(0.5, mean, 5 / Math.sqrt(12.0 * DRAWS));
    }

    @Test
    void signs() {
        Variates variates = new Variates(6);
        double[] draws = draws(variates::sign);
        assertTrue(Arrays.stream(draws).allMatch(s -> s == 1 || s == -1));
        assertEquals(0, Arrays.stream(draws).sum(), 5 * Math.sqrt(DRAWS));
    }

    @Test
    void sameSeedReplicateAndStreamGiveTheSame() {
        double[] expected = mixture(7, 5L << 40, 3);
        Variates used = new Variates(7);
        used.normal();
        used.start(5L << 40, 3);
        Arrays.stream(expected).forEach(value -> assertEquals(value, used.normal() + used.uniform()));
        for (double[] other :
                new double[][] {mixture(8, 5L << 40, 3), mixture(7, 5L << 40, 4), mixture(7, (5L << 40) + 1, 3)}) {
            for (int i = 0; i < expected.length; i++) {
                assertNotEquals(expected[i], other[i]);
            }
        }
    }

    private static double[] mixture(long seed, long replicate, int stream) {
        Variates variates = new Variates(seed);
        variates.start(replicate, stream);
        double[] values = new double[50];
        Arrays.setAll(values, i -> variates.normal() + variates.uniform());
        return values;
    }
}
