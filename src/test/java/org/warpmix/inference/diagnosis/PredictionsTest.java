package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.Table;

/** Standard errors and intervals of predictions against R, and whether they hold what they promise. */
class PredictionsTest {

    private static final double[] THETA = {0.9667417739674123, 0.015169058896036137, 0.23090995320779453};
    private static final double SIGMA = 25.5917957216753;

    private static Fit sleepstudy() {
        return LinearMixedModel.of("Reaction ~ Days + (Days | Subject)")
                .at(RowDiagnosticsTest.read("sleepstudy"), THETA);
    }

    private static Table rows(double days, String subject) {
        return Table.builder()
                .numeric("Days", new double[] {days, Double.NaN})
                .factor("Subject", new int[] {0, 0}, new String[] {subject})
                .build();
    }

    /** The inverse of the dense mixed-model equations by getME of lme4 1.1-31, R 4.2.2. */
    @Test
    void standardErrorsAreThoseOfTheMixedModelEquations() {
        Predictions own = Predictions.of(sleepstudy());
        PredictedRows known = own.of(rows(10, "308"));
        assertEquals(15.8506631230146, known.standardErrors()[0], 1e-9);
        assertTrue(Double.isNaN(known.standardErrors()[1]) && Double.isNaN(known.lower(0.9)[1]));
        PredictedRows unseen = own.withNewLevels(true).of(rows(10, "999"));
        assertEquals(67.5859430368375, unseen.standardErrors()[0], 1e-9);
        PredictedRows population = own.withRandomEffects(RandomEffects.NONE).of(rows(10, "308"));
        assertEquals(16.0156146943175, population.standardErrors()[0], 1e-9);
        assertEquals(population.fitted()[0], unseen.fitted()[0]);

        Predictions observation = own.withInterval(PredictionInterval.PREDICTION);
        assertEquals(
                Math.hypot(15.8506631230146, SIGMA),
                observation.of(rows(10, "308")).deviations()[0],
                1e-8);
        PredictedRows further =
                observation.withRandomEffects(RandomEffects.NONE).of(rows(10, "308"));
        assertEquals(Math.hypot(67.5859430368375, SIGMA), further.deviations()[0], 1e-8);
        assertEquals(16.0156146943175, further.standardErrors()[0], 1e-9);
        // qt(0.975, 178) = 1.973381
        double margin = 1.97338053 * Math.hypot(67.5859430368375, SIGMA);
        assertEquals(further.fitted()[0] + margin, further.upper(0.95)[0], 1e-4);
        assertEquals(further.fitted()[0] - margin, further.lower(0.95)[0], 1e-4);
    }

    @Test
    void usedRowsAreAsTheSameRowsAnew() {
        Table table = RowDiagnosticsTest.read("s09_weights");
        Fit fit = LinearMixedModel.of("y ~ x + (x | g)").withWeights("w").fit(table);
        for (RandomEffects effects : RandomEffects.values()) {
            for (PredictionInterval interval : PredictionInterval.values()) {
                Predictions predictions =
                        Predictions.of(fit).withRandomEffects(effects).withInterval(interval);
                PredictedRows used = predictions.ofUsedRows();
                PredictedRows anew = predictions.of(table);
                for (int i = 0; i < fit.nobs(); i++) {
                    assertEquals(anew.fitted()[i], used.fitted()[i], 1e-12);
                    assertEquals(anew.standardErrors()[i], used.standardErrors()[i], 1e-14);
                    assertEquals(anew.deviations()[i], used.deviations()[i], 1e-14);
                }
            }
        }
    }

