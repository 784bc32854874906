package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.Embedding;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.HeldCriterion;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.table.Table;

/**
 * One response in the statistics of two designs: where the smaller model is a point of the larger one, both criteria are the same
 * there, replicate by replicate.
 */
class NestedStatisticsTest {

    private static final int ROWS = 72;
    private static final int REPLICATES = 70;

    /** @param balanced whether groups have the same rows, so that levels are summed in classes */
    private static Table table(boolean balanced) {
        Random random = new Random(8);
        double[] y = random.doubles(ROWS).toArray();
        double[] x = new double[ROWS];
        double[] v = random.doubles(ROWS).toArray();
        double[] w = random.doubles(ROWS, 0.5, 2).toArray();
        int[] g = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            g[i] = balanced ? i / 6 : Math.min(11, random.nextInt(16));
            x[i] = i % 6 + 30;
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("v", v)
                .numeric("w", w)
                .factor("g", g, "abcdefghijkl".split(""))
                .factor("h", g, "lkjihgfedcba".split(""))
                .build();
    }

    private static Crossproducts statistics(String formula, Table table, boolean weighted) {
        DesignOptions options = DesignOptions.defaults();
        return Crossproducts.of(Design.of(Formula.parse(formula), table, weighted ? options.withWeights("w") : options)
                .data());
    }

    /** The larger model's random effects contain the smaller's; or are the same in another basis, or with renamed groups. */
    @ParameterizedTest
    @CsvSource({
        "y ~ x + (1 | g), y ~ x + (x | g)",
        "y ~ v + (x | g), y ~ v + (0 + x + I(3 * x - 1) | h)",
        "y ~ I(2 * x + 3) + (1 | h), y ~ x + (1 | g)",
        "y ~ 1 + (x || g), y ~ 1 + (x | g)",
        "y ~ v + (0 + v | g), y ~ v + (x + v | g)",
    })
    void randomEffects(String small, String large) {
        for (int kind = 0; kind < 4; kind++) {
            boolean balanced = kind % 2 == 0;
            boolean weighted = kind > 1;
            Crossproducts smaller = statistics(small, table(balanced), weighted);
            Crossproducts larger = statistics(large, table(balanced), weighted);
            ProfiledCriterion one = ProfiledCriterion.of(smaller, Method.ML);
            double[] x = one.parameters().start();
            for (int i = 0; i < x.length; i++) {
                x[i] *= 0.6 + 0.1 * i;
            }
            Embedding embedding = Embedding.of(smaller, larger);
            assertTrue(embedding.fixedWithin());
            GaussianModel truth = expressed(GaussianModel.of(one, Method.ML, x), larger, embedding);
            ParametricStatistics source = ParametricStatistics.of(truth, 3);
            NestedStatistics nested = NestedStatistics.of(source, smaller, embedding);
            assertNotNull(nested);
            double[][] drawn = draw(source, larger);
            double[][] mapped = draw(nested, smaller);
            ProfiledCriterion other = ProfiledCriterion.of(larger, Method.ML);
            double[] there = other.parameters().start().clone();
            other.parameters().setFactor(there, 0, 0, truth.lambda()[0].clone());
            for (int i = 0; i < REPLICATES; i++) {
                double expected = value(other, larger, drawn, i, there, null);
                assertEquals(expected, value(one, smaller, mapped, i, x, null), 1e-8 * Math.abs(expected));
            }
        }
    }

    /** The larger model has a fixed effect more: held at zero it is the smaller one. */
    @ParameterizedTest
    @CsvSource({
        "y ~ x + (x | g), y ~ x + v + (x | g)",
        "y ~ 1 + (1 | g), y ~ v + (1 | g)",
        "y ~ 0 + v + (0 + x | g), y ~ 0 + v + x + (0 + x | g)",
    })
    void fixedEffects(String small, String large) {
        for (boolean balanced : new boolean[] {true, false}) {
            Crossproducts smaller = statistics(small, table(balanced), true);
            Crossproducts larger = statistics(large, table(balanced), true);
            ProfiledCriterion one = ProfiledCriterion.of(smaller, Method.ML);
            double[] x = one.parameters().start();
            Embedding embedding = Embedding.of(smaller, larger);
            ParametricStatistics source =
                    ParametricStatistics.of(expressed(GaussianModel.of(one, Method.ML, x), larger, embedding), 3);
            double[][] drawn = draw(source, larger);
            double[][] mapped = draw(NestedStatistics.of(source, smaller, embedding), smaller);
            ProfiledCriterion other = ProfiledCriterion.of(larger, Method.ML);
            for (int i = 0; i < REPLICATES; i++) {
                double expected = value(one, smaller, mapped, i, x, null);
                assertEquals(expected, value(other, larger, drawn, i, x, smaller.p()), 1e-8 * Math.abs(expected));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "y ~ v + (1 | g), y ~ x + (x | g), false, true",
        "y ~ x + (v | g), y ~ x + (x | g), true, false",
    })
    void notWithin(String small, String large, boolean fixed, boolean random) {
        Embedding embedding =
                Embedding.of(statistics(small, table(false), false), statistics(large, table(false), false));
        assertEquals(fixed, embedding.fixedWithin());
        if (!random) {
            assertNull(embedding.random());
        }
    }

    private static GaussianModel expressed(GaussianModel small, Crossproducts larger, Embedding embedding) {
        int qL = larger.factors().get(0).q();
        int qS = small.statistics().factors().get(0).q();
        double[] lambda = new double[qL * qL];
        for (int i = 0; i < qL; i++) {
            for (int j = 0; j < qS; j++) {
                for (int r = 0; r < qS; r++) {
                    lambda[i + j * qL] += embedding.random()[i + r * qL] * small.lambda()[0][r + j * qS];
                }
            }
        }
        return new GaussianModel(larger, new double[][] {lambda}, new double[larger.p()], small.sigma());
    }

    private static double[][] draw(ReplicateSource.Responses source, Crossproducts design) {
        double[][] into = new double[ResponseLayout.of(design).size()][REPLICATES];
        source.drawer().draw(1, REPLICATES, into);
        return into;
    }

    /** d of a replicate at x in the response's own unit; with the last of the fixed effects at zero where p is given. */
    private static double value(
            ProfiledCriterion design, Crossproducts statistics, double[][] drawn, int i, double[] x, Integer p) {
        double[] response = new double[drawn.length];
        for (int e = 0; e < response.length; e++) {
            response[e] = drawn[e][i];
        }
        ProfiledCriterion criterion = design.withResponse(statistics.withResponse(response));
        double d = p == null
                ? criterion.value(x)
                : HeldCriterion.fixedEffect(criterion, p).value(0, x, new double[x.length + 1]);
        return d
                + 2
                        * statistics.n()
                        * Math.log(drawn[ResponseLayout.of(statistics).unit()][i]);
    }
}
