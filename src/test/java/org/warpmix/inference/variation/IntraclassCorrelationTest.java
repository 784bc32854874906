package org.warpmix.inference.variation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.likelihood.Method;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Shares of the variance: against lme4's variances, against sums over rows, and over replicates. */
class IntraclassCorrelationTest {

    private static Table table(String file) {
        return TableReader.withDefaults().read(Path.of("src/test/resources/data", file));
    }

    private static Fit fit(String file, String formula) {
        return LinearMixedModel.of(formula).fit(table(file));
    }

    /** reference-expected.json, lme4 1.1-31: random intercepts, nested and crossed. */
    @Test
    void agreesWithTheReference() throws IOException {
        int cases = 0;
        try (InputStream in = IntraclassCorrelationTest.class.getResourceAsStream("/reference-expected.json")) {
            for (JsonNode json : new ObjectMapper().readTree(in)) {
                JsonNode icc = json.get("results").get("icc");
                if (icc == null || json.get("id").asText().startsWith("insteval")) {
                    continue; // insteval: as the others, only long
                }
                Fit fit = LinearMixedModel.of(json.get("formula").asText())
                        .withMethod(json.get("REML").asBoolean() ? Method.REML : Method.ML)
                        .fit(table(json.get("data").asText().substring("data/".length())));
                IntraclassCorrelation found = IntraclassCorrelation.of(fit);
                for (Map.Entry<String, JsonNode> group : icc.get("by_group").properties()) {
                    assertEquals(
                            group.getValue().asDouble(),
                            found.adjusted(group.getKey()),
                            2e-6,
                            json.get("id") + " " + group.getKey());
                }
                assertEquals(
                        icc.get("total").asDouble(),
                        found.adjusted(),
                        2e-6,
                        json.get("id").asText());
                cases++;
            }
        }
        assertEquals(40, cases, 5);
    }

