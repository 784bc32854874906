package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.likelihood.Method;
import org.warpmix.model.DesignException;
import org.warpmix.table.Table;

/** What a fit gives besides estimates: residuals, predictions, intervals, warnings. */
class FitTest {

    private static final double ROUNDING = 1e-12;

    private static Fit reference(String id) throws IOException {
        ReferenceCase one = ReferenceCase.named(id);
        return one.model().fit(one.table());
    }

    @Test
    void kindsOfResiduals() throws IOException {
        Fit fit = reference("s09_weights_reml");
        double[] y = fit.design().data().y();
        double[] weights = fit.design().data().weights();
        double[] x = fit.design().data().x()[1];
        double[] fitted = fit.fitted();
        double[] conditional = fit.residuals(Residual.CONDITIONAL);
        double[] marginal = fit.residuals(Residual.MARGINAL);
        double[] pearson = fit.residuals(Residual.PEARSON);
        double[] standardized = fit.residuals(Residual.STANDARDIZED);
        for (int i = 0; i < y.length; i++) {
            double mean = fit.fixedEffects().estimate(0) + fit.fixedEffects().estimate(1) * x[i];
            assertEquals(y[i] - fitted[i], conditional[i], ROUNDING);
            assertEquals(y[i] - mean, marginal[i], ROUNDING * (1 + Math.abs(y[i])));
            assertEquals(conditional[i] * Math.sqrt(weights[i]), pearson[i], ROUNDING);
            assertEquals(pearson[i] / fit.sigma(), standardized[i], ROUNDING);
        }
    }

    @Test
    void withoutWeightsPearsonIsConditional() throws IOException {
        Fit fit = reference("sleep_rs_reml");
        assertArrayEquals(fit.residuals(Residual.CONDITIONAL), fit.residuals(Residual.PEARSON));
    }

    @Test
    void predictionsOfTheFitsOwnRowsAreTheFitted() throws IOException {
        for (String id : List.of("sleep_rs_reml", "pastes_nested_reml", "s07_max_reml", "insteval_inter_ml")) {
            ReferenceCase one = ReferenceCase.named(id);
            Fit fit = one.model().at(one.table(), one.theta());
            assertArrayEquals(fit.fitted(), fit.predict(one.table(), false), ROUNDING * 1000, id);
        }
    }

    @Test
    void predictionsWithSomethingMissingOrNew() throws IOException {
        Fit fit = reference("sleep_rs_reml");
        Table rows = Table.builder()
                .numeric("Days", 0, Double.NaN, 2, 2, 2)
                .factor("Subject", "308", "308", null, "new", "309")
                .build();
        double[] conditional = fit.predict(rows, true);
        double[] population = fit.predictPopulation(rows);
        double intercept = fit.fixedEffects().estimate("(Intercept)");
        double slope = fit.fixedEffects().estimate("Days");
        assertTrue(Double.isNaN(conditional[1]) && Double.isNaN(population[1]));
        assertTrue(Double.isNaN(conditional[2]));
        assertEquals(intercept + 2 * slope, population[2], 1e-9);
        assertEquals(intercept + 2 * slope, conditional[3], 1e-9);
        assertEquals(intercept, population[0], 1e-9);
        ConditionalModes modes = fit.conditionalModes().get(0);
        double expected = intercept + 2 * slope + modes.mode(1, 0) + 2 * modes.mode(1, 1);
        assertEquals("309", modes.levels()[1]);
        assertEquals(expected, conditional[4], 1e-9);
        DesignException refused = assertThrows(DesignException.class, () -> fit.predict(rows, false));
        assertTrue(
                refused.getMessage().contains("'new'") && refused.getMessage().contains("Subject"),
                refused::getMessage);
    }

    /** Twelve rows and two coefficients: ten degrees of freedom, whose quantiles stand in every t table. */
    @Test
    void intervalsAndTestsAreThoseOfTheTTable() {
        Random random = new Random(8);
        double[] x = new double[12];
        double[] y = new double[12];
        String[] g = new String[12];
        for (int i = 0; i < 12; i++) {
            x[i] = i % 4;
            g[i] = "g" + i / 4;
            y[i] = x[i] + random.nextGaussian();
        }
        Table table =
                Table.builder().numeric("y", y).numeric("x", x).factor("g", g).build();
        FixedEffects effects = LinearMixedModel.of("y ~ x + (1 | g)").fit(table).fixedEffects();
        for (int j = 0; j < 2; j++) {
            assertEquals(10, effects.degrees(j));
            assertEquals(2.2281388520, effects.margin(j, 0.95) / effects.standardError(j), 1e-9);
            assertEquals(3.1692726726, effects.margin(j, 0.99) / effects.standardError(j), 1e-9);
            assertEquals(effects.estimate(j) / effects.standardError(j), effects.t(j));
            // the interval of level 1 − p ends at zero
            assertEquals(Math.abs(effects.estimate(j)), effects.margin(j, 1 - effects.p(j)), 1e-8);
            assertEquals(effects.standardError(j), Math.sqrt(effects.covariance(j, j)));
        }
        assertEquals(effects.estimate(1), effects.estimate("x"));
        String message = assertThrows(IllegalArgumentException.class, () -> effects.estimate("z"))
                .getMessage();
        assertEquals("No coefficient 'z'. The model has (Intercept), x.", message);
    }

