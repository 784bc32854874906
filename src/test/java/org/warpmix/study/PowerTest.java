package org.warpmix.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.FDistribution;
import org.apache.commons.statistics.distribution.PoissonDistribution;
import org.junit.jupiter.api.Test;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.random.Variates;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

class PowerTest {

    private static final int ROWS = 10;
    private static final double ICC = 0.25;
    private static final int REPLICATES = 10_000;

    private static PowerDesign balanced() {
        DrawnDesign design = DrawnDesign.withRows(Sizes.of(ROWS))
                .withFactor("g", Sizes.of(20))
                .withPredictor(Predictor.ofLevels("treat", "g", new Predictor.Values(List.of(0.0, 1.0))));
        return PowerDesign.of(design, Truth.of("y ~ treat + (1 | g)").withRandom("g", RandomEffects.ofIcc(ICC)), null);
    }

    /** Power of the exact F test of two halves of the groups: noncentral F with 1 and J − 2 degrees of freedom. */
    private static double exact(int groups, double effect) {
        double variance = 4.0 / groups * (ICC / (1 - ICC) + 1.0 / ROWS);
        double noncentrality = effect * effect / variance;
        double df = groups - 2;
        double critical = FDistribution.of(1, df).inverseSurvivalProbability(0.05);
        PoissonDistribution weights = PoissonDistribution.of(noncentrality / 2);
        double below = 0;
        for (int k = 0; k < 200; k++) { // F is a Poisson mixture of betas
            below += weights.probability(k)
                    * BetaDistribution.of(0.5 + k, df / 2).cumulativeProbability(critical / (critical + df));
        }
        return 1 - below;
    }

    @Test
    void curvesAreThoseOfTheExactTest() {
        double[] effects = {0.3, 0.6};
        int[] groups = {10, 20, 40};
        List<PowerPoint> points = Power.of(balanced(), "treat")
                .withTest(TestMethod.KENWARD_ROGER)
                .withEffects(effects)
                .withGroups(groups)
                .withReplicates(REPLICATES)
                .run();
        assertEquals(6, points.size());
        for (PowerPoint point : points) {
            double expected = exact(point.groups(), point.effect());
            assertEquals(expected, point.power().value(), 4 * point.power().error(), point::toString);
            assertTrue(point.lower() < point.power().value() && point.power().value() < point.upper());
        }
        assertEquals(10, points.get(1).groups());
        assertEquals(0.6, points.get(1).effect());
    }

    @Test
    void searchFindsTheSmallestDesign() {
        PowerSearch search = Power.of(balanced(), "treat")
                .withTest(TestMethod.KENWARD_ROGER)
                .withReplicates(4000)
                .search(Power.Size.GROUPS, 0.8, 1000, 0.6, 0);
        int smallest = 4;
        while (exact(smallest, 0.6) < 0.8) {
            smallest += 2;
        }
        assertEquals(smallest, search.found(), 3, search.looked()::toString);
        assertEquals(search.found(), search.point().groups());
        assertTrue(search.point().power().value() >= 0.8);
        assertTrue(search.looked().stream()
                .anyMatch(point ->
                        point.groups() == search.found() - 1 && point.power().value() < 0.8));
        PowerSearch never = Power.of(balanced(), "treat").withReplicates(100).search(Power.Size.ROWS, 0.99, 16, 0.1, 0);
        assertEquals(0, never.found());
        assertEquals(16, never.point().rows());
    }

    @Test
    void testsAgreeWhereTheyShould() {
        Power power = Power.of(balanced(), "treat").withEffects(0.6).withReplicates(400);
        double kenwardRoger =
                power.withTest(TestMethod.KENWARD_ROGER).run().get(0).power().value();
        for (TestMethod test : new TestMethod[] {TestMethod.SATTERTHWAITE, TestMethod.LRT}) {
            assertEquals(kenwardRoger, power.withTest(test).run().get(0).power().value(), 0.08, test.toString());
        }
        PowerPoint permuted = power.withTest(TestMethod.PERMUTATION)
                .withReplicates(100)
                .with(study -> study.withPermutations(99))
                .run()
                .get(0);
        assertEquals(
                exact(20, 0.6), permuted.power().value(), 4 * permuted.power().error());
    }

    @Test
    void pilotsAreRepeatedInTurn() {
        Table pilot = TableReader.withDefaults().read(Path.of("examples/sleepstudy.csv"));
        Fit fit = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(pilot);
        PowerDesign design = PowerDesign.ofPilot(fit, pilot, null);
        assertEquals("Subject", design.factor());
        Table rows = design.design(20, 12).draw(new Variates(1));
        assertEquals(240, rows.rows());
        FactorColumn subject = (FactorColumn) rows.column("Subject");
        assertEquals(20, subject.levels().length);
        assertEquals("308", subject.levels()[subject.codes()[0]]);
        assertEquals("308.2", subject.levels()[subject.codes()[18 * 12]]);
        double[] days = ResponseDrawer.numbers(rows, "Days");
        assertArrayEquals(new double[] {8, 9, 0, 1, 0}, Arrays.copyOfRange(days, 8, 13));
        assertEquals(
                fit.fixedEffects().estimate("Days"), design.truth().effects().get("Days"));
        // as many as there are: the pilot's rows, and the truth the fit's
        ResponseDrawer drawer =
                new ResponseDrawer(design.truth(), design.design(0, 0).draw(new Variates(1)));
        assertEquals(180, drawer.mean().length);
        ResponseDrawer.Group group = drawer.groups().get(0);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double expected = fit.randomEffects().get(0).covariance(i, j);
                assertEquals(expected, group.covariance(i, j), 1e-9 * Math.abs(expected));
            }
        }
    }

    @Test
    void copiesOfNestedLevelsAreLevelsOfTheirOwn() {
        Table pilot = TableReader.withDefaults().read(Path.of("examples/Pastes.csv"));
        Fit fit =
                LinearMixedModel.of("strength ~ 1 + (1 | batch) + (1 | sample)").fit(pilot);
        PowerDesign design = PowerDesign.ofPilot(fit, pilot, null);
        assertEquals("batch", design.factor());
        Table rows = design.design(20, 0).draw(new Variates(1));
        assertEquals(20, ((FactorColumn) rows.column("batch")).levels().length);
        assertEquals(60, ((FactorColumn) rows.column("sample")).levels().length);
        Fit crossed = LinearMixedModel.of("diameter ~ 1 + (1 | plate) + (1 | sample)")
                .fit(TableReader.withDefaults().read(Path.of("examples/Penicillin.csv")));
        Table penicillin = TableReader.withDefaults().read(Path.of("examples/Penicillin.csv"));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> PowerDesign.ofPilot(crossed, penicillin, null))
                .getMessage();
        assertTrue(message.contains("plate, sample are crossed"), message);
        Table plates =
                PowerDesign.ofPilot(crossed, penicillin, "plate").design(48, 0).draw(new Variates(1));
        assertEquals(48, ((FactorColumn) plates.column("plate")).levels().length);
        assertEquals(6, ((FactorColumn) plates.column("sample")).levels().length);
    }

    /** Newcombe 1998, Stat. Med. 17, table I: 15 of 148, 81 of 263. */
    @Test
    void wilsonsIntervals() {
        assertArrayEquals(new double[] {0.2553, 0.3662}, PowerPoint.wilson(81.0 / 263, 263), 5e-5);
        assertArrayEquals(new double[] {0.0624, 0.1605}, PowerPoint.wilson(15.0 / 148, 148), 5e-5);
        assertArrayEquals(new double[] {0, 0.1611}, PowerPoint.wilson(0, 20), 5e-5);
    }
}
