package org.warpmix.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Permutation;
import org.warpmix.inference.comparison.LikelihoodRatioTest;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.likelihood.Method;
import org.warpmix.random.Variates;
import org.warpmix.table.Table;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

class StudyTest {

    /** How many Monte Carlo errors a figure may be off: one in 15,000 is. */
    private static final double SIGMAS = 4;

    private static final String SLOPES = "y ~ treat + time + (time | school)";

    private static DrawnDesign design(int schools) {
        return DrawnDesign.withRows(Sizes.of(8))
                .withFactor("school", Sizes.of(schools))
                .withPredictor(Predictor.ofLevels("treat", "school", new Predictor.Values(List.of(0.0, 1.0))))
                .withPredictor(Predictor.ofRows("time", new Predictor.Values(List.of(0.0, 1.0, 2.0, 3.0))));
    }

    private static Truth slopes() {
        return Truth.of(SLOPES)
                .withEffect("(Intercept)", 10)
                .withEffect("time", 0.4)
                .withRandom("school", RandomEffects.of(1, 0.5).withCorrelations(0.3));
    }

    /** Every number of a replicate's sheet is what the ordinary fit gives for its rows. */
    private static void agreesWithOrdinaryFits(Condition condition, String formula, long replicate, boolean permutes) {
        TestMethod[] methods = {
            TestMethod.RESIDUAL,
            TestMethod.SATTERTHWAITE,
            TestMethod.KENWARD_ROGER,
            TestMethod.LRT,
            TestMethod.PERMUTATION
        };
        Study study = Study.of(condition)
                .withModel(AnalysisModel.of(formula))
                .withMethods(permutes ? methods : Arrays.copyOf(methods, 4))
                .withParameters("treat", "sigma")
                .withPermutations(19);
        StudyReplicate.ModelFit found =
                study.simulation().replicate(0, replicate).fits().get(0);
        Table table = Prepared.of(study, 0).table(replicate);
        Fit fit = LinearMixedModel.of(formula).fit(table);
        assertEquals(fit.sigma(), found.estimates().get(1).estimate(), 1e-6 * fit.sigma());
        StudyReplicate.Estimate treat = found.estimates().get(0);
        int j = fit.fixedEffects().indexOf("treat");
        assertEquals(fit.fixedEffects().estimate(j), treat.estimate(), 1e-6);
        for (StudyReplicate.Test test : treat.tests().subList(0, 3)) {
            DegreesOfFreedom degrees = DegreesOfFreedom.valueOf(test.method().name());
            ContrastTest expected = FixedEffectsInference.of(fit, degrees).coefficient(j);
            assertEquals(expected.standardError(), test.standardError(), 1e-6 * expected.standardError());
            assertEquals(expected.degrees(), test.degrees(), 1e-4 * expected.degrees());
            assertEquals(expected.p(), test.p(), 1e-6);
        }
        Fit full = LinearMixedModel.of(formula).withMethod(Method.ML).fit(table);
        Fit smaller = LinearMixedModel.of(formula.replace("treat + ", ""))
                .withMethod(Method.ML)
                .fit(table);
        assertEquals(
                LikelihoodRatioTest.of(smaller, full).steps().get(0).p(),
                treat.tests().get(3).p(),
                1e-6);
        if (permutes) {
            double p = Permutation.of(fit, "treat")
                    .withReplicates(19)
                    .withSeed(replicate)
                    .run()
                    .p();
            assertEquals(p, treat.tests().get(4).p());
        }
    }

    @Test
    void testsOfRowsAreThoseOfOrdinaryFits() {
        Truth skewed = slopes().withShape(Shape.skewed(2));
        agreesWithOrdinaryFits(Condition.of(design(10), skewed), SLOPES, 3, true);
    }

    @Test
    void testsOfCrossedModelsAreThoseOfOrdinaryFits() {
        DrawnDesign crossed = DrawnDesign.withRows(Sizes.of(1))
                .withFactor("subject", Sizes.of(8))
                .withFactor("item", Sizes.of(6))
                .withPredictor(Predictor.ofLevels("treat", "item", new Predictor.Values(List.of(0.0, 1.0))))
                .withPredictor(Predictor.ofRows("x", new Predictor.Normal(0, 1)));
        Truth truth = Truth.of("y ~ treat + x + (1 | subject) + (1 | item)")
                .withRandom("subject", RandomEffects.ofIcc(0.3))
                .withRandom("item", RandomEffects.ofIcc(0.2));
        agreesWithOrdinaryFits(Condition.of(crossed, truth), "y ~ treat + x + (1 | subject) + (1 | item)", 7, false);
    }

    @Test
    void testsOfMissingResponsesAreThoseOfOrdinaryFits() {
        Condition condition =
                Condition.of(design(10), slopes()).withMissing(new Missing(0.2, Missing.PREVIOUS, 1, true));
        agreesWithOrdinaryFits(condition, SLOPES, 5, false);
    }

