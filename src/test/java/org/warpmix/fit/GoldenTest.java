package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.warpmix.fit.ReferenceCase.numbers;
import static org.warpmix.fit.ReferenceCase.texts;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The 89 models of reference-expected.json (R 4.2.2, lme4 1.1-31): everything at lme4's theta tightly, the optimum as
 * closely as lme4's own search allows.
 */
class GoldenTest {

    /** The criterion must not be above lme4's by more than this. */
    private static final double ABOVE = 1e-6;
    /** Nor below: lme4's best of several optimisers is nearer than that, so a lower one is another model's. */
    private static final double BELOW = 1e-4;
    /** Relative, of the criterion at one and the same theta: 15 digits are stored. */
    private static final double SAME_CRITERION = 1e-12;
    /**
     * Estimates at one and the same theta, in standard errors or relative. lme4 forms X'X, which costs it digits on
     * badly scaled columns (s01, cake).
     */
    private static final double SAME_THETA = 1e-7;
    /** Estimates at the two optima: lme4 stops with an excess of up to 1e-8, so an error of its root, some 1e-5 SE (InstEval). */
    private static final double OPTIMUM = 2e-5;
    /**
     * Single conditional modes and theta react to theta's error directly: within 1e-4 of their scale. On the boundary
     * the criterion is flat in the fourth power in some directions, so there the same.
     */
    private static final double FLAT = 1e-4;

