package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.fit.ReferenceCase;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;

/**
 * The exact derivatives against differences of the likelihood's own gradient and solution, at points that are no optimum, for
 * random small models of every structure; and Kenward and Roger's method against dense matrices, n×n.
 */
class SensitivityTest {

    private static final double STEP = 1e-3;

    static IntStream seeds() {
        return IntStream.range(0, 110);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void hessianAndVariances(int seed) {
        RandomModels.Model model = RandomModels.draw(seed);
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
        double[] x = criterion.parameters().fromTheta(model.theta());
        int p = criterion.statistics().p();
        double[] l = new Random(seed).doubles(p, -1, 1).toArray();
        Sensitivity exact = new ExactSensitivity(criterion, x, model.method());
        double size = Arrays.stream(exact.hessian()).map(Math::abs).max().orElseThrow();
        for (int a = 0; a < x.length; a++) {
            double[] slopes = new double[x.length];
            double logVariance = 0;
            double at = x[a];
            for (int k = 0; k < 4; k++) {
                x[a] = at + STEP * new int[] {-2, -1, 1, 2}[k];
                double weight = new int[] {1, -8, 8, -1}[k] / (12 * STEP);
                double[] gradient = new double[x.length];
                criterion.value(x, gradient);
                for (int b = 0; b < x.length; b++) {
                    slopes[b] += weight * gradient[b];
                }
                logVariance += weight * logVariance(criterion.solve(x), l);
            }
            x[a] = at;
            assertArrayEquals(
                    slopes,
                    Arrays.copyOfRange(exact.hessian(), a * x.length, (a + 1) * x.length),
                    1e-7 * (1 + size),
                    model.toString());
            if (p > 0) {
                assertEquals(logVariance, exact.logVarianceGradient(l)[a], 1e-6, model.toString());
            }
        }
    }

    private static double logVariance(Likelihood.Solution solution, double[] l) {
        double variance = 0;
        for (int e = 0; e < l.length * l.length; e++) {
            variance += l[e % l.length] * solution.mInverse()[e] * l[e / l.length];
        }
        return Math.log(variance * solution.rSquared());
    }

    /** At an optimum, where they are used: models too large for the exact ones get the same degrees of freedom. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "penicillin_reml",
                "machines_nested_reml",
                "machines_fac_reml",
                "cake_crossed_ml",
                "arabidopsis_slope_reml",
                "ticks_crossed_reml",
                "verbagg_slopes_ml",
                "s03_rs_ml"
            })
    void differencesDoAsWell(String id) throws IOException {
        ReferenceCase one = ReferenceCase.named(id);
        Fit fit = one.model().fit(one.table());
        ProfiledCriterion criterion = fit.profiledCriterion();
        Method method = fit.model().method();
        double nu = Satterthwaite.degrees(criterion, method);
        double[] x = fit.optimum();
        Satterthwaite exact = new Satterthwaite(new ExactSensitivity(criterion, x, method), nu);
        Satterthwaite differences = new Satterthwaite(new DifferenceSensitivity(criterion, x), nu);
        for (int j = 0; j < criterion.statistics().p(); j++) {
            double[] l = new double[criterion.statistics().p()];
            l[j] = 1;
            double expected = exact.degrees(l);
            assertEquals(expected, differences.degrees(l), 1e-6 * expected);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void kenwardRogerByDenseMatrices(int seed) {
        RandomModels.Model model = RandomModels.draw(seed);
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), Method.REML);
        int p = criterion.statistics().p();
        if (p == 0) {
            return;
        }
        double[] x = criterion.parameters().fromTheta(model.theta());
        KenwardRoger method = KenwardRoger.of(criterion, x);
        VarianceProducts products = VarianceProducts.of(criterion, x);
        DenseKenwardRoger dense = new DenseKenwardRoger(model.data(), model.theta(), model.kept());
        if (!dense.regular()) {
            return; // parameters that the data cannot tell apart: generalised inverses differ
        }
        double[] r = criterion.statistics().fixed().factor();
        double[][] l = new double[2][p];
        double[][] u = new double[2][];
        Random random = new Random(seed);
        for (int k = 0; k < 2; k++) {
            for (int j = 0; j < p; j++) {
                l[k][j] = random.nextGaussian();
            }
            double[] inBasis = l[k].clone();
            Triangular.solveTransposed(r, p, inBasis);
            u[k] = products.whitened(inBasis);
            double degrees = dense.degrees(l[k]);
            assertEquals(degrees, method.degrees(u[k]), 1e-6 * Math.abs(degrees), model.toString());
            double variance = 0;
            for (int i = 0; i < p; i++) {
                for (int j = 0; j < p; j++) {
                    variance += u[k][i] * method.covariance()[i + j * p] * u[k][j];
                }
            }
            double expected = dense.adjusted(l[k]);
            assertEquals(expected, variance, 1e-6 * Math.abs(dense.variance(l[k])), model.toString());
        }
        if (p > 1) {
            double[] scaling = dense.scalingAndDegrees(l);
            double[] actual = method.scalingAndDegrees(orthonormal(u));
            assertEquals(scaling[0], actual[0], 1e-5 * Math.abs(scaling[0]), model.toString());
            assertEquals(scaling[1], actual[1], 1e-5 * Math.abs(scaling[1]), model.toString());
        }
    }

    private static double[][] orthonormal(double[][] rows) {
        double[][] q = {rows[0].clone(), rows[1].clone()};
        for (int k = 0; k < 2; k++) {
            for (int e = 0; e < k; e++) {
                double part = dot(q[e], q[k]);
                for (int i = 0; i < q[k].length; i++) {
                    q[k][i] -= part * q[e][i];
                }
            }
            double length = Math.sqrt(dot(q[k], q[k]));
            for (int i = 0; i < q[k].length; i++) {
                q[k][i] /= length;
            }
        }
        return q;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
