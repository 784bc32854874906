package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/** Likelihood-ratio tests against R's anova, mixtures by hand, and what is nested in what. */
class LikelihoodRatioTestTest {

    private static List<String> cases() throws IOException {
        return LikelihoodReference.ids("lrt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnovaOfR(String id) throws IOException {
        for (JsonNode expected : LikelihoodReference.named(id).get("lrt")) {
            Fit smaller = LikelihoodReference.fit(expected.get("models").get(0).asText());
            Fit larger = LikelihoodReference.fit(expected.get("models").get(1).asText());
            if (expected.get("refit_to_ml").asBoolean()) { // R always does
                smaller = smaller.refit(Method.ML);
                larger = larger.refit(Method.ML);
            }
            LikelihoodRatioTest test = LikelihoodRatioTest.of(larger, smaller);
            LikelihoodRatioTest.Step step = test.steps().get(0);
            assertEquals(expected.get("Chisq").asDouble(), step.statistic(), 1e-6);
            assertEquals(expected.get("Df").asInt(), step.degrees());
            double p = expected.get("p").asDouble();
            assertEquals(p, step.p(), 1e-5 * p);
            for (int i = 0; i < 2; i++) {
                Fit fit = test.models().get(i);
                assertEquals(expected.get("npar").get(i).asInt(), fit.parameters());
                assertEquals(expected.get("AIC").get(i).asDouble(), fit.aic(), 1e-6);
                assertEquals(expected.get("BIC").get(i).asDouble(), fit.bic(), 1e-6);
                assertEquals(expected.get("logLik").get(i).asDouble(), fit.logLik(), 1e-6);
                assertEquals(expected.get("deviance").get(i).asDouble(), fit.criterion(), 1e-6);
            }
        }
    }

    /** χ²₁ is the square of a normal, χ²₂ exponential: 4 has survival 0.0455002638963584 and e⁻². */
    @Test
    void mixturesByHand() {
        double one = 0.0455002638963584;
        double two = Math.exp(-2);
        assertEquals(0.5 * one, new LikelihoodRatioTest.Step(4, 1, 1).mixtureP(), 1e-15);
        assertEquals(0.5 * (one + two), new LikelihoodRatioTest.Step(4, 2, 1).mixtureP(), 1e-15);
        assertEquals(two, new LikelihoodRatioTest.Step(4, 2, 1).p(), 1e-15);
        assertTrue(Double.isNaN(new LikelihoodRatioTest.Step(4, 2, 2).mixtureP()));
        assertTrue(Double.isNaN(new LikelihoodRatioTest.Step(4, 2, 0).mixtureP()));
        assertEquals(1, new LikelihoodRatioTest.Step(0, 1, 1).mixtureP());
    }

    /** AICc of sleepstudy's random slopes by ML, k = 6, n = 180: AIC + 84/173. */
    @Test
    void aicc() {
        Fit fit = LikelihoodReference.fit("sleep_rs_ml");
        assertEquals(1763.9393444632 + 84.0 / 173, fit.aicc(), 1e-6);
    }

    /** Random terms of the smaller and the larger model; variances at zero, −1 where not nested. */
    @ParameterizedTest
    @CsvSource({
        "(1 | g), (x | g), 1",
        "(x || g), (x | g), 0",
        "(1 | g), (x || g), 1",
        "(1 | g), (x + z | g), 2",
        "(x | g), (x + z | g), 1",
        "(1 | g), (1 | g) + (1 | h), 1",
        "(1 | h), (1 | g) + (1 | h), 1",
        "(1 | g), (1 | h), -1",
        "(0 + z | g), (x | g), -1",
        "(0 + I(2 - 3 * x) | g), (x | g), 1",
        "(x || g), (I(x - 5) | g), 0",
        "(I(x - 5) || g), (x || g), -1",
        "(1 | g/f), (f | g), 0",
        "(f | g), (1 | g/f), -1",
        "(1 | g:f), (0 + f | g), 0",
        "(1 | g:f), (f | g), 0",
        "(1 | g:f), (1 | g/f), 1",
        "(0 + c | g), (1 | g/f), -1", // a contrast of f: 2 (1 | g:f) less (1 | g), no covariance
        "(1 | g), (f | g) + (1 | h), 2",
        "(1 | g), (1 | k), -1",
    })
    void nesting(String smaller, String larger, int variances) {
        assertEquals(variances, NestedCovariance.variancesAtZero(terms(smaller), terms(larger)));
    }

    private static List<RandomTerm> terms(String terms) {
        return LinearMixedModel.of("y ~ 1 + " + terms)
                .fit(crossed())
                .design()
                .data()
                .terms();
    }

    /** Groups g crossed with f, two rows in each cell; h crossed with both, k half of g. */
    private static Table crossed() {
        int n = 96;
        double[] y = new double[n];
        double[] x = new double[n];
        double[] z = new double[n];
        double[] c = new double[n];
        int[] g = new int[n];
        int[] f = new int[n];
        int[] h = new int[n];
        int[] k = new int[n];
        for (int i = 0; i < n; i++) {
            g[i] = i / 12;
            f[i] = i / 6 % 2;
            h[i] = i % 5;
            k[i] = g[i] / 2;
            x[i] = i * 7 % 11;
            z[i] = i * 5 % 13;
            c[i] = 2 * f[i] - 1;
            y[i] = Math.sin(i * i) + Math.sin(3 * g[i]);
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("z", z)
                .numeric("c", c)
                .factor("g", g, "abcdefgh".split(""))
                .factor("f", f, "uv".split(""))
                .factor("h", h, "pqrst".split(""))
                .factor("k", k, "1234".split(""))
                .build();
    }

    @Test
    void remlIsKeptWhereTheFixedEffectsAreTheSame() {
        Table table = LikelihoodReference.table("sleepstudy.csv");
        Fit one = LinearMixedModel.of("Reaction ~ Days + (1 | Subject)").fit(table);
        Fit two = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(table);
        LikelihoodRatioTest test = LikelihoodRatioTest.of(two, one);
        assertFalse(test.refitted());
        assertSame(one, test.models().get(0));
        assertEquals(one.criterion() - two.criterion(), test.steps().get(0).statistic());

        Fit three = LinearMixedModel.of("Reaction ~ 1 + (1 | Subject)").fit(table);
        LikelihoodRatioTest all = LikelihoodRatioTest.of(one, two, three);
        assertTrue(all.refitted());
        assertEquals(2, all.steps().size());
        assertSame(three.model().formula(), all.models().get(0).model().formula());
        all.models().forEach(fit -> assertEquals(Method.ML, fit.model().method()));
        assertTrue(LikelihoodRatioTest.of(one, two.refit(Method.ML)).refitted());
    }

    @Test
    void badInput() {
        Table table = LikelihoodReference.table("sleepstudy.csv");
        Fit days = LinearMixedModel.of("Reaction ~ Days + (1 | Subject)").fit(table);
        wrong("A likelihood-ratio test compares two models or more, and here is one.", days);
        wrong(
                "The models have different responses, Reaction and log(Reaction): likelihoods of different data cannot be"
                        + " compared.",
                days,
                LinearMixedModel.of("log(Reaction) ~ Days + (Days | Subject)").fit(table));
        wrong(
                "The models are not nested: the fixed effects of 'Reaction ~ Days + (1 | Subject)' are no special case of"
                        + " those of 'Reaction ~ 1 + (Days | Subject)'. Compare their AIC (by --ml).",
                days,
                LinearMixedModel.of("Reaction ~ 1 + (Days | Subject)").fit(table));
        wrong(
                "The models are not nested: the random effects of 'Reaction ~ Days + (1 | Subject)' are no special case of"
                        + " those of 'Reaction ~ Days + I(Days^2) + (0 + Days | Subject)'. Compare their AIC.",
                days,
                LinearMixedModel.of("Reaction ~ Days + I(Days^2) + (0 + Days | Subject)")
                        .fit(table));
        wrong(
                "The models 'Reaction ~ Days + (1 | Subject)' and 'Reaction ~ exp(Days) + (1 | Subject)' both have 4"
                        + " parameters: neither is a special case of the other. Compare their AIC.",
                days,
                LinearMixedModel.of("Reaction ~ exp(Days) + (1 | Subject)").fit(table));
        wrong(
                "Model 'Reaction ~ Days + (1 | Subject)' was evaluated at a theta that was given: only maxima can be"
                        + " compared. Fit it.",
                days.model().at(table, 1),
                LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(table));

        Table crossed = crossed();
        Fit all = LinearMixedModel.of("y ~ 1 + (1 | g)").fit(crossed);
        wrong(
                "The models are fitted to different rows: 'y ~ 1 + (1 | g)' uses 96 and 'y ~ log(x) + (1 | g)' uses 88."
                        + " Each leaves out rows where something that it uses is missing; leave these out of the data.",
                all,
                LinearMixedModel.of("y ~ log(x) + (1 | g)").fit(withHoles(crossed)));
    }

    private static Table withHoles(Table table) {
        double[] x = ((NumericColumn) table.column("x")).values().clone();
        double[] y = ((NumericColumn) table.column("y")).values();
        int[] g = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            g[i] = i / 12;
            x[i] = i % 12 == 0 ? Double.NaN : x[i] + 1;
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, "abcdefgh".split(""))
                .build();
    }

    private static void wrong(String message, Fit first, Fit... others) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> LikelihoodRatioTest.of(first, others))
                        .getMessage());
    }
}
