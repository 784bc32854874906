package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/**
 * Whatever formula meets whatever data, saturated and overlapping terms included: a fit comes back or the request is
 * refused, and a fit that says it has converged has numbers for everything.
 */
class AnyModelTest {

    private static final int MODELS = 4_000;

    private static final String[] FIXED = {
        "1",
        "x",
        "f",
        "x * f",
        "x + z",
        "f:x",
        "0 + f",
        "x + I(x^2)",
        "poly(x, 2)",
        "0",
        "between(x, g) + within(x, g)",
        "scale(x) * z",
        "x + I(2 * x)"
    };

    private static final String[] RANDOM = {
        "(1 | g)",
        "(x | g)",
        "(z | h)",
        "(x || g)",
        "(f | g)",
        "(0 + f | h)",
        "(f || k)",
        "(1 | g/h)",
        "(1 | g:k)",
        "(1 | k)",
        "(x + z | k)",
        "(0 + x | h)",
        "(1 | h)",
        "(1 | g/h/k)"
    };

    private final Random random = new Random(20);

    @Test
    void isFittedOrRefused() {
        int converged = 0;
        int refused = 0;
        for (int i = 0; i < MODELS; i++) {
            Table table = table();
            String formula = formula();
            LinearMixedModel model =
                    LinearMixedModel.of(formula).withMethod(random.nextBoolean() ? Method.ML : Method.REML);
            if (random.nextInt(3) == 0) {
                model = model.withWeights("w");
            }
            try {
                Fit fit = model.fit(table);
                fit.conditionalModes();
                fit.warnings();
                fit.predict(table, true);
                if (fit.convergence().converged()) {
                    converged++;
                    assertNumbers(fit, formula);
                }
            } catch (IllegalArgumentException refusal) {
                refused++;
            }
        }
        assertTrue(refused < MODELS / 5, "refused " + refused);
        assertTrue(converged > 0.97 * (MODELS - refused), "converged " + converged + ", refused " + refused);
    }

    private static void assertNumbers(Fit fit, String formula) {
        assertTrue(Double.isFinite(fit.criterion()) && fit.sigma() > 0, formula);
        FixedEffects effects = fit.fixedEffects();
        for (int j = 0; j < effects.size(); j++) {
            assertTrue(Double.isFinite(effects.estimate(j)) && effects.standardError(j) > 0, formula);
        }
        for (double fitted : fit.fitted()) {
            assertTrue(Double.isFinite(fitted), formula);
        }
    }

    private String formula() {
        StringBuilder formula = new StringBuilder("y ~ ").append(FIXED[random.nextInt(FIXED.length)]);
        for (int terms = 1 + random.nextInt(3); terms > 0; terms--) {
            formula.append(" + ").append(RANDOM[random.nextInt(RANDOM.length)]);
        }
        return formula.toString();
    }

    private Table table() {
        int n = 6 + random.nextInt(150);
        double[] y = new double[n];
        double[] x = new double[n];
        double[] z = new double[n];
        double[] w = new double[n];
        int[] f = new int[n];
        int[] g = new int[n];
        int[] h = new int[n];
        int[] k = new int[n];
        int groups = 2 + random.nextInt(12);
        int others = 2 + random.nextInt(8);
        int more = 2 + random.nextInt(20);
        double[] effects = random.doubles(groups).toArray();
        double unitX = Math.pow(10, random.nextInt(9) - 4);
        double originX = random.nextInt(4) == 0 ? Math.pow(10, random.nextInt(7)) : 0;
        double unitY = Math.pow(10, random.nextInt(9) - 4);
        double size = random.nextInt(4);
        for (int i = 0; i < n; i++) {
            f[i] = random.nextInt(3);
            g[i] = random.nextInt(groups);
            h[i] = random.nextInt(4) == 0 ? g[i] % others : random.nextInt(others);
            k[i] = random.nextInt(more);
            double plain = random.nextInt(3) == 0 ? random.nextInt(4) : random.nextGaussian();
            x[i] = random.nextInt(80) == 0 ? Double.NaN : originX + unitX * plain;
            z[i] = random.nextGaussian();
            w[i] = 0.1 + 5 * random.nextDouble();
            y[i] = unitY * (size * effects[g[i]] + 0.3 * plain + random.nextGaussian());
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("z", z)
                .numeric("w", w)
                .factor("f", f, "a", "b", "c")
                .factor("g", g, labels(groups))
                .factor("h", h, labels(others))
                .factor("k", k, labels(more))
                .build();
    }

    private static String[] labels(int count) {
        String[] labels = new String[count];
        for (int i = 0; i < count; i++) {
            labels[i] = "level" + (100 + i);
        }
        return labels;
    }
}