    @Test
    void designsThatAreDrawnAnewDiffer() {
        DrawnDesign sizes = design(6).withOtherRows(Sizes.poisson(6));
        Study study = Study.of(Condition.of(sizes, slopes()).withRedraw(true)).withModel(AnalysisModel.of(SLOPES));
        Prepared prepared = Prepared.of(study, 0);
        int rows = prepared.table(1).rows();
        assertTrue(prepared.table(2).rows() != rows || prepared.table(3).rows() != rows);
        agreesWithOrdinaryFits(Condition.of(sizes, slopes()).withRedraw(true), SLOPES, 2, false);
    }

    /** Drawn as statistics or as rows, the distributions are the same, for wrong models, too. */
    @Test
    void statisticsAndRowsAgree() {
        Study drawn = Study.of(Condition.of(design(10), slopes().withEffect("treat", 1)))
                .withModel(AnalysisModel.of(SLOPES))
                .withModel(AnalysisModel.of("y ~ treat + time + (1 | school)"))
                .withModel(AnalysisModel.of("y ~ treat"))
                .withMethods(TestMethod.SATTERTHWAITE, TestMethod.LRT)
                .withReplicates(1500);
        // A t distribution with so many degrees of freedom is normal, but its rows are drawn.
        Study rows = Study.of(
                        Condition.of(design(10), slopes().withEffect("treat", 1).withShape(Shape.t(1e9))))
                .withModel(AnalysisModel.of(SLOPES))
                .withModel(AnalysisModel.of("y ~ treat + time + (1 | school)"))
                .withModel(AnalysisModel.of("y ~ treat"))
                .withMethods(TestMethod.SATTERTHWAITE, TestMethod.LRT)
                .withReplicates(1500)
                .withSeed(2);
        assertThrows(IllegalStateException.class, () -> Prepared.of(drawn, 0).table(1), "no rows are drawn");
        assertNotNull(Prepared.of(rows, 0).table(1));
        StudyResult one = drawn.run();
        StudyResult other = rows.run();
        for (int m = 0; m < 3; m++) {
            Tally a = one.tally(0, m);
            Tally b = other.tally(0, m);
            assertEquals(a.parameters(), b.parameters());
            near(a.singular(), b.singular());
            for (String parameter : a.parameters()) {
                near(a.mean(parameter), b.mean(parameter));
                near(a.empiricalError(parameter), b.empiricalError(parameter));
                if (a.isTested(parameter)) {
                    near(
                            a.modelError(parameter, TestMethod.SATTERTHWAITE),
                            b.modelError(parameter, TestMethod.SATTERTHWAITE));
                    near(
                            a.coverage(parameter, TestMethod.SATTERTHWAITE),
                            b.coverage(parameter, TestMethod.SATTERTHWAITE));
                    near(a.rejection(parameter, TestMethod.LRT), b.rejection(parameter, TestMethod.LRT));
                }
            }
        }
    }

    private static void near(Measure a, Measure b) {
        assertEquals(a.value(), b.value(), SIGMAS * Math.hypot(a.error(), b.error()) + 1e-12);
    }

    /** Balanced random intercepts: Kenward and Roger's test of the whole groups' effect is exact. */
    @Test
    void exactTestsHaveTheirLevel() {
        Tally tally = knownAnswers().tally(0, 0);
        Measure coverage = tally.coverage("beta.treat", TestMethod.KENWARD_ROGER);
        assertEquals(0.95, coverage.value(), SIGMAS * coverage.error());
        Measure bias = tally.bias("beta.treat");
        assertEquals(0, bias.value(), SIGMAS * bias.error());
        // Var(b) = 4/J (tau² + sigma²/n)
        double error = Math.sqrt(4.0 / 20 * (0.25 / 0.75 + 1.0 / 10));
        Measure empirical = tally.empiricalError("beta.treat");
        assertEquals(error, empirical.value(), SIGMAS * empirical.error());
        assertEquals(
                Math.hypot(bias.value(), empirical.value()),
                tally.rootMeanSquare("beta.treat").value(),
                1e-3 * error);
    }

    /** Least squares: the true variance is the design effect 1 + (n−1) ICC times the one it goes by. */
    @Test
    void leastSquaresIsInflatedByTheDesignEffect() {
        Tally tally = knownAnswers().tally(0, 1);
        double effect = 1 + 9 * 0.25;
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double predicted = 2 * normal.survivalProbability(normal.inverseSurvivalProbability(0.025) / Math.sqrt(effect));
        Measure rejection = tally.rejection("beta.treat", TestMethod.Z);
        // s² varies with the 20 group means, which the prediction takes for known: a hundredth either way
        assertEquals(predicted, rejection.value(), SIGMAS * rejection.error() + 0.01);
        Measure ratio = tally.relativeError("beta.treat", TestMethod.Z);
        assertEquals(1 / Math.sqrt(effect) - 1, ratio.value(), SIGMAS * ratio.error() + 0.01);
    }

