package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/** Where digits run out: thetas far too large, predictors far from zero, groups without variation within. */
class LimitsTest {

    @ParameterizedTest
    @ValueSource(doubles = {1e5, 1e6, 1e7, 1e8})
    void startsFarTooLarge(double times) throws IOException {
        for (String id : new String[] {"dyestuff_reml", "sleep_rs_reml", "penicillin_reml"}) {
            ReferenceCase one = ReferenceCase.named(id);
            double[] start =
                    Arrays.stream(one.theta()).map(theta -> theta * times).toArray();
            Fit fit = one.model().withStart(start).fit(one.table());
            assertTrue(fit.convergence().converged(), id);
            assertEquals(one.number("criterion"), fit.criterion(), 1e-6, id);
        }
    }

    /** The origin of a predictor changes ML's criterion by nothing; x + 1e7 still has 9 digits of x. */
    @ParameterizedTest
    @ValueSource(doubles = {1e4, 1e5, 1e6, 1e7})
    void predictorsFarFromZero(double origin) throws IOException {
        ReferenceCase sleep = ReferenceCase.named("sleep_rs_ml");
        String days = "I(Days + " + origin + ")";
        Fit fit = LinearMixedModel.of("Reaction ~ " + days + " + (" + days + " | Subject)")
                .withMethod(Method.ML)
                .fit(sleep.table());
        assertEquals(sleep.number("criterion"), fit.criterion(), 1e-6);
    }

    /**
     * A balanced layout: the mean is the mean of all rows, the variances have a closed form. The cross-products hold the
     * within-group part to some 1e-16 of the between-group part.
     */
    @ParameterizedTest
    @ValueSource(doubles = {1e-2, 1e-3, 1e-4, 1e-5})
    void littleVariationWithinGroups(double noise) {
        Balanced layout = new Balanced(noise);
        Fit fit = layout.fit();
        double digits = 1e-15 / (noise * noise);
        assertEquals(layout.mean, fit.fixedEffects().estimate(0), digits);
        assertEquals(layout.sigma, fit.sigma(), 10 * digits * layout.sigma);
        assertEquals(layout.between, fit.randomEffects().get(0).standardDeviation(0), 10 * digits);
        assertTrue(fit.convergence().converged());
        assertFalse(fit.convergence().singular());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-7, 1e-8, 1e-9, 0})
    void nextToNoVariationWithinGroupsIsTold(double noise) {
        Fit fit = new Balanced(noise).fit();
        assertFalse(fit.convergence().converged());
        assertTrue(
                fit.warnings().get(0).startsWith("The random effects reproduce the response"),
                fit.warnings()::toString);
    }

    /** Ten groups of five. */
    private static final class Balanced {
        private final double[] y = new double[50];
        private final String[] g = new String[50];
        final double mean;
        final double sigma;
        final double between;

        Balanced(double noise) {
            Random random = new Random(5);
            int groups = 10;
            int size = 5;
            double[] means = new double[groups];
            double[] effects = random.doubles(groups, -2, 2).toArray();
            for (int i = 0; i < y.length; i++) {
                g[i] = "g" + i / size;
                y[i] = effects[i / size] + noise * random.nextGaussian();
                means[i / size] += y[i] / size;
            }
            double within = 0;
            for (int i = 0; i < y.length; i++) {
                within += Math.pow(y[i] - means[i / size], 2) / (groups * (size - 1));
            }
            mean = Arrays.stream(means).average().orElseThrow();
            sigma = Math.sqrt(within);
            double msb = Arrays.stream(means)
                            .map(m -> size * (m - mean) * (m - mean))
                            .sum()
                    / (groups - 1);
            between = Math.sqrt((msb - within) / size);
        }

        Fit fit() {
            return LinearMixedModel.of("y ~ 1 + (1 | g)")
                    .fit(Table.builder().numeric("y", y).factor("g", g).build());
        }
    }
}
