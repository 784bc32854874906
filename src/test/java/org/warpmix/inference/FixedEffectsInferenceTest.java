package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.model.Contrast;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

class FixedEffectsInferenceTest {

    private static final int ROWS = 150;

    /** Three levels of f crossed with two of h, unbalanced; group g with its own slope of x. */
    private static Table table(boolean withEmptyCell) {
        Random random = new Random(11);
        int[] f = new int[ROWS];
        int[] h = new int[ROWS];
        int[] g = new int[ROWS];
        double[] x = new double[ROWS];
        double[] y = new double[ROWS];
        double[] slope = random.doubles(12, -1, 1).toArray();
        for (int i = 0; i < ROWS; i++) {
            g[i] = random.nextInt(12);
            f[i] = Math.min(2, random.nextInt(4));
            h[i] = withEmptyCell && f[i] == 2 ? 0 : random.nextInt(5) / 3;
            x[i] = random.nextGaussian();
            y[i] = f[i] - h[i] + 0.5 * f[i] * h[i] + (1 + slope[g[i]]) * x[i] + 2 * slope[g[i]] + random.nextGaussian();
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("f", f, "a", "b", "c")
                .factor("h", h, "l", "m")
                .factor("g", g, "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C")
                .build();
    }

    private static final LinearMixedModel MODEL = LinearMixedModel.of("y ~ f * h + x + (x | g)");

    @ParameterizedTest
    @EnumSource(DegreesOfFreedom.class)
    void aContrastIsTheSameHoweverTheFactorsAreCoded(DegreesOfFreedom degrees) {
        Fit treatment = MODEL.fit(table(false));
        Fit sum = MODEL.withContrast("f", Contrast.SUM)
                .withContrast("h", Contrast.HELMERT)
                .fit(table(false));
        for (HypothesisType type : List.of(HypothesisType.II, HypothesisType.III)) {
            AnovaTable.Result one =
                    AnovaTable.of(treatment).withType(type).withDegrees(degrees).test();
            AnovaTable.Result other =
                    AnovaTable.of(sum).withType(type).withDegrees(degrees).test();
            for (int t = 0; t < one.rows().size(); t++) {
                FTest expected = one.rows().get(t).test();
                FTest actual = other.rows().get(t).test();
                assertEquals(expected.f(), actual.f(), 1e-4 * expected.f(), type + " " + t);
                assertEquals(expected.numerator(), actual.numerator());
                // Fai and Cornelius's degrees of freedom depend a little on how the rows of type II are written
                assertEquals(
                        Math.log(expected.p()),
                        Math.log(actual.p()),
                        2e-3 * Math.abs(Math.log(actual.p())),
                        type + " " + t);
            }
        }
        MarginalMeans.Result means =
                MarginalMeans.of(treatment, "f", "h").withDegrees(degrees).test();
        MarginalMeans.Result others =
                MarginalMeans.of(sum, "f", "h").withDegrees(degrees).test();
        for (int i = 0; i < 6; i++) {
            ContrastTest expected = means.means().get(i).test();
            ContrastTest actual = others.means().get(i).test();
            assertEquals(expected.estimate(), actual.estimate(), 1e-5);
            assertEquals(expected.degrees(), actual.degrees(), 1e-4 * expected.degrees());
        }
    }

    /** With sum contrasts the coefficients of a term are what type III tests. */
    @Test
    void typeThreeIsTheTestOfSumContrasts() {
        Fit fit = MODEL.withContrast("f", Contrast.SUM)
                .withContrast("h", Contrast.SUM)
                .fit(table(false));
        FixedEffectsInference inference = FixedEffectsInference.of(fit, DegreesOfFreedom.KENWARD_ROGER);
        double[][] rows = new double[2][7];
        rows[0][fit.fixedEffects().indexOf("f1")] = 1;
        rows[1][fit.fixedEffects().indexOf("f2")] = 1;
        FTest expected = inference.test(rows);
        FTest actual = AnovaTable.of(fit)
                .withDegrees(DegreesOfFreedom.KENWARD_ROGER)
                .test()
                .rows()
                .get(0)
                .test();
        assertEquals(expected.f(), actual.f(), 1e-8 * expected.f());
        assertEquals(expected.denominator(), actual.denominator(), 1e-6 * expected.denominator());
    }

    /** An F test of one contrast is its t test; rows that others imply change nothing. */
    @ParameterizedTest
    @EnumSource(DegreesOfFreedom.class)
    void jointTestsAreConsistent(DegreesOfFreedom degrees) {
        FixedEffectsInference inference = FixedEffectsInference.of(MODEL.fit(table(false)), degrees);
        double[] l = {0, 1, 0, 2, 0, -1, 0.5};
        ContrastTest t = inference.test(l);
        FTest single = inference.test(new double[][] {l});
        assertEquals(t.t() * t.t(), single.f(), 1e-9 * single.f());
        assertEquals(t.degrees(), single.denominator(), 1e-9 * t.degrees());
        assertEquals(t.p(), single.p(), 1e-9);
        double[] m = {0, 0, 1, 0, 1, 0, 0};
        double[] implied = new double[7];
        for (int j = 0; j < 7; j++) {
            implied[j] = l[j] - 3 * m[j];
        }
        FTest two = inference.test(new double[][] {l, m});
        FTest three = inference.test(new double[][] {l, m, implied});
        assertEquals(2, three.numerator());
        assertEquals(two.f(), three.f(), 1e-8 * two.f());
    }

    /** The response in another unit changes no test; the adjusted covariance grows with its square. */
    @ParameterizedTest
    @EnumSource(DegreesOfFreedom.class)
    void unitsDoNotMatter(DegreesOfFreedom degrees) {
        Table table = table(false);
        double[] y = ((NumericColumn) table.column("y")).values().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = 1000 * y[i];
        }
        Table scaled = Table.builder()
                .numeric("y", y)
                .numeric("x", ((NumericColumn) table.column("x")).values())
                .factor("f", codes(table, "f"), "a", "b", "c")
                .factor("h", codes(table, "h"), "l", "m")
                .factor("g", codes(table, "g"), "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C")
                .build();
        FixedEffectsInference one = FixedEffectsInference.of(MODEL.fit(table), degrees);
        FixedEffectsInference other = FixedEffectsInference.of(MODEL.fit(scaled), degrees);
        for (int j = 0; j < one.size(); j++) {
            assertEquals(
                    one.coefficient(j).degrees(),
                    other.coefficient(j).degrees(),
                    1e-4 * one.coefficient(j).degrees());
            assertEquals(one.covariance()[j * 8] * 1e6, other.covariance()[j * 8], 1e-4 * other.covariance()[j * 8]);
        }
    }