    private static StudyResult knownAnswers() {
        DrawnDesign design = DrawnDesign.withRows(Sizes.of(10))
                .withFactor("g", Sizes.of(20))
                .withPredictor(Predictor.ofLevels("treat", "g", new Predictor.Values(List.of(0.0, 1.0))));
        Truth truth = Truth.of("y ~ treat + (1 | g)").withRandom("g", RandomEffects.ofIcc(0.25));
        return Study.of(Condition.of(design, truth))
                .withModel(AnalysisModel.of("y ~ treat + (1 | g)"))
                .withModel(AnalysisModel.of("y ~ treat"))
                .withMethods(TestMethod.Z, TestMethod.KENWARD_ROGER)
                .withReplicates(10_000)
                .run();
    }

    /** Threads, shards and the order of units leave no trace, nor do other conditions. */
    @Test
    void resultsDependOnTheStudyAlone() {
        Study study = Study.of(
                        Condition.of(design(6), slopes()),
                        Condition.of(design(8), slopes()).withMissing(Missing.completelyAtRandom(0.1)))
                .withModel(AnalysisModel.of(SLOPES))
                .withReplicates(130)
                .withBlock(20)
                .withThreads(2);
        double[][] whole = states(study.run());
        Simulation simulation = study.withThreads(1).simulation();
        assertEquals(14, simulation.units());
        try (UnitStore store = UnitStore.inMemory()) {
            for (int part = 5; part >= 1; part--) {
                simulation.run(store, new Shard(part, 5), done -> true);
            }
            double[][] parts = states(simulation.result(store));
            assertArrayEquals(whole[0], parts[0]);
            assertArrayEquals(whole[1], parts[1]);
        }
    }

    private static double[][] states(StudyResult result) {
        return result.points().stream()
                .map(point -> point.tallies().get(0).state())
                .toArray(double[][]::new);
    }

    @Test
    void conditionsEndWhenTheErrorIsReached() {
        Study study = Study.of(Condition.of(design(8), slopes()))
                .withModel(AnalysisModel.of(SLOPES))
                .withParameters("treat")
                .withReplicates(5000)
                .withBlock(100)
                .withStop(new StopRule(Double.NaN, 0.01, Double.NaN));
        StudyResult stopped = study.run();
        Measure coverage = stopped.tally(0, 0).coverage("beta.treat", TestMethod.SATTERTHWAITE);
        assertTrue(stopped.points().get(0).stopped());
        assertTrue(coverage.error() <= 0.01 && coverage.count() < 1500, coverage::toString);
        assertArrayEquals(states(stopped)[0], states(study.withThreads(1).run())[0]);
        // the same replicates without a rule
        StudyResult all = study.withStop(StopRule.NEVER)
                .withReplicates((int) coverage.count())
                .run();
        assertArrayEquals(states(all)[0], states(stopped)[0]);
    }

    @Test
    void missingResponsesAreAsManyAsSaid() {
        Study study = Study.of(Condition.of(design(200), slopes()).withMissing(new Missing(0.3, "time", 1, false)))
                .withModel(AnalysisModel.of(SLOPES));
        Table table = Prepared.of(study, 0).table(1);
        double[] share = new double[4];
        double[] y = ResponseDrawer.numbers(table, "y");
        double[] time = ResponseDrawer.numbers(table, "time");
        for (int i = 0; i < y.length; i++) {
            share[(int) time[i]] += Double.isNaN(y[i]) ? 4.0 / y.length : 0;
        }
        for (int t = 0; t < 4; t++) {
            double z = (t - 1.5) / Math.sqrt(1.25);
            double expected = 1 / (1 + 0.7 / 0.3 * Math.exp(-z));
            assertEquals(expected, share[t], SIGMAS * Math.sqrt(expected * (1 - expected) / 400));
        }
    }

    @Test
    void whatDoesNotGoTogetherIsNamed() {
        Condition condition = Condition.of(design(6), slopes());
        Study study = Study.of(condition, condition.withLabel("school", 6)).withModel(AnalysisModel.of(SLOPES));
        assertMessage(
                "No model has a parameter 'tret'. Did you mean",
                () -> study.withParameters("tret").run());
        Study other = Study.of(condition).withModel(AnalysisModel.of("z ~ time + (1 | school)"));
        assertMessage("is of z, and what is drawn is called y", other::simulation);
        Study unknown = Study.of(
                        condition,
                        Condition.of(design(6), slopes().withEffect("treatt", 1))
                                .withLabel("b", 2))
                .withModel(AnalysisModel.of(SLOPES));
        assertMessage("Condition 2 (b=2): There is no coefficient 'treatt'", unknown::simulation);
        assertMessage(
                "are not given",
                () -> Truth.of("y ~ 1 + (1 | school)").checked(design(6).draw(new Variates(1))));
        assertMessage(
                "not positive semi-definite",
                () -> RandomEffects.of(1, 1, 1).withCorrelations(0.9, -0.9, 0.9).factor());
        assertMessage(
                "needs REML",
                () -> Study.of(condition)
                        .withModel(new AnalysisModel("m", SLOPES, Method.ML))
                        .withMethods(TestMethod.KENWARD_ROGER)
                        .simulation());
    }

    private static void assertMessage(String part, Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }
}