    static Stream<ReferenceCase> cases() throws IOException {
        return ReferenceCase.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void atTheReferencesTheta(ReferenceCase expected) {
        Fit fit = expected.model().at(expected.table(), expected.theta());
        double criterion = expected.number("criterion");
        List<String> off = new ArrayList<>();
        close(off, "criterion", criterion, fit.criterion(), SAME_CRITERION * Math.abs(criterion));
        compare(off, expected, fit, SAME_THETA, SAME_THETA);
        assertEquals(List.of(), off);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void optimum(ReferenceCase expected) {
        Fit fit = expected.model().fit(expected.table());
        double excess = fit.criterion() - expected.number("criterion");
        assertTrue(excess <= ABOVE && excess >= -BELOW, () -> "criterion − reference: " + excess);
        assertTrue(fit.convergence().converged());
        assertEquals(singular(expected), fit.convergence().singular());
        List<String> off = new ArrayList<>();
        compare(off, expected, fit, OPTIMUM, FLAT);
        assertEquals(List.of(), off);
    }

    /**
     * lme4 judges theta as it stands. With a predictor of size 1e6 (s01) a sound slope's theta is 1e-6, which it takes for
     * zero; on the standardised predictor nothing is singular.
     */
    private static boolean singular(ReferenceCase expected) {
        return expected.results().get("isSingular").asBoolean()
                && !expected.id().startsWith("s01_");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void countsAndNames(ReferenceCase expected) {
        Fit fit = expected.model().at(expected.table(), expected.theta());
        JsonNode results = expected.results();
        Map<String, Integer> groups = new HashMap<>();
        results.get("ngroups")
                .properties()
                .forEach(e -> groups.put(e.getKey(), e.getValue().asInt()));
        FixedEffects effects = fit.fixedEffects();
        List<String> names = new ArrayList<>();
        for (int j = 0; j < effects.size(); j++) {
            names.add(effects.name(j));
        }
        assertAll(
                () -> assertEquals(results.get("nobs").asInt(), fit.nobs()),
                () -> assertEquals(results.get("fitted").get("n_dropped").asInt(), fit.dropped()),
                () -> assertEquals(results.get("npar").asInt(), fit.parameters()),
                () -> assertEquals(groups, fit.groups()),
                () -> assertEquals(texts(results.get("fixef").get("names")), names),
                () -> assertEquals(texts(results.get("dropped_columns")), fit.droppedColumns()));
        List<VarianceComponent> components = fit.randomEffects();
        assertEquals(results.get("random").size(), components.size());
        for (int t = 0; t < components.size(); t++) {
            JsonNode term = results.get("random").get(t);
            assertEquals(term.get("group").asText(), components.get(t).group());
            assertEquals(texts(term.get("names")), List.of(components.get(t).names()));
        }
    }

    static Stream<ReferenceCase> predictions() throws IOException {
        return cases().filter(one -> one.results().has("predict"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("predictions")
    void predictsNewRows(ReferenceCase expected) {
        Fit fit = expected.model().at(expected.table(), expected.theta());
        JsonNode predict = expected.results().get("predict");
        double tolerance = SAME_THETA * fit.sigma();
        double[] conditional = fit.predict(expected.newData(), true);
        double[] population = fit.predictPopulation(expected.newData());
        List<String> off = new ArrayList<>();
        close(off, "conditional", numbers(predict.get("conditional")), conditional, tolerance);
        close(off, "population", numbers(predict.get("population")), population, tolerance);
        assertEquals(List.of(), off);
    }

    /**
     * @param tight for what the criterion determines well
     * @param loose for what reacts to theta directly
     */
    private static void compare(List<String> off, ReferenceCase expected, Fit fit, double tight, double loose) {
        JsonNode results = expected.results();
        close(off, "logLik", expected.number("logLik"), fit.logLik(), BELOW);
        close(off, "AIC", expected.number("AIC"), fit.aic(), BELOW);
        close(off, "BIC", expected.number("BIC"), fit.bic(), BELOW);
        close(off, "sigma", expected.number("sigma"), fit.sigma(), tight * fit.sigma());
        compareFixed(off, results, fit, tight);
        boolean singular = results.get("isSingular").asBoolean();
        compareRandom(off, results.get("random"), fit, singular ? loose : tight);
        if (!singular) {
            double[] theta = expected.theta();
            double size = Arrays.stream(theta).map(Math::abs).max().orElseThrow();
            close(off, "theta", theta, fit.theta(), loose * size);
        }
        compareModes(off, results.get("ranef"), fit, loose);
        compareFitted(off, results.get("fitted"), fit, loose);
        if (results.has("icc")) {
            results.get("icc")
                    .get("by_group")
                    .properties()
                    .forEach(e -> close(
                            off,
                            "icc " + e.getKey(),
                            e.getValue().asDouble(),
                            fit.icc().get(e.getKey()),
                            loose));
        }
    }

    private static void compareFixed(List<String> off, JsonNode results, Fit fit, double tolerance) {
        FixedEffects effects = fit.fixedEffects();
        double[] estimates = numbers(results.get("fixef").get("estimate"));
        double[] errors = numbers(results.get("fixef").get("se"));
        double[] ts = numbers(results.get("fixef").get("t"));
        for (int j = 0; j < estimates.length; j++) {
            String name = effects.name(j);
            close(off, name, estimates[j], effects.estimate(name), tolerance * errors[j]);
            close(off, "SE " + name, errors[j], effects.standardError(j), tolerance * errors[j]);
            close(off, "t " + name, ts[j], effects.t(j), tolerance * (1 + Math.abs(ts[j])));
            for (int i = 0; i < estimates.length; i++) {
                double covariance = results.get("vcov_fixef").get(i).get(j).asDouble();
                double size = errors[i] * errors[j];
                close(off, "cov " + i + "," + j, covariance, effects.covariance(i, j), 2 * tolerance * size);
            }
        }
    }

    private static void compareRandom(List<String> off, JsonNode terms, Fit fit, double tolerance) {
        List<VarianceComponent> components = fit.randomEffects();
        for (int t = 0; t < terms.size(); t++) {
            VarianceComponent component = components.get(t);
            double[] deviations = numbers(terms.get(t).get("sd"));
            double floor = 1e-3 * fit.sigma() * tolerance; // an SD of zero: nothing to be relative to
            for (int i = 0; i < deviations.length; i++) {
                String name = "sd " + component.group() + " " + component.names()[i];
                double allowed = tolerance * deviations[i] + (deviations[i] < 1e-6 * fit.sigma() ? floor : 0);
                close(off, name, deviations[i], component.standardDeviation(i), allowed);
                for (int j = 0; j < deviations.length; j++) {
                    double covariance = terms.get(t).get("cov").get(i).get(j).asDouble();
                    double size = deviations[i] * deviations[j];
                    close(
                            off,
                            "cov " + name,
                            covariance,
                            component.covariance(i, j),
                            4 * tolerance * size + floor * floor);
                }
            }
        }
    }

    private static void compareModes(List<String> off, JsonNode ranef, Fit fit, double tolerance) {
        for (JsonNode effect : ranef) {
            String group = effect.get("group").asText();
            ConditionalModes modes = fit.conditionalModes().stream()
                    .filter(one -> one.group().equals(group))
                    .findFirst()
                    .orElseThrow();
            int column = List.of(modes.names()).indexOf(effect.get("name").asText());
            List<String> levels = List.of(modes.levels());
            double[] all = new double[levels.size()];
            for (int level = 0; level < all.length; level++) {
                all[level] = modes.mode(level, column);
            }
            double[] blup = numbers(effect.get("blup"));
            double[] condsd = numbers(effect.get("condsd"));
            double sumsq = effect.get("sumsq").asDouble();
            double size = Math.sqrt(sumsq / all.length); // typical size of a mode
            double allowed = tolerance * size + 1e-12 * fit.sigma();
            String what = "ranef " + group + " " + effect.get("name").asText() + " ";
            for (int i = 0; i < blup.length; i++) {
                int level = levels.indexOf(effect.get("levels").get(i).asText());
                close(off, what + level, blup[i], all[level], allowed);
                close(
                        off,
                        what + "sd " + level,
                        condsd[i],
                        modes.standardDeviation(level, column),
                        tolerance * condsd[i] + 1e-9 * fit.sigma());
            }
            assertEquals(effect.get("n").asInt(), all.length);
            close(
                    off,
                    what + "sum",
                    effect.get("sum").asDouble(),
                    Arrays.stream(all).sum(),
                    allowed * all.length);
            double ownSumsq = Arrays.stream(all).map(b -> b * b).sum();
            close(off, what + "sumsq", sumsq, ownSumsq, 2 * tolerance * sumsq + allowed * allowed);
            close(
                    off,
                    what + "min",
                    effect.get("min").asDouble(),
                    Arrays.stream(all).min().orElseThrow(),
                    2 * allowed);
            close(
                    off,
                    what + "max",
                    effect.get("max").asDouble(),
                    Arrays.stream(all).max().orElseThrow(),
                    2 * allowed);
        }
    }

    private static void compareFitted(List<String> off, JsonNode expected, Fit fit, double tolerance) {
        double[] fitted = fit.fitted();
        double[] residuals = fit.residuals(Residual.CONDITIONAL);
        double[] marginal = fit.residuals(Residual.MARGINAL);
        double allowed = tolerance * fit.sigma();
        for (int i = 0; i < expected.get("fitted").size(); i++) {
            close(off, "fitted " + i, expected.get("fitted").get(i).asDouble(), fitted[i], allowed);
            close(off, "residual " + i, expected.get("resid").get(i).asDouble(), residuals[i], allowed);
            double fixedOnly = fitted[i] + residuals[i] - marginal[i];
            close(off, "fixed " + i, expected.get("fixed_only").get(i).asDouble(), fixedOnly, allowed);
        }
        double sumsq = expected.get("resid_sumsq").asDouble();
        double own = Arrays.stream(residuals).map(r -> r * r).sum();
        close(off, "resid_sumsq", sumsq, own, 2 * tolerance * sumsq);
        double fittedSumsq = expected.get("fitted_sumsq").asDouble();
        double ownFitted = Arrays.stream(fitted).map(r -> r * r).sum();
        close(off, "fitted_sumsq", fittedSumsq, ownFitted, 2 * tolerance * fittedSumsq);
    }

    private static void close(List<String> off, String what, double[] expected, double[] actual, double tolerance) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            close(off, what + " " + i, expected[i], actual[i], tolerance);
        }
    }

    private static void close(List<String> off, String what, double expected, double actual, double tolerance) {
        if (!(Math.abs(expected - actual) <= tolerance)) {
            off.add(String.format("%s: %.12g, not %.12g (allowed %.2g)", what, actual, expected, tolerance));
        }
    }
}
