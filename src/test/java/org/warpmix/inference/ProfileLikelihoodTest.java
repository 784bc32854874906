package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.ProfileInterval.End;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/** Likelihood profiles against lme4's, against the criterion by other means, and at the edges of their ranges. */
class ProfileLikelihoodTest {

    private static final double QUANTILE = 3.841458820694124; // χ²₁ at 0.95

    private static List<String> cases() throws IOException {
        return LikelihoodReference.ids("profile");
    }

    /** Limits where lme4's profile deviance has the level by root finding: to 1e-6, far within the 1e-3 asked for. */
    @ParameterizedTest
    @MethodSource("cases")
    void intervalsAreThoseOfLme4(String id) throws IOException {
        JsonNode expected = LikelihoodReference.named(id).get("profile");
        ProfileLikelihood profile = ProfileLikelihood.of(LikelihoodReference.fit(id));
        List<String> names = new ArrayList<>(profile.names());
        for (int i = 0; i < expected.get("names").size(); i++) {
            String name = name(expected.get("names").get(i).asText());
            assertTrue(names.remove(name), name);
            ProfileInterval interval = profile.curve(name).interval(0.95);
            close(expected.get("lower").get(i).asDouble(), interval.lower(), name);
            close(expected.get("upper").get(i).asDouble(), interval.upper(), name);
        }
        assertEquals(List.of(), names);
    }

    private static void close(double expected, double actual, String name) {
        assertEquals(expected, actual, Math.max(1e-6 * Math.abs(expected), 1e-8), name);
    }

    /** lme4's {@code sd_x|g}, {@code cor_x.y|g} as our {@code sd.g.x}, {@code cor.g.x.y}. */
    private static String name(String lme4) {
        int bar = lme4.indexOf('|');
        if (bar < 0) {
            return lme4.equals("sigma") ? lme4 : "beta." + lme4;
        }
        int at = lme4.indexOf('_');
        return lme4.substring(0, at) + "." + lme4.substring(bar + 1) + "." + lme4.substring(at + 1, bar);
    }

    /**
     * At the limits of a one-way layout the smallest d over the other parameters, by golden sections over evaluations at a theta, is
     * d̂ + χ²: to 1e-8.
     */
    @Test
    void criterionAtTheLimitsIsTheLevel() {
        Table table = LikelihoodReference.table("Dyestuff.csv");
        LinearMixedModel model = LinearMixedModel.of("Yield ~ 1 + (1 | Batch)").withMethod(Method.ML);
        Fit fit = model.fit(table);
        ProfileLikelihood profile = ProfileLikelihood.of(fit);
        ProfileInterval sd = profile.curve("sd.Batch.(Intercept)").interval(0.95);
        ProfileInterval sigma = profile.curve("sigma").interval(0.95);
        for (double limit : new double[] {sd.lower(), sd.upper()}) {
            double d = smallest(s -> deviance(model, table, limit / s, s), 30, 90);
            assertEquals(fit.criterion() + QUANTILE, d, 1e-8);
        }
        for (double limit : new double[] {sigma.lower(), sigma.upper()}) {
            double d = smallest(theta -> deviance(model, table, theta, limit), 0, 5);
            assertEquals(fit.criterion() + QUANTILE, d, 1e-8);
        }
    }

    /** −2 log-likelihood at theta and sigma, from the criterion with sigma profiled out. */
    private static double deviance(LinearMixedModel model, Table table, double theta, double sigma) {
        Fit at = model.at(table, theta);
        double ratio = at.sigma() / sigma;
        return at.criterion() + at.nobs() * (ratio * ratio - 1 - 2 * Math.log(ratio));
    }

    private static double smallest(DoubleUnaryOperator function, double from, double to) {
        double golden = 0.5 * (Math.sqrt(5) - 1);
        double a = from;
        double b = to;
        for (int i = 0; i < 60; i++) {
            double c = b - golden * (b - a);
            double d = a + golden * (b - a);
            if (function.applyAsDouble(c) < function.applyAsDouble(d)) {
                b = d;
            } else {
                a = c;
            }
        }
        return function.applyAsDouble(0.5 * (a + b));
    }

