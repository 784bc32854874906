package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantiles from the histogram against those of all the numbers. */
class QuantilesTest {

    private static final int COUNT = 1_000_000;
    private static final int CHUNK = 1024;
    private static final double[] LEVELS = {0.0005, 0.005, 0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975, 0.995, 0.9995};

    private static Quantiles of(double[] values, int mostHeld) {
        Quantiles quantiles = new Quantiles(mostHeld, 1 << 18);
        for (int from = 0; from < values.length; from += CHUNK) {
            int to = Math.min(values.length, from + CHUNK);
            quantiles.add(Arrays.copyOfRange(values, from, to), to - from);
        }
        return quantiles;
    }

    private static double worst(double[] values) {
        Quantiles exact = of(values, COUNT);
        Quantiles histogram = of(values, 10 * CHUNK);
        double worst = 0;
        for (double p : LEVELS) {
            double spread = Math.sqrt(p * (1 - p) / COUNT);
            double error = (exact.at(p + spread) - exact.at(p - spread)) / 2; // Monte Carlo
            worst = Math.max(worst, Math.abs(histogram.at(p) - exact.at(p)) / error);
        }
        assertEquals(exact.at(0), histogram.at(0));
        assertEquals(exact.at(1), histogram.at(1));
        return worst;
    }

    @Test
    void farBelowTheMonteCarloError() {
        Random random = new Random(3);
        double[] normal =
                random.doubles(COUNT).map(u -> 250 + 30 * Normal.quantile(u)).toArray();
        assertTrue(worst(normal) < 0.05, () -> "normal " + worst(normal));
        double[] skewed =
                random.doubles(COUNT).map(u -> Math.exp(Normal.quantile(u))).toArray();
        assertTrue(worst(skewed) < 0.05, () -> "lognormal " + worst(skewed));
    }

    @Test
    void outliersDoNotCoarsenTheRest() {
        Random random = new Random(4);
        double[] values = random.doubles(COUNT).map(Normal::quantile).toArray();
        values[5] = 1e12; // among the numbers that fix the grid
        values[COUNT - 5] = -1e12; // later
        assertTrue(worst(values) < 0.05, () -> "outliers " + worst(values));
    }

    @Test
    void aMassAtTheBoundaryStaysThere() {
        Random random = new Random(6);
        double[] values =
                random.doubles(COUNT).map(u -> Math.max(0, Normal.quantile(u))).toArray();
        Quantiles histogram = of(values, 10 * CHUNK);
        assertEquals(0, histogram.at(0.25), 0);
        assertEquals(0, histogram.at(0), 0);
        assertEquals(0.6745, histogram.at(0.75), 5e-3);
    }

    @Test
    void allTheSame() {
        double[] values = new double[COUNT];
        Arrays.fill(values, 7.25);
        Quantiles histogram = of(values, 10 * CHUNK);
        for (double p : LEVELS) {
            assertEquals(7.25, histogram.at(p));
        }
    }

    @Test
    void noneOrOne() {
        assertTrue(Double.isNaN(of(new double[0], COUNT).at(0.5)));
        assertEquals(3, of(new double[] {3}, COUNT).at(0.5));
        assertEquals(3, of(new double[] {3}, COUNT).at(0.01));
    }
}
