package org.warpmix.likelihood.iterative;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;

class IterativeLikelihoodTest {

    static List<RandomModels.Model> models() {
        List<RandomModels.Model> models = new ArrayList<>();
        for (int seed = 0; models.size() < 30; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            if (Crossproducts.of(model.data()).factors().size() > 1) {
                models.add(model);
            }
        }
        models.add(RandomModels.crossed(5, 3000, 700, 90));
        return models;
    }

    private static IterativeLikelihood iterative(RandomModels.Model model, IterativeOptions options) {
        return new IterativeLikelihood(Crossproducts.of(model.data()), model.method(), options);
    }

    private static double[][] lambda(ProfiledCriterion criterion, double[] theta) {
        return new Parameters(criterion.blocks()).lambda(criterion.parameters().fromTheta(theta));
    }

    @ParameterizedTest
    @MethodSource("models")
    void estimatesAreTheExactOnes(RandomModels.Model model) {
        ProfiledCriterion exact = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
        double[][] lambda = lambda(exact, model.theta());
        Likelihood.Solution expected = exact.likelihood().solve(lambda);
        Likelihood.Solution solution =
                iterative(model, IterativeOptions.defaults()).solve(lambda);
        assertArrayEquals(expected.gamma(), solution.gamma(), 1e-7);
        assertArrayEquals(expected.mInverse(), solution.mInverse(), 1e-7);
        assertEquals(expected.rSquared(), solution.rSquared(), 1e-9 * expected.rSquared());
        for (int f = 0; f < lambda.length; f++) {
            assertArrayEquals(expected.b()[f], solution.b()[f], 1e-6);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void criterionIsWithinFourStandardErrors(RandomModels.Model model) {
        ProfiledCriterion exact = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
        double[][] lambda = lambda(exact, model.theta());
        IterativeLikelihood likelihood =
                iterative(model, IterativeOptions.defaults().withProbes(400));
        double error = TraceEstimate.standardError(
                likelihood.evaluate(lambda, true, false).trace().scatter());
        double expected = exact.likelihood().criterion(lambda, null);
        assertEquals(expected, likelihood.criterion(lambda, null), 4 * error + 1e-8 * Math.abs(expected));
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientIsThatOfTheEstimate(RandomModels.Model model) {
        Crossproducts statistics = Crossproducts.of(model.data());
        ProfiledCriterion criterion = ProfiledCriterion.of(
                statistics, new IterativeLikelihood(statistics, model.method(), IterativeOptions.defaults()));
        double[] x = criterion.parameters().fromTheta(model.theta());
        double[] gradient = new double[x.length];
        criterion.value(x, gradient);
        for (int i = 0; i < x.length; i++) {
            double at = x[i];
            double step = 1e-4;
            x[i] = at + step;
            double above = criterion.value(x);
            x[i] = at - step;
            double below = criterion.value(x);
            x[i] = at;
            double expected = (above - below) / (2 * step);
            assertEquals(expected, gradient[i], 1e-4 * (1 + Math.abs(expected)), "entry " + i);
        }
    }

    @Test
    void variancesOfZeroLeaveTheFixedEffects() {
        RandomModels.Model model = RandomModels.crossed(3, 500, 60, 40);
        ProfiledCriterion exact = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
        double[][] lambda = lambda(exact, new double[model.theta().length]);
        assertEquals(
                exact.likelihood().criterion(lambda, null),
                iterative(model, IterativeOptions.defaults()).criterion(lambda, null),
                1e-8);
    }

    @Test
    void bitsDoNotDependOnThreads() {
        RandomModels.Model model = RandomModels.crossed(7, 20_000, 3000, 900);
        IterativeLikelihood likelihood = iterative(model, IterativeOptions.defaults());
        double[][] lambda = {{0.7}, {0.4}};
        double[][] derivative = {{0}, {0}};
        double[][] again = {{0}, {0}};
        double one = likelihood.criterion(lambda, derivative);
        double other = new ForkJoinPool(1)
                .submit(() -> likelihood.criterion(lambda, again)) // within a pool all work is done by the caller
                .join();
        assertEquals(one, other);
        assertArrayEquals(derivative[0], again[0]);
        assertArrayEquals(derivative[1], again[1]);
    }

    @Test
    void oneFactorIsRefused() {
        RandomModels.Model model = RandomModels.draw(0);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> iterative(model, IterativeOptions.defaults()));
        assertTrue(e.getMessage().contains("exact solver"), e.getMessage());
    }
}