    @Test
    void weightsOfNewRows() {
        Table table = RowDiagnosticsTest.read("s09_weights");
        Fit fit = LinearMixedModel.of("y ~ x + (x | g)").withWeights("w").fit(table);
        Predictions predictions = Predictions.of(fit).withInterval(PredictionInterval.PREDICTION);
        Table.Builder one =
                Table.builder().numeric("x", new double[] {0.5}).factor("g", new int[1], new String[] {"g01"});
        PredictedRows light =
                predictions.of(one.numeric("w", new double[] {0.25}).build());
        double se = light.standardErrors()[0];
        assertEquals(Math.sqrt(se * se + fit.sigma() * fit.sigma() / 0.25), light.deviations()[0], 1e-12);
        Table without = Table.builder()
                .numeric("x", new double[] {0.5})
                .factor("g", new int[1], new String[] {"g01"})
                .build();
        assertEquals(
                "The fit has weights, and the new rows have no column 'w': without it the residual variance of a further"
                        + " observation is not known. Add it, or take confidence intervals.",
                assertThrows(IllegalArgumentException.class, () -> predictions.of(without))
                        .getMessage());
        Table zero = Table.builder()
                .numeric("x", new double[] {0.5})
                .numeric("w", new double[] {0})
                .factor("g", new int[1], new String[] {"g01"})
                .build();
        assertEquals(
                "The weight in row 1 is 0 (column 'w'). Weights are positive and finite.",
                assertThrows(IllegalArgumentException.class, () -> predictions.of(zero))
                        .getMessage());
    }

    /** 400 data sets: 95% intervals hold the true mean, or a further observation, in 95% of them. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void intervalsHoldWhatTheyPromise(boolean crossed) {
        Random random = new Random(crossed ? 8 : 7);
        int groups = 40;
        int others = crossed ? 20 : 1;
        int n = 240;
        int sets = 400;
        String[] g = IntStream.rangeClosed(0, groups).mapToObj(j -> "g" + j).toArray(String[]::new);
        String[] h = IntStream.rangeClosed(0, others).mapToObj(j -> "h" + j).toArray(String[]::new);
        int[] inside = new int[6];
        for (int s = 0; s < sets; s++) {
            double[] b = gaussian(random, groups + 1, 1);
            double[] c = gaussian(random, others + 1, crossed ? 0.7 : 0);
            double[] x = gaussian(random, n, 1);
            double[] y = gaussian(random, n, 1);
            int[] gs = IntStream.range(0, n).map(i -> i % groups).toArray();
            int[] hs = IntStream.range(0, n).map(i -> random.nextInt(others)).toArray();
            for (int i = 0; i < n; i++) {
                y[i] += 1 + 0.5 * x[i] + b[gs[i]] + c[hs[i]];
            }
            Table table = Table.builder()
                    .numeric("y", y)
                    .numeric("x", x)
                    .factor("g", gs, g)
                    .factor("h", hs, h)
                    .build();
            Fit fit = LinearMixedModel.of("y ~ x + (1 | g)" + (crossed ? " + (1 | h)" : ""))
                    .fit(table);
            double at = random.nextGaussian();
            Table rows = Table.builder()
                    .numeric("x", new double[] {at, at})
                    .factor("g", new int[] {3, groups}, g)
                    .factor("h", new int[] {0, others}, h)
                    .build();
            double population = 1 + 0.5 * at;
            double known = population + b[3] + c[0];
            double fresh = population + b[groups] + c[others];
            PredictedRows own = Predictions.of(fit).withNewLevels(true).of(rows);
            PredictedRows further = Predictions.of(fit)
                    .withNewLevels(true)
                    .withInterval(PredictionInterval.PREDICTION)
                    .of(rows);
            Predictions none = Predictions.of(fit).withRandomEffects(RandomEffects.NONE);
            inside[0] += holds(own, 0, known);
            inside[1] += holds(own, 1, fresh);
            inside[2] += holds(further, 0, known + random.nextGaussian());
            inside[3] += holds(further, 1, fresh + random.nextGaussian());
            inside[4] += holds(none.of(rows), 0, population);
            inside[5] +=
                    holds(none.withInterval(PredictionInterval.PREDICTION).of(rows), 1, fresh + random.nextGaussian());
        }
        for (int k = 0; k < inside.length; k++) {
            assertEquals(0.95, inside[k] / (double) sets, 0.035, k + " of " + Arrays.toString(inside));
        }
    }

    private static int holds(PredictedRows rows, int i, double value) {
        return rows.lower(0.95)[i] <= value && value <= rows.upper(0.95)[i] ? 1 : 0;
    }

    private static double[] gaussian(Random random, int n, double deviation) {
        double[] values = new double[n];
        Arrays.setAll(values, i -> deviation * random.nextGaussian());
        return values;
    }
}