    @Test
    void fitByRemlIsRefitted() {
        LinearMixedModel model = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)");
        Table table = LikelihoodReference.table("sleepstudy.csv");
        ProfileLikelihood reml = ProfileLikelihood.of(model.fit(table));
        ProfileLikelihood ml = ProfileLikelihood.of(model.withMethod(Method.ML).fit(table));
        assertTrue(reml.refitted());
        assertFalse(ml.refitted());
        for (String name : ml.names()) {
            ProfileInterval one = reml.curve(name).interval(0.9);
            ProfileInterval other = ml.curve(name).interval(0.9);
            assertEquals(other.lower(), one.lower(), 1e-6 * Math.abs(other.lower()));
            assertEquals(other.upper(), one.upper(), 1e-6 * Math.abs(other.upper()));
        }
    }

    @Test
    void curveIsData() {
        ProfileCurve curve =
                ProfileLikelihood.of(LikelihoodReference.fit("sleep_rs_ml")).curve("sd.Subject.Days");
        double[] values = curve.values();
        double[] zeta = curve.zeta();
        int zero = -1;
        for (int i = 0; i < values.length; i++) {
            assertTrue(i == 0 || values[i] > values[i - 1] && zeta[i] > zeta[i - 1]);
            zero = zeta[i] == 0 ? i : zero;
        }
        assertEquals(curve.estimate(), values[zero]);
        assertTrue(zeta[0] < -3 && zeta[zeta.length - 1] > 3 && values.length < 25, () -> "" + values.length);
        ProfileInterval wide = curve.interval(0.9999); // beyond the points that there were
        assertEquals(End.CROSSED, wide.upperEnd());
        double[] more = curve.zeta();
        assertTrue(more[more.length - 1] >= 3.89);
        assertArrayEquals(new double[] {wide.lower(), wide.upper()}, limits(curve.interval(0.9999)));
    }

    private static double[] limits(ProfileInterval interval) {
        return new double[] {interval.lower(), interval.upper()};
    }

    @Test
    void boundaries() {
        ProfileLikelihood pastes = ProfileLikelihood.of(LikelihoodReference.fit("pastes_nested_ml"));
        ProfileInterval batch = pastes.curve("sd.batch.(Intercept)").interval(0.95);
        assertEquals(0, batch.lower());
        assertEquals(End.BOUNDARY, batch.lowerEnd());
        assertEquals(End.CROSSED, batch.upperEnd());
        double[] zeta = pastes.curve("sd.batch.(Intercept)").zeta();
        // to the edge, where d is that of the model without the term: 0.407 by lme4's anova
        assertEquals(-Math.sqrt(0.407233941893963), zeta[0], 1e-6);

        Fit nothing = LinearMixedModel.of("Yield ~ 1 + (1 | Batch)").fit(LikelihoodReference.table("Dyestuff2.csv"));
        ProfileInterval zero =
                ProfileLikelihood.of(nothing).curve("sd.Batch.(Intercept)").interval(0.95);
        assertEquals(0, zero.estimate());
        assertEquals(0, zero.lower());
        assertEquals(End.BOUNDARY, zero.lowerEnd());
        LinearMixedModel model = nothing.model().withMethod(Method.ML);
        Table table = LikelihoodReference.table("Dyestuff2.csv");
        double d = smallest(s -> deviance(model, table, zero.upper() / s, s), 2, 6);
        assertEquals(model.fit(table).criterion() + QUANTILE, d, 1e-8);
    }

    /** One variance is zero: its correlation has no value, and the other's interval is that of the model without it. */
    @Test
    void correlationWithNothing() {
        Table.Builder rows = Table.builder();
        double[] y = new double[60];
        double[] x = new double[60];
        int[] g = new int[60];
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            g[i] = i / 6;
            x[i] = i % 6;
            y[i] = 3 + 4 * (g[i] % 3) + (i % 2 == 0 ? 1 : -1) * (1 + 0.1 * random.nextDouble());
        }
        String[] labels = "abcdefghij".split("");
        Table table =
                rows.numeric("y", y).numeric("x", x).factor("g", g, labels).build();
        ProfileLikelihood slopes = ProfileLikelihood.of(
                LinearMixedModel.of("y ~ x + (1 | g) + (0 + x | g)").fit(table));
        ProfileLikelihood intercepts =
                ProfileLikelihood.of(LinearMixedModel.of("y ~ x + (1 | g)").fit(table));
        assertEquals(0, slopes.curve("sd.g.x").estimate(), 1e-9);
        assertEquals(
                intercepts.curve("sd.g.(Intercept)").interval(0.95).upper(),
                slopes.curve("sd.g.(Intercept)").interval(0.95).upper(),
                1e-6);
        ProfileLikelihood correlated =
                ProfileLikelihood.of(LinearMixedModel.of("y ~ x + (x | g)").fit(LikelihoodReference.noVariance()));
        ProfileInterval cor = correlated.curve("cor.g.x.(Intercept)").interval(0.95);
        assertTrue(Double.isNaN(cor.estimate()));
        assertEquals(-1, cor.lower());
        assertEquals(1, cor.upper());
        assertEquals(End.BOUNDARY, cor.lowerEnd());
    }

    @Test
    void badInput() {
        Fit fit = LikelihoodReference.fit("sleep_rs_ml");
        ProfileLikelihood profile = ProfileLikelihood.of(fit);
        assertEquals(
                "No parameter 'sd.Subject.Day'. Did you mean 'sd.Subject.Days'?",
                assertThrows(IllegalArgumentException.class, () -> profile.curve("sd.Subject.Day"))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> profile.curve("sigma").interval(1));
        Fit given = fit.model().at(LikelihoodReference.table("sleepstudy.csv"), 1, 0, 1);
        assertThrows(IllegalArgumentException.class, () -> ProfileLikelihood.of(given));
    }
}
