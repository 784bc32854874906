package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.iterative.IterativeError;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.table.Table;

/** Fits by the iterative solver are as far from the exact ones as they say, and no further. */
class IterativeFitTest {

    private static final String TWO = "y ~ x + (1 | a) + (1 | b)";

    /** Two factors, the second met by chance or only near the first's place; a third of seven levels. */
    private static Table table(int rows, int first, int second, double deviation, boolean chain) {
        Random random = new Random(rows + first);
        int[] a = new int[rows];
        int[] b = new int[rows];
        int[] c = new int[rows];
        double[] x = new double[rows];
        double[] y = new double[rows];
        double[] w = new double[rows];
        double[] effects = random.doubles(2 * (first + second) + 7, -1, 1).toArray();
        for (int i = 0; i < rows; i++) {
            a[i] = random.nextInt(first);
            b[i] = chain
                    ? (a[i] * second / first + random.nextInt(3)) % second
                    : (int) (second * Math.pow(random.nextDouble(), 2));
            c[i] = random.nextInt(7);
            x[i] = random.nextGaussian();
            w[i] = 0.5 + random.nextDouble();
            y[i] = 1
                    + x[i]
                    + random.nextGaussian()
                    + 2 * deviation * (effects[a[i]] + effects[first + b[i]])
                    + 0.5 * x[i] * effects[first + second + a[i]]
                    + effects[effects.length - 1 - c[i]];
        }
        return Table.builder()
                .factor("a", a, labels(first))
                .factor("b", b, labels(second))
                .factor("c", c, labels(7))
                .numeric("x", x)
                .numeric("y", y)
                .numeric("w", w)
                .build();
    }

    private static String[] labels(int count) {
        String[] labels = new String[count];
        for (int l = 0; l < count; l++) {
            labels[l] = Integer.toString(l);
        }
        return labels;
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 150, 60, 1, false, REML, y ~ x + (1 | a) + (1 | b)",
        "1500, 300, 90, 0.7, true, ML, y ~ x + (1 | a) + (1 | b) + (1 | c)",
        "1200, 120, 70, 0.5, false, ML, y ~ x + (x | a) + (1 | b)",
        "1000, 100, 80, 0.02, false, REML, y ~ x + (1 | a) + (1 | b)",
        "1200, 200, 100, 20, true, REML, y ~ x + (1 | a) + (1 | b)",
        "1500, 100, 120, 0, true, ML, y ~ x + (0 + x | a) + (1 | b)"
    })
    void estimatesAreWithinTheirBounds(
            int rows, int first, int second, double deviation, boolean chain, Method method, String formula) {
        Table table = table(rows, first, second, deviation, chain);
        LinearMixedModel model = LinearMixedModel.of(formula).withMethod(method).withWeights("w");
        Fit exact = model.fit(table);
        Fit fit = model.withIterativeSolver(IterativeOptions.defaults()).fit(table);
        IterativeError error = fit.iterativeError().orElseThrow();
        assertTrue(fit.convergence().converged());
        assertEquals(exact.criterion(), fit.criterion(), error.criterion());
        assertTrue(error.criterion() < 8, "a bound that says something: " + error.criterion());
        assertEquals(exact.sigma(), fit.sigma(), error.sigma());
        within(exact.theta(), fit.theta(), error.theta());
        within(exact.fixedEffects().estimates(), fit.fixedEffects().estimates(), error.fixed());
    }

    private static void within(double[] expected, double[] estimates, double[] bounds) {
        for (int j = 0; j < expected.length; j++) {
            assertEquals(expected[j], estimates[j], bounds[j], "entry " + j);
        }
    }

    @Test
    void errorsShrinkWithTheProbes() {
        Table table = table(1500, 300, 90, 1, true);
        LinearMixedModel model = LinearMixedModel.of(TWO);
        IterativeOptions few = IterativeOptions.defaults().withProbes(16);
        double one = model.withIterativeSolver(few)
                .fit(table)
                .iterativeError()
                .orElseThrow()
                .criterionStandardError();
        double other = model.withIterativeSolver(few.withProbes(256))
                .fit(table)
                .iterativeError()
                .orElseThrow()
                .criterionStandardError();
        assertEquals(4, one / other, 2);
    }

    @Test
    void anotherMethodKeepsTheSolver() {
        Table table = table(1000, 150, 60, 1, false);
        Fit fit = LinearMixedModel.of(TWO)
                .withIterativeSolver(IterativeOptions.defaults())
                .fit(table)
                .refit(Method.ML);
        assertTrue(fit.iterativeError().isPresent());
    }

    @Test
    void givenThetaHasNoErrorOfItsOwn() {
        Table table = table(1000, 150, 60, 1, false);
        LinearMixedModel model = LinearMixedModel.of(TWO);
        Fit exact = model.at(table, 0.8, 1.1);
        Fit fit = model.withIterativeSolver(IterativeOptions.defaults()).at(table, 0.8, 1.1);
        IterativeError error = fit.iterativeError().orElseThrow();
        assertArrayEquals(new double[2], error.theta());
        assertEquals(exact.criterion(), fit.criterion(), error.criterion());
        assertArrayEquals(exact.fitted(), fit.fitted(), 1e-6);
        assertTrue(Double.isNaN(fit.conditionalModes().get(0).standardDeviation(0, 0)));
    }
}
