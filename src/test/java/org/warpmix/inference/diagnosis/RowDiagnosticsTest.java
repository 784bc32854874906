package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Rows of a fit against R, against fits without the row at the same theta, and under data that the model draws. */
class RowDiagnosticsTest {

    private static final double[] THETA = {0.9667417739674123, 0.015169058896036137, 0.23090995320779453};
    private static final LinearMixedModel SLOPES = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)");

    static Table read(String name) {
        return TableReader.withDefaults().read("src/test/resources/data/" + name + ".csv");
    }

    /** hatvalues(f) and residuals(f)/(sigma(f) sqrt(1 − hatvalues(f))) of lme4 1.1-31 (R 4.2.2) at its theta. */
    @Test
    void leverageAndStandardizedResidualsAreThoseOfR() {
        RowDiagnostics rows = RowDiagnostics.of(SLOPES.at(read("sleepstudy"), THETA));
        int[] chosen = {0, 59, 179};
        double[] hat = {0.229304037740263, 0.293177188098535, 0.293177188098535};
        double[] residuals = {-0.182653763074070, -4.570435860714148, -0.249021058324909};
        for (int k = 0; k < chosen.length; k++) {
            assertEquals(hat[k], rows.leverage()[chosen[k]], 1e-12);
            assertEquals(residuals[k], rows.standardized()[chosen[k]], 1e-11);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sleepstudy; Reaction ~ Days + (Days | Subject); ; false",
                "s09_weights; y ~ x + (x | g); w; false",
                "s09_weights; y ~ x + (x | g); w; true",
                "Penicillin; diameter ~ 1 + (1 | plate) + (1 | sample); ; false",
                "Pastes; strength ~ 1 + (1 | batch/cask); ; true"
            })
    void leavingARowOutDoesWhatItSays(String data, String formula, String weights, boolean ml) {
        Table table = read(data);
        LinearMixedModel model = LinearMixedModel.of(formula);
        model = weights == null ? model : model.withWeights(weights);
        model = ml ? model.withMethod(Method.ML) : model;
        Fit fit = model.fit(table);
        RowDiagnostics rows = RowDiagnostics.of(fit);
        double[][] dfbetas = rows.dfbetas();
        for (int out : new int[] {0, 7, fit.nobs() - 1}) {
            int[] kept = IntStream.range(0, table.rows()).filter(i -> i != out).toArray();
            Fit without = model.at(without(table, kept), fit.theta());
            FixedEffects before = fit.fixedEffects();
            FixedEffects after = without.fixedEffects();
            int p = before.size();
            double[] change = new double[p];
            for (int j = 0; j < p; j++) {
                change[j] = before.estimate(j) - after.estimate(j);
                double scaled = change[j] / (before.standardError(j) * without.sigma() / fit.sigma());
                assertEquals(scaled, dfbetas[j][out], 1e-8 * Math.max(1, Math.abs(scaled)));
            }
            assertEquals(square(before, change) / p, rows.cooksDistance()[out], 1e-9);
        }
    }

    private static Table without(Table table, int[] kept) {
        Table.Builder builder = Table.builder();
        table.names().forEach(name -> builder.column(name, table.column(name).at(kept)));
        return builder.build();
    }

    /** {@code c' Cov⁻¹ c} for one or two effects. */
    private static double square(FixedEffects effects, double[] c) {
        if (c.length == 1) {
            return c[0] * c[0] / effects.covariance(0, 0);
        }
        double a = effects.covariance(0, 0);
        double b = effects.covariance(0, 1);
        double d = effects.covariance(1, 1);
        return (d * c[0] * c[0] - 2 * b * c[0] * c[1] + a * c[1] * c[1]) / (a * d - b * b);
    }

    /** A row that alone tells of an effect: nothing is left to judge it by. */
    @Test
    void aRowFittedByItsOwnEffectHasLeverageOne() {
        Table table = Table.builder()
                .numeric("y", new double[] {1, 2, 4, 3, 5, 9, 2, 8})
                .numeric("own", new double[] {0, 0, 0, 0, 0, 0, 0, 1})
                .factor("g", new int[] {0, 0, 1, 1, 2, 2, 3, 3}, new String[] {"a", "b", "c", "d"})
                .build();
        RowDiagnostics rows =
                RowDiagnostics.of(LinearMixedModel.of("y ~ own + (1 | g)").at(table, 1.0));
        assertEquals(1, rows.leverage()[7], 1e-12);
        assertTrue(Double.isNaN(rows.standardized()[7]) && Double.isNaN(rows.cooksDistance()[7]));
        assertTrue(Double.isFinite(rows.cooksDistance()[6]));
    }

    /** At the true theta the squares of both standardised residuals have mean one in each row, and tests keep their level. */
    @Test
    void whatTheModelDrawsIsStandard() {
        Table table = read("sleepstudy");
        double[] days = ((NumericColumn) table.column("Days")).values();
        Random random = new Random(5);
        int draws = 600;
        double[] conditional = new double[days.length];
        double[] marginal = new double[days.length];
        int[] rejected = new int[3];
        for (int d = 0; d < draws; d++) {
            double[] b = new double[36];
            Arrays.setAll(b, i -> random.nextGaussian());
            double[] y = new double[days.length];
            for (int i = 0; i < y.length; i++) {
                int g = i / 10;
                double intercept = THETA[0] * b[2 * g];
                double slope = THETA[1] * b[2 * g] + THETA[2] * b[2 * g + 1];
                y[i] = 250 + 10 * days[i] + 25 * (intercept + slope * days[i] + random.nextGaussian());
            }
            Table.Builder drawn = Table.builder().numeric("Reaction", y);
            for (String name : new String[] {"Days", "Subject"}) {
                drawn.column(name, table.column(name));
            }
            Fit fit = SLOPES.at(drawn.build(), THETA);
            RowDiagnostics rows = RowDiagnostics.of(fit);
            for (int i = 0; i < y.length; i++) {
                conditional[i] += rows.standardized()[i] * rows.standardized()[i] / draws;
                marginal[i] += rows.marginalStandardized()[i] * rows.marginalStandardized()[i] / draws;
            }
            double[] p = {
                Normality.of(rows.standardized()).p(),
                VarianceTest.ofResiduals(fit, rows).get(0).p(),
                VarianceTest.ofResiduals(fit, rows).get(1).p()
            };
            for (int k = 0; k < p.length; k++) {
                rejected[k] += p[k] < 0.05 ? 1 : 0;
            }
        }
        double error = 5 * Math.sqrt(2.0 / draws);
        for (int k = 0; k < 3; k++) {
            assertEquals(0.05, rejected[k] / (double) draws, 0.03, "test " + k + ": " + Arrays.toString(rejected));
        }
        double[] even = new double[days.length];
        Arrays.fill(even, 1);
        assertArrayEquals(even, conditional, error);
        assertArrayEquals(even, marginal, error);
    }

    /** Two kinds of unequal variance, each found by its own test, and long tails that are not taken for one. */
    @Test
    void unequalVariancesAreFound() {
        Random random = new Random(11);
        int groups = 40;
        int size = 12;
        double[][] y = new double[3][groups * size];
        double[] x = new double[groups * size];
        int[] g = new int[x.length];
        for (int j = 0; j < groups; j++) {
            double b = random.nextGaussian();
            double spread = Math.exp(0.5 * random.nextGaussian());
            for (int k = 0; k < size; k++) {
                int i = j * size + k;
                g[i] = j;
                x[i] = 3 * random.nextDouble();
                double normal = random.nextGaussian();
                double chi = 0;
                for (int d = 0; d < 5; d++) {
                    chi += Math.pow(random.nextGaussian(), 2) / 5;
                }
                y[0][i] = 2 * x[i] + b + spread * normal;
                y[1][i] = 2 * x[i] + b + Math.exp(0.4 * x[i]) * normal;
                y[2][i] = 2 * x[i] + b + normal / Math.sqrt(chi);
            }
        }
        double[][] p = new double[3][];
        for (int k = 0; k < 3; k++) {
            String[] labels = IntStream.range(0, groups).mapToObj(j -> "g" + j).toArray(String[]::new);
            Table table = Table.builder()
                    .numeric("y", y[k])
                    .numeric("x", x)
                    .factor("g", g, labels)
                    .build();
            Fit fit = LinearMixedModel.of("y ~ x + (1 | g)").fit(table);
            RowDiagnostics rows = RowDiagnostics.of(fit);
            p[k] = VarianceTest.ofResiduals(fit, rows).stream()
                    .mapToDouble(VarianceTest::p)
                    .toArray();
            assertEquals(k == 2, Normality.of(rows.standardized()).p() < 1e-4 && p[k][1] > 0.05, Arrays.toString(p[k]));
        }
        assertTrue(p[0][1] < 1e-4 && p[0][0] > 0.01, Arrays.deepToString(p));
        assertTrue(p[1][0] < 1e-4, Arrays.deepToString(p));
        assertTrue(p[2][0] > 0.01, Arrays.deepToString(p));
    }
}
