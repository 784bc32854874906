package org.warpmix.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lanes give each replicate what it would get alone, and χ² of the right distribution. */
class VariateLanesTest {

    private static final long SEED = 0x1234_5678_9abc_def0L;
    private static final long FIRST = (1L << 32) - 50; // both words of the counter change on the way

    /** Eight variates of each of some replicates, one row each. */
    private static double[][] draw(long first, int count) {
        VariateLanes lanes = new VariateLanes(SEED);
        lanes.start(first + 7, 3); // what went before has no influence
        lanes.normal(new double[3]);
        lanes.start(first, count);
        double[][] drawn = new double[8][count];
        lanes.normal(drawn[0]);
        lanes.chiSquare(17, drawn[1]);
        lanes.chiSquare(0, drawn[2]);
        lanes.chiSquare(2, drawn[3]);
        lanes.normal(drawn[4]);
        lanes.chiSquare(1, drawn[5]);
        lanes.chiSquare(2, drawn[6]);
        lanes.normal(drawn[7]);
        return drawn;
    }

    @Test
    void aLaneIsAReplicate() {
        double[][] all = draw(FIRST, 100);
        for (int i = 0; i < 100; i++) {
            double[][] alone = draw(FIRST + i, 1);
            for (int k = 0; k < 8; k++) {
                assertEquals(alone[k][0], all[k][i]);
            }
        }
    }

    @Test
    void normalsAreThoseOfVariates() {
        VariateLanes lanes = new VariateLanes(SEED);
        Variates variates = new Variates(SEED);
        lanes.start(FIRST, VariateLanes.CAPACITY);
        double[] z = new double[VariateLanes.CAPACITY];
        for (int k = 0; k < 5; k++) {
            lanes.normal(z);
            for (int i = 0; i < z.length; i++) {
                variates.start(FIRST + i, 0);
                double expected = 0;
                for (int m = 0; m <= k; m++) {
                    expected = variates.normal();
                }
                assertEquals(expected, z[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 160})
    void chiSquares(int df) {
        int n = VariateLanes.CAPACITY;
        double[] draws = new double[1600 * n];
        VariateLanes lanes = new VariateLanes(SEED);
        double[] x = new double[n];
        for (int k = 0; k < draws.length; k += 2 * n) {
            lanes.start(k, n);
            for (int next = 0; next < 2; next++) {
                lanes.chiSquare(df, x);
                System.arraycopy(x, 0, draws, k + next * n, n);
            }
        }
        ChiSquaredDistribution distribution = ChiSquaredDistribution.of(df);
        VariatesTest.check(draws, distribution::cumulativeProbability, df, 2 * df, 12.0 * df * (df + 4));
        lanes.chiSquare(0, x);
        assertArrayEquals(new double[n], x);
        assertEquals(draws.length, Arrays.stream(draws).distinct().count(), "no draw twice");
    }
}