    @Test
    void intraclassCorrelations() throws IOException {
        Fit nested = reference("pastes_nested_reml");
        Map<String, Double> shares = nested.icc();
        double residual = nested.sigma() * nested.sigma();
        double total = residual
                + nested.randomEffects().get(0).covariance(0, 0)
                + nested.randomEffects().get(1).covariance(0, 0);
        double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
        assertEquals(1 - residual / total, sum, ROUNDING);
        assertEquals(Map.of(), reference("sleep_rs_reml").icc(), "with slopes there is none");
    }

    @Test
    void droppedColumnsAreTold() {
        Simulated data = new Simulated();
        Table table = data.table();
        Fit fit =
                LinearMixedModel.of("y ~ x + I(2 * x) + w + I(x - w) + (1 | g)").fit(table);
        assertEquals(List.of("I(2 * x)", "I(x - w)"), fit.droppedColumns());
        Fit without = LinearMixedModel.of("y ~ x + w + (1 | g)").fit(table);
        assertEquals(without.criterion(), fit.criterion(), 1e-8);
        assertEquals(without.parameters(), fit.parameters());
        assertEquals(
                "The fixed effects are linearly dependent: dropped I(2 * x), I(x - w) (2 columns). The fit is that of"
                        + " the model without; their effects cannot be told from the others'.",
                fit.warnings().get(0));
        assertArrayEquals(without.predictPopulation(table), fit.predictPopulation(table), 1e-6);
    }

    @Test
    void nearlyEqualPredictorsStay() {
        Simulated data = new Simulated();
        Random random = new Random(9);
        double[] near = data.x.clone();
        for (int i = 0; i < near.length; i++) {
            near[i] += 1e-6 * random.nextGaussian();
        }
        Table table = Table.builder()
                .numeric("y", data.y)
                .numeric("x", data.x)
                .numeric("near", near)
                .factor("g", data.g, data.names)
                .build();
        Fit fit = LinearMixedModel.of("y ~ x + near + (1 | g)").fit(table);
        assertEquals(List.of(), fit.droppedColumns());
        Fit apart = LinearMixedModel.of("y ~ x + I(1e6 * (near - x)) + (1 | g)").fit(table);
        // the column near − x has 10 digits, and its Jacobian is 1e-6
        double change = 2 * Math.log(1e-6);
        assertEquals(apart.criterion() + change, fit.criterion(), 1e-6);
    }

    @Test
    void singularFitsAreTold() throws IOException {
        Fit zero = reference("dyestuff2_reml");
        assertTrue(zero.convergence().converged() && zero.convergence().singular());
        assertEquals(
                List.of("Term (1 | Batch): the variance is estimated as zero (singular fit). The data show no"
                        + " variation between Batch beyond the residual; the fit is that of the model without the"
                        + " term."),
                zero.warnings());
        Fit slopes = reference("cake_slope_reml");
        assertEquals(1, slopes.warnings().size());
        assertTrue(slopes.warnings().get(0).contains("a correlation of ±1"), slopes.warnings()::toString);
        assertEquals(List.of(), reference("sleep_rs_reml").warnings());
    }

    @Test
    void variancesOfZeroHaveNoCorrelation() throws IOException {
        VarianceComponent component = reference("s03_rs_ml").randomEffects().get(0);
        assertEquals(1, component.correlation(0, 0));
        assertTrue(Double.isNaN(component.correlation(0, 1)) || Math.abs(component.correlation(0, 1)) <= 1);
    }

    @Test
    void startsAreChecked() throws IOException {
        ReferenceCase sleep = ReferenceCase.named("sleep_rs_reml");
        LinearMixedModel model = sleep.model().withStart(1, 0);
        String message = assertThrows(IllegalArgumentException.class, () -> model.fit(sleep.table()))
                .getMessage();
        assertEquals(
                "Theta has 2 entries, the model has 3: Subject.(Intercept), Subject.Days.(Intercept), Subject.Days.",
                message);
        assertEquals(
                sleep.number("criterion"),
                sleep.model().withStart(sleep.theta()).fit(sleep.table()).criterion(),
                1e-6);
    }

    @Test
    void nothingToEstimateIsAnError() {
        Simulated data = new Simulated();
        Arrays.fill(data.y, 3.5);
        assertThrows(
                IllegalArgumentException.class,
                () -> LinearMixedModel.of("y ~ x + (1 | g)").fit(data.table()));
        Simulated copy = new Simulated();
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> LinearMixedModel.of("y ~ I(y / 2) + (1 | g)").fit(copy.table()))
                .getMessage();
        assertTrue(message.contains("reproduce the response"), message);
    }

    /** Groups of next to no variation within: the fit says what it found, and nothing is NaN. */
    @Test
    void nearlyConstantGroups() {
        Random random = new Random(5);
        double[] y = new double[50];
        String[] g = new String[50];
        double[] effects = random.doubles(10, -2, 2).toArray();
        for (int i = 0; i < 50; i++) {
            g[i] = "g" + i / 5;
            y[i] = effects[i / 5] + 1e-4 * random.nextGaussian();
        }
        Table table = Table.builder().numeric("y", y).factor("g", g).build();
        for (Method method : Method.values()) {
            Fit fit = LinearMixedModel.of("y ~ 1 + (1 | g)").withMethod(method).fit(table);
            assertTrue(fit.convergence().converged());
            assertFalse(fit.convergence().singular());
            assertEquals(1e-4, fit.sigma(), 3e-5);
            assertEquals(
                    Arrays.stream(y).average().orElseThrow(), fit.fixedEffects().estimate(0), 1e-5);
            double spread = fit.randomEffects().get(0).standardDeviation(0);
            assertTrue(spread > 0.5 && spread < 2, () -> "sd " + spread);
        }
    }
}
