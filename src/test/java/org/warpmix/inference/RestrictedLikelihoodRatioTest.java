package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.statistics.distribution.FDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.ModelData;
import org.warpmix.table.Table;

/** The exact restricted likelihood-ratio test where its distribution is known, against RLRsim, and its eigenvalues. */
class RestrictedLikelihoodRatioTest {

    /** In a balanced one-way layout the statistic grows with F, so its p is F's; it is zero where F &lt; 1. */
    @ParameterizedTest
    @CsvSource({
        "Dyestuff.csv, Yield ~ 1 + (1 | Batch), 5, 24, 0.00439753126830609",
        "Pastes.csv, strength ~ 1 + (1 | batch), 9, 50, 0.0012889",
    })
    void isTheFTestOfABalancedLayout(String file, String formula, int ndf, int ddf, double p) {
        int draws = 100_000;
        RestrictedLikelihoodRatio.Result result = RestrictedLikelihoodRatio.of(
                        LinearMixedModel.of(formula).fit(LikelihoodReference.table(file)))
                .withReplicates(draws)
                .withSeed(2)
                .run();
        assertEquals(p, result.p(), 4 * Math.sqrt(p / draws));
        double zeros = FDistribution.of(ndf, ddf).cumulativeProbability(1);
        assertEquals(zeros, result.zeros(), 4 * Math.sqrt(0.25 / draws));
    }

    /** exactRLRT of RLRsim 3.1-8, 100,000 draws of a design with covariates and blocks. */
    @Test
    void isRlrsim() {
        Fit fit = LinearMixedModel.of("effort ~ Type + (1 | Subject)").fit(LikelihoodReference.table("ergoStool.csv"));
        RestrictedLikelihoodRatio.Result result =
                RestrictedLikelihoodRatio.of(fit).withReplicates(100_000).run();
        assertEquals(13.477, result.statistic(), 5e-4);
        assertEquals(1e-4, result.p(), 1.8e-4); // 4 standard errors of the two
    }

    /** Unequal groups, a slope, weights: eigenvalues against those of the dense matrix, with their multiplicities. */
    @ParameterizedTest
    @CsvSource({"y ~ x + (1 | g)", "y ~ 1 + (0 + x | g)", "y ~ x + v + (0 + v | g)", "y ~ 0 + v + (1 | g)"})
    void spectrumIsThatOfTheDenseMatrix(String formula) {
        Random random = new Random(6);
        int n = 60;
        int[] g = new int[n];
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            g[i] = Math.min(i / 4, 11); // eleven groups of 4, one of 16
            x[i] = i % 4;
        }
        Table table = Table.builder()
                .numeric("y", random.doubles(n).toArray())
                .numeric("x", x)
                .numeric("v", random.doubles(n).toArray())
                .numeric("w", random.doubles(n, 0.5, 2).toArray())
                .factor("g", g, "abcdefghijkl".split(""))
                .build();
        for (boolean weighted : new boolean[] {false, true}) {
            LinearMixedModel model = LinearMixedModel.of(formula);
            Fit fit = (weighted ? model.withWeights("w") : model).fit(table);
            RestrictedLikelihoodRatio.Spectrum spectrum = RestrictedLikelihoodRatio.Spectrum.of(
                    fit.profiledCriterion().statistics());
            double[] dense = dense(fit.design().data());
            double scale = largest(spectrum.values()) / largest(dense); // Z is scaled in the solver's basis
            double[] expanded = new double[dense.length];
            int next = 0;
            for (int e = 0; e < spectrum.values().length; e++) {
                for (int c = 0; c < spectrum.counts()[e]; c++) {
                    expanded[next++] = spectrum.values()[e] / scale;
                }
            }
            Arrays.sort(expanded);
            assertEquals(n - fit.fixedEffects().size() - next, spectrum.rest());
            for (int i = 0; i < dense.length; i++) {
                assertEquals(dense[i], expanded[i], 1e-8 * largest(dense), formula + i);
            }
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    /** Eigenvalues of {@code Z'W½ (I − P) W½Z}, ascending. */
    private static double[] dense(ModelData data) {
        int n = data.n();
        int levels = data.terms().get(0).factor().levels().length;
        double[][] z = new double[levels][n];
        double[][] x = new double[data.x().length][n];
        for (int i = 0; i < n; i++) {
            double root = data.weights() == null ? 1 : Math.sqrt(data.weights()[i]);
            z[data.terms().get(0).factor().codes()[i]][i] =
                    root * data.terms().get(0).z()[0][i];
            for (int k = 0; k < x.length; k++) {
                x[k][i] = root * data.x()[k][i];
            }
        }
        for (int k = 0; k < x.length; k++) {
            for (int l = 0; l < k; l++) {
                remove(x[l], x[k]);
            }
            for (double[] column : z) {
                remove(x[k], column);
            }
        }
        double[] matrix = new double[levels * levels];
        for (int j = 0; j < levels; j++) {
            for (int l = 0; l < levels; l++) {
                matrix[j + l * levels] = dot(z[j], z[l]);
            }
        }
        return SymmetricEigen.of(matrix, levels).values();
    }

    private static void remove(double[] direction, double[] from) {
        double share = dot(direction, from) / dot(direction, direction);
        for (int i = 0; i < from.length; i++) {
            from[i] -= share * direction[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void zeroVarianceHasP1() {
        Fit fit = LinearMixedModel.of("Yield ~ 1 + (1 | Batch)").fit(LikelihoodReference.table("Dyestuff2.csv"));
        RestrictedLikelihoodRatio.Result result =
                RestrictedLikelihoodRatio.of(fit).withReplicates(100).run();
        assertEquals(0, result.statistic(), 1e-9);
        assertEquals(1, result.p());
    }

    @Test
    void badInput() {
        Fit fit = LikelihoodReference.fit("sleep_rs_reml");
        assertEquals(
                "The exact restricted test is of a model's one variance, and this model has Subject.(Intercept),"
                        + " Subject.Days.(Intercept), Subject.Days. Compare it with the model without a term, by a parametric"
                        + " bootstrap.",
                assertThrows(IllegalArgumentException.class, () -> RestrictedLikelihoodRatio.of(fit))
                        .getMessage());
    }
}