    /** {@code MuMIn::r.squaredGLMM} of this model has 0.2786511 and 0.7992199, by the formula here. */
    @Test
    void sleepstudyByHand() {
        Fit fit = fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)");
        VarianceComponent subject = fit.randomEffects().get(0);
        double slope = fit.fixedEffects().estimate(1);
        double fixed = slope * slope * 18 * 82.5 / 179;
        double random = subject.covariance(0, 0) + 2 * 4.5 * subject.covariance(0, 1) + 28.5 * subject.covariance(1, 1);
        double residual = fit.sigma() * fit.sigma();
        VarianceExplained found = VarianceExplained.of(fit);
        assertEquals(fixed, found.fixed(), 1e-9 * fixed);
        assertEquals(random, found.random("Subject"), 1e-9 * random);
        assertEquals(0.2786511, found.marginal(), 1e-6);
        assertEquals(0.7992199, found.conditional(), 1e-6);
        IntraclassCorrelation icc = IntraclassCorrelation.of(fit);
        assertEquals(random / (random + residual), icc.adjusted("Subject"), 1e-12);
        assertEquals(random / (fixed + random + residual), icc.conditional("Subject"), 1e-12);
    }

    @Test
    void anInterceptAloneHasNoVariance() {
        assertEquals(
                0,
                VarianceExplained.of(fit("Rail.csv", "travel ~ 1 + (1 | Rail)")).fixed());
    }

    /** Sums over rows and pairs of rows, as the parts are defined. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Oats.csv; yield ~ nitro + Variety + (nitro | Block/Variety); ",
                "Orthodont.csv; distance ~ age * Sex + (age || Subject); ",
                "s09_weights.csv; y ~ x + (x | g); w",
                "Penicillin.csv; diameter ~ 1 + (1 | plate) + (1 | sample); ",
            })
    void agreesWithTheRows(String file, String formula, String weights) {
        LinearMixedModel model = LinearMixedModel.of(formula);
        Fit fit = (weights == null ? model : model.withWeights(weights)).fit(table(file));
        ModelData data = fit.design().data();
        int n = data.n();
        FixedEffects effects = fit.fixedEffects();
        double[] mean = new double[n];
        double residual = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < effects.size(); j++) {
                mean[i] += effects.estimate(j) * data.x()[j][i];
            }
            residual += fit.sigma() * fit.sigma() / (data.weights() == null ? 1 : data.weights()[i]) / n;
        }
        double center = Arrays.stream(mean).average().orElseThrow();
        double fixed = Arrays.stream(mean).map(m -> (m - center) * (m - center)).sum() / (n - 1);
        VarianceExplained variances = VarianceExplained.of(fit);
        IntraclassCorrelation icc = IntraclassCorrelation.of(fit);
        assertEquals(fixed, variances.fixed(), 1e-9 * (fixed + residual));
        assertEquals(residual, variances.residual(), 1e-9 * residual);
        double random = 0;
        double excess = 0;
        double within = variances.random() + residual;
        for (String group : variances.groups()) {
            double own = 0;
            double ofMean = 0;
            for (int i = 0; i < n; i++) {
                own += covariance(fit, group, i, i) / n;
                for (int k = 0; k < n; k++) {
                    ofMean += covariance(fit, group, i, k) / n;
                }
            }
            assertEquals(own, variances.random(group), 1e-9 * within, group);
            assertEquals(1 + (ofMean - own) / within, icc.designEffect(group), 1e-9, group);
            assertEquals(n / icc.designEffect(group), icc.effectiveSize(group), 1e-9 * n);
            random += own;
            excess += (ofMean - own) / within;
        }
        assertEquals(random / within, icc.adjusted(), 1e-9);
        assertEquals(1 + excess, icc.designEffect(), 1e-9);
        assertEquals(fixed / (fixed + random + residual), variances.marginal(), 1e-9);
    }

    private static double covariance(Fit fit, String group, int i, int k) {
        double sum = 0;
        List<RandomTerm> terms = fit.design().data().terms();
        for (int t = 0; t < terms.size(); t++) {
            RandomTerm term = terms.get(t);
            if (!term.factor().name().equals(group)
                    || term.factor().codes()[i] != term.factor().codes()[k]) {
                continue;
            }
            for (int a = 0; a < term.z().length; a++) {
                for (int b = 0; b < term.z().length; b++) {
                    sum += term.z()[a][i] * fit.randomEffects().get(t).covariance(a, b) * term.z()[b][k];
                }
            }
        }
        return sum;
    }

    /** With 999 replicates the ends are the 25th and the 975th, and the correlation grows with theta. */
    @Test
    void intervalsAreThoseOfTheReplicates() {
        Fit fit = fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)");
        Bootstrap bootstrap = Bootstrap.of(fit).withReplicates(999).withSeed(4);
        VarianceBootstrap shares = VarianceBootstrap.run(bootstrap);
        Interval icc = shares.interval("icc.Subject", 0.95);
        Interval theta = shares.result().interval("theta.1", IntervalType.PERCENTILE, 0.95);
        assertEquals(ofTheta(theta.lower()), icc.lower(), 1e-12);
        assertEquals(ofTheta(theta.upper()), icc.upper(), 1e-12);
        assertEquals(
                IntraclassCorrelation.of(fit).adjusted("Subject"),
                shares.parameters().get(0).estimate(),
                1e-14);
        Interval marginal = shares.interval("r2.marginal", 0.9);
        double estimate = VarianceExplained.of(fit).marginal();
        assertTrue(marginal.lower() < estimate && estimate < marginal.upper());
        assertEquals(
                "No share 'icc'. Known names: 'icc.Subject', 'icc.conditional.Subject', 'r2.marginal',"
                        + " 'r2.conditional'.",
                assertThrows(IllegalArgumentException.class, () -> shares.interval("icc", 0.95))
                        .getMessage());
    }

    private static double ofTheta(double theta) {
        return theta * theta / (1 + theta * theta);
    }

    @Test
    void impliedCorrelationByHand() {
        Fit fit = fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)");
        VarianceComponent v = fit.randomEffects().get(0);
        ImpliedCorrelation implied = ImpliedCorrelation.of(fit, "Subject");
        assertEquals(List.of("Days"), implied.predictors());
        double s2 = fit.sigma() * fit.sigma();
        double v0 = v.covariance(0, 0) + s2;
        double v9 = v.covariance(0, 0) + 18 * v.covariance(0, 1) + 81 * v.covariance(1, 1) + s2;
        double expected = (v.covariance(0, 0) + 9 * v.covariance(0, 1)) / Math.sqrt(v0 * v9);
        assertEquals(expected, implied.between(new double[] {0}, new double[] {9}), 1e-12);
        assertEquals(expected, implied.between("Days", new double[] {0, 9})[1][0], 1e-12);
        assertEquals(v9, implied.variance(new double[] {9}), 1e-9);
        assertEquals(
                List.of(0.0, 2.0, 5.0, 7.0, 9.0),
                Arrays.stream(implied.grid("Days")).boxed().toList());
    }

    /** Rows of one cask share the batch, too; those of one batch need not share the cask. */
    @Test
    void impliedCorrelationOfNestedFactors() {
        Fit fit = fit("Pastes.csv", "strength ~ 1 + (1 | batch/cask)");
        IntraclassCorrelation icc = IntraclassCorrelation.of(fit);
        double[] nothing = {};
        assertEquals(icc.adjusted(), ImpliedCorrelation.of(fit, "cask:batch").between(nothing, nothing), 1e-12);
        assertEquals(icc.adjusted("batch"), ImpliedCorrelation.of(fit, "batch").between(nothing, nothing), 1e-12);
    }

    @Test
    void refusals() {
        Fit fit = fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)");
        assertMessage(
                "The model has no grouping factor 'Subjct'. Did you mean 'Subject'?",
                () -> IntraclassCorrelation.of(fit).adjusted("Subjct"));
        assertMessage(
                "The model has no grouping factor 'Subjct'. Did you mean 'Subject'?",
                () -> ImpliedCorrelation.of(fit, "Subjct"));
        ImpliedCorrelation implied = ImpliedCorrelation.of(fit, "Subject");
        assertMessage(
                "The correlation takes a value for each of Days, so 1 of a row; given were 2 and 1.",
                () -> implied.between(new double[2], new double[1]));
        assertMessage("No effect of 'Day' varies. Did you mean 'Days'?", () -> implied.grid("Day"));
    }

    private static void assertMessage(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
