package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.inference.Normal;

/** Moments, the test of Anderson and Darling, quantile plots, and the functions that variance tests need. */
class NormalityTest {

    /** By the formulas of D'Agostino and Stephens (as R's nortest has them) in R 4.2.2. */
    @Test
    void aDozenNumbers() {
        Normality normality =
                Normality.of(new double[] {2.1, 3.4, 1.9, 5.6, 4.4, 3.8, 2.7, 9.5, 4.1, 3.3, 2.2, 6.1, Double.NaN});
        assertEquals(12, normality.count());
        assertEquals(0.612810726074467, normality.statistic(), 1e-12);
        assertEquals(0.111041480728713, normality.p(), 1e-12);
        assertEquals(1.33610709773469, normality.skewness(), 1e-12);
        assertEquals(1.28283377853393, normality.kurtosis(), 1e-12);
    }

    @Test
    void levelAndPower() {
        Random random = new Random(3);
        for (int n : new int[] {20, 20_000}) {
            int rejected = 0;
            for (int r = 0; r < 200; r++) {
                rejected += Normality.of(random.doubles(n)
                                                .map(u -> random.nextGaussian())
                                                .toArray())
                                        .p()
                                < 0.05
                        ? 1
                        : 0;
            }
            assertEquals(0.05, rejected / 200.0, 0.045, "n = " + n);
        }
        assertTrue(Normality.of(random.doubles(2000).toArray()).p() < 1e-10);
        double[] outlier = random.doubles(50).map(u -> random.nextGaussian()).toArray();
        outlier[0] = 1e6;
        Normality far = Normality.of(outlier);
        assertTrue(Double.isFinite(far.statistic()) && far.p() < 1e-20, far.toString());
    }

    @Test
    void tooFewAreNotTested() {
        assertTrue(Double.isNaN(Normality.of(new double[] {1, 2, 3, 4, 5, 6, 7}).p()));
        assertTrue(Double.isNaN(Normality.of(new double[9]).p()));
        assertEquals(0, Normality.quantiles(new double[] {Double.NaN}).sample().length);
    }

    @Test
    void quantilesKeepBothEnds() {
        double[] values = new double[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = values.length - i;
        }
        Normality.Quantiles plot = Normality.quantiles(values);
        int last = plot.sample().length - 1;
        assertTrue(last > 200 && last < 400, "points: " + (last + 1));
        assertEquals(1, plot.sample()[0]);
        assertEquals(100_000, plot.sample()[last]);
        for (int k = 0; k <= last; k++) {
            assertEquals(Normal.quantile((plot.sample()[k] - 0.5) / 1e5), plot.theoretical()[k], 1e-12);
        }
        assertEquals(3, Normality.quantiles(new double[] {3, 1, 2}).sample().length);
    }

    /** digamma, trigamma and psigamma(x, 3) of R 4.2.2. */
    @Test
    void polygamma() {
        double[][] expected = {
            {0.3, -3.50252422220013, 12.2453645461077, 743.14176465505},
            {7.5, 1.94675748424609, 0.142615896696704, 0.00577243665657869},
            {40, 3.67632737403484, 0.025315103841291, 3.24414001515635e-05}
        };
        for (double[] row : expected) {
            double[] psi = Polygamma.of(row[0]);
            for (int k = 0; k < 3; k++) {
                assertEquals(row[k + 1], psi[k], 2e-11 * Math.abs(row[k + 1]), "x = " + row[0]);
            }
        }
    }
}
