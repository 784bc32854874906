package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;

/** The bootstrap of likelihood ratios against pbkrtest's, and against itself on other backends. */
class LikelihoodRatioBootstrapTest {

    private static Fit fit(String file, String formula) {
        return LinearMixedModel.of(formula).withMethod(Method.ML).fit(LikelihoodReference.table(file));
    }

    /**
     * PBmodcomp of pbkrtest 0.5.2 with lme4 1.1-31, R 4.2.2, {@code set.seed(1)}: of B statistics, zeros included, those at least as
     * large as the observed one, their mean and standard deviation. Both runs have a Monte Carlo error; within 4 of them.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cake.csv;angle ~ temp + (1 | recipe:replicate);angle ~ recipe + temp + (1 | recipe:replicate)"
                        + ";0.5300;2000;1558;2.147519662;2.100914827;20000",
                "Orthodont.csv;distance ~ age + Sex + (1 | Subject);distance ~ age + Sex + (age | Subject)"
                        + ";2.0213;2000;467;1.376875087;1.762052589;20000",
                "Orthodont.csv;distance ~ age + Sex + (1 | Subject);distance ~ age * Sex + (1 | Subject)"
                        + ";6.2174;2000;38;0.9662197885;1.477560639;20000",
                "Pastes.csv;strength ~ 1 + (1 | cask:batch);strength ~ 1 + (1 | batch/cask)"
                        + ";0.4072;1000;201;0.3541492664;0.8670384597;2000",
            })
    void isPbmodcomp(
            String file,
            String smaller,
            String larger,
            double statistic,
            int b,
            int extreme,
            double mean,
            double sd,
            int ours) {
        LikelihoodRatioBootstrapResult result = LikelihoodRatioBootstrap.of(fit(file, smaller), fit(file, larger))
                .withReplicates(ours)
                .run();
        assertEquals(statistic, result.observed(), 5e-5);
        double p = (1.0 + extreme) / (1 + b);
        assertEquals(p, result.p(), 4 * Math.sqrt(p * (1 - p) * (1.0 / b + 1.0 / ours)));
        assertEquals(mean, result.mean(), 4 * sd * Math.sqrt(1.0 / b + 1.0 / ours));
        assertEquals(sd, result.standardDeviation(), 0.15 * sd);
        assertEquals(0, result.failed() + result.notConverged());
    }

    /** Statistics drawn for both models or rows drawn for both: one distribution. */
    @Test
    void rowsAndStatisticsAgree() {
        Fit one = fit("Orthodont.csv", "distance ~ age + Sex + (1 | Subject)");
        Fit two = fit("Orthodont.csv", "distance ~ age + Sex + (age | Subject)");
        Fit nested = fit("Orthodont.csv", "distance ~ age + Sex + (1 | Subject) + (1 | Sex:Subject)");
        LikelihoodRatioBootstrapResult direct =
                LikelihoodRatioBootstrap.of(one, two).withReplicates(20_000).run();
        assertEquals(0.2272, direct.p(), 0.012);
        // a term twice: nothing to gain, so every statistic is zero, and rows are drawn as there are two factors
        LikelihoodRatioBootstrapResult nothing =
                LikelihoodRatioBootstrap.of(one, nested).withReplicates(40).run();
        assertEquals(0, nothing.mean(), 1e-5);
        assertEquals(1, nothing.p());
    }

    /** Replicates do not depend on threads, on how many there are, nor, within rounding, on the backend. */
    @Test
    void replicatesAreTheSameEverywhere() {
        LikelihoodRatioBootstrap bootstrap = LikelihoodRatioBootstrap.of(
                        fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)"),
                        fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"))
                .withReplicates(300)
                .withSeed(9);
        LikelihoodRatioBootstrapResult one = bootstrap.withThreads(1).run();
        LikelihoodRatioBootstrapResult two = bootstrap.withThreads(2).run();
        assertEquals(one.mean(), two.mean());
        assertEquals(one.standardDeviation(), two.standardDeviation());
        LikelihoodRatioBootstrapResult reference =
                bootstrap.withBackend(new ReferenceBackend()).run();
        assertEquals(one.mean(), reference.mean(), 1e-6);
        assertEquals(one.standardDeviation(), reference.standardDeviation(), 1e-6);
        LikelihoodRatioBootstrapResult stopped = bootstrap.withThreads(1).run(block -> false);
        assertTrue(stopped.stopped() && stopped.replicates() > 0);
    }

    @Test
    void failuresCountAsExtreme() {
        LikelihoodRatioBootstrapResult.Tally tally = new LikelihoodRatioBootstrapResult.Tally(2);
        ReplicateStatus[] status = {
            ReplicateStatus.CONVERGED, ReplicateStatus.FAILED, ReplicateStatus.NOT_CONVERGED, ReplicateStatus.CONVERGED
        };
        tally.add(new double[] {3, Double.NaN, 1, 2 - 1e-9}, status, 4);
        LikelihoodRatioBootstrap bootstrap = LikelihoodRatioBootstrap.of(
                fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)"),
                fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"));
        LikelihoodRatioBootstrapResult result = new LikelihoodRatioBootstrapResult(bootstrap, tally);
        assertEquals(3, result.extreme());
        assertEquals(4.0 / 5, result.p());
        assertEquals(1, result.failed());
        assertEquals(1, result.notConverged());
        assertEquals(2, result.converged());
        assertEquals(2, result.mean(), 1e-8);
        // Bartlett: 2 × 2 / 2 = 2 by χ²₂; gamma of mean 2 and variance 1: shape 4, scale ½
        assertEquals(2, result.bartlettStatistic(), 1e-8);
        assertEquals(Math.exp(-1), result.bartlettP(), 1e-8);
        assertEquals(Math.exp(-4) * (1 + 4 + 8 + 64 / 6.0), result.gammaP(), 1e-7);
    }

    @Test
    void badInput() {
        Fit one = fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)");
        assertThrows(IllegalArgumentException.class, () -> LikelihoodRatioBootstrap.of(one, one));
        LikelihoodRatioBootstrap bootstrap =
                LikelihoodRatioBootstrap.of(one, fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)"));
        assertThrows(IllegalArgumentException.class, () -> bootstrap.withReplicates(0));
    }
}