    private static int[] codes(Table table, String name) {
        return ((FactorColumn) table.column(name)).codes();
    }

    @Test
    void kenwardRogerRefitsByReml() {
        Fit ml = MODEL.withMethod(Method.ML).fit(table(false));
        FixedEffectsInference inference = FixedEffectsInference.of(ml, DegreesOfFreedom.KENWARD_ROGER);
        FixedEffectsInference direct =
                FixedEffectsInference.of(MODEL.fit(table(false)), DegreesOfFreedom.KENWARD_ROGER);
        assertEquals(Method.REML, inference.fit().model().method());
        assertEquals(1, inference.notes().size());
        assertEquals(List.of(), direct.notes());
        assertArrayEquals(direct.covariance(), inference.covariance(), 1e-6);
    }

    @Test
    void whatXCannotTellIsSaid() {
        Fit fit = MODEL.fit(table(true));
        assertEquals(List.of("fc:hm"), fit.droppedColumns());
        FixedEffectsInference inference = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
        double[] cell = {1, 0, 1, 1, 0, 0, 1
        }; // f = c, h = m, of which there are no rows: (Intercept) fb fc hm x fb:hm fc:hm
        double[] other = {1, 0, 1, 0, 0, 0, 0};
        assertEquals(
                inference.test(new double[] {1, 0, 1, 0, 0, 0}).estimate(),
                inference.test(other).estimate());
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> inference.test(cell));
        assertTrue(error.getMessage().startsWith("The contrast is not estimable: fc:hm was dropped from X"));

        MarginalMeans.Result means = MarginalMeans.of(fit, "f").test();
        assertTrue(Double.isNaN(means.means().get(2).test().estimate()));
        assertTrue(Double.isFinite(means.means().get(0).test().degrees()));
        assertTrue(Double.isNaN(means.pairs().get(1).p()));
        assertEquals(1, means.notes().size());
    }

    /**
     * Type III with an empty cell is SAS's, which does not depend on the coding either (and, as SAS warns, on which cells are
     * empty).
     */
    @Test
    void emptyCells() {
        AnovaTable.Result treatment = AnovaTable.of(MODEL.fit(table(true))).test();
        AnovaTable.Result sum = AnovaTable.of(MODEL.withContrast("f", Contrast.SUM)
                        .withContrast("h", Contrast.SUM)
                        .fit(table(true)))
                .test();
        assertEquals(1, treatment.notes().size());
        for (int t = 0; t < 4; t++) {
            FTest expected = treatment.rows().get(t).test();
            assertEquals(expected.numerator(), sum.rows().get(t).test().numerator());
            assertEquals(expected.f(), sum.rows().get(t).test().f(), 1e-4 * expected.f());
        }
        assertEquals(1, treatment.rows().get(3).test().numerator());
    }

    @Test
    void wrongContrastsAreToldOff() {
        FixedEffectsInference inference = FixedEffectsInference.of(MODEL.fit(table(false)), DegreesOfFreedom.RESIDUAL);
        assertEquals(
                "A contrast has 2 weights, the model has 7 coefficients. Give one each.",
                assertThrows(IllegalArgumentException.class, () -> inference.test(new double[] {1, 2}))
                        .getMessage());
        assertEquals(
                "A contrast has no weight but zero, so there is nothing to test.",
                assertThrows(IllegalArgumentException.class, () -> inference.test(new double[7]))
                        .getMessage());
        assertEquals(
                "A contrast has the weight NaN. Weights are finite numbers.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> inference.test(new double[] {Double.NaN, 0, 0, 0, 0, 0, 0}))
                        .getMessage());
        assertEquals(
                "The fixed effects have no factor 'F'. Did you mean 'f'?",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> MarginalMeans.of(inference.fit(), "F").test())
                        .getMessage());
    }

    @Test
    void holmMultipliesByWhatIsLeft() {
        MarginalMeans means = MarginalMeans.of(MODEL.fit(table(false)), "f");
        MarginalMeans.Result raw = means.withAdjustment(Adjustment.NONE).test();
        MarginalMeans.Result holm = means.withAdjustment(Adjustment.HOLM).test();
        double[] p =
                raw.pairs().stream().mapToDouble(MarginalMeans.Pair::p).sorted().toArray();
        double[] adjusted = holm.pairs().stream()
                .mapToDouble(MarginalMeans.Pair::p)
                .sorted()
                .toArray();
        double second = Math.max(3 * p[0], 2 * p[1]);
        assertEquals(Math.min(1, 3 * p[0]), adjusted[0], 1e-12);
        assertEquals(Math.min(1, second), adjusted[1], 1e-12);
        assertEquals(Math.min(1, Math.max(second, p[2])), adjusted[2], 1e-12);
    }
}
