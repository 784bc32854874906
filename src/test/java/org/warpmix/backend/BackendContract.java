package org.warpmix.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.replicate.CaseBootstrap;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.replicate.UserResponses;

/** What every backend must do, measured against {@link ReferenceBackend}. */
public abstract class BackendContract {

    /** Two searches for one minimum: the criterion, relative to n + |d|. */
    private static final double CRITERION = 1e-11;
    /** The same for estimates, relative to 1 + |estimate|. */
    private static final double ESTIMATE = 2e-7;
    /** For thetas near zero, where the criterion is flat: twice the digits of the criterion are lost. */
    private static final double FLAT_THETA = 1e-5;
    /** Share of the replicates of hopelessly small models that may end in another local minimum. */
    private static final double OTHER_MINIMUM = 0.02;

    private static final int COMPARED = 97;

    protected abstract Backend backend();

    /** Whether the backend fits designs that differ from one replicate to the next; else it says that it does not. */
    protected boolean fitsDesigns() {
        return true;
    }

    private static String[] models() {
        return new String[] {
            "sleepstudy.csv: Reaction ~ Days + (Days | Subject)",
            "sleepstudy.csv: Reaction ~ Days + (Days || Subject)",
            "sleepstudy.csv: Reaction ~ Days + I(Days - 1) + (1 | Subject)", // rank-deficient
            "Dyestuff2.csv: Yield ~ 1 + (1 | Batch)", // a variance of zero
            "Machines.csv: score ~ Machine + (0 + Machine | Worker)",
            "Penicillin.csv: diameter ~ 1 + (1 | plate) + (1 | sample)",
            "Pastes.csv: strength ~ 1 + (1 | batch/cask)",
            "s05_unbalanced.csv: " + "y ~ x + (x | g)",
        };
    }

    protected static Stream<Fit> fits() {
        List<Fit> fits = new ArrayList<>();
        for (String model : models()) {
            String[] parts = model.split(": ", 2);
            for (Method method : Method.values()) {
                fits.add(Batches.fit(parts[0], parts[1], method));
            }
        }
        return fits.stream();
    }

    protected static ReplicateSource parametric(Fit fit) {
        FittedModel model = Batches.fitted(fit);
        return model.model().statistics().classes() == null
                ? ParametricRows.of(model, Batches.SEED)
                : ParametricStatistics.of(model.model(), Batches.SEED);
    }

    @ParameterizedTest
    @MethodSource("fits")
    void findsTheMinimaOfTheReference(Fit fit) {
        Batch batch = Batches.withOptions(
                Batches.batch(fit, parametric(fit)),
                BatchOptions.defaults().withStandardErrors(true).withTested(0));
        compare(fit.nobs(), batch);
    }

    private void compare(int n, Batch batch) {
        List<Batches.Row> expected = Batches.run(new ReferenceBackend(), batch, 1, COMPARED);
        List<Batches.Row> actual = Batches.run(backend(), batch, 1, COMPARED);
        for (int i = 0; i < COMPARED; i++) {
            same(n, expected.get(i), actual.get(i));
        }
    }

    private static void same(int n, Batches.Row expected, Batches.Row actual) {
        String what = expected + "\n" + actual;
        assertEquals(expected.number(), actual.number());
        assertEquals(expected.status(), actual.status(), what);
        assertEquals(expected.singular(), actual.singular(), what);
        if (expected.status() == ReplicateStatus.FAILED) {
            assertTrue(Double.isNaN(actual.criterion()) && Double.isNaN(actual.sigma()), what);
            return;
        }
        double scale = n + Math.abs(expected.criterion());
        assertEquals(expected.criterion(), actual.criterion(), CRITERION * scale, what);
        near(List.of(expected.sigma()), List.of(actual.sigma()), ESTIMATE, what);
        near(expected.theta(), actual.theta(), FLAT_THETA, what);
        near(expected.beta(), actual.beta(), ESTIMATE, what);
        near(expected.standardErrors(), actual.standardErrors(), 10 * ESTIMATE, what);
        near(List.of(expected.wald()), List.of(actual.wald()), 100 * ESTIMATE, what);
    }

    private static void near(List<Double> expected, List<Double> actual, double tolerance, String what) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).isNaN()) { // such as a statistic that was not asked for
                assertTrue(actual.get(i).isNaN(), what);
            } else {
                double scale = 1 + Math.abs(expected.get(i));
                assertEquals(expected.get(i), actual.get(i), tolerance * scale, what);
            }
        }
    }

    @Test
    void fitsModelsOfEveryStructure() {
        int replicates = 0;
        int other = 0;
        for (int seed = 0; seed < 88; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            FittedModel fitted = Batches.fitted(model);
            if (fitted == null) {
                continue;
            }
            double[] start = new double[fitted.model().statistics().factors().isEmpty() ? 0 : model.theta().length];
            Arrays.fill(start, 0.5);
            Batch batch = new Batch(
                    model.data(),
                    fitted.model().statistics(),
                    model.method(),
                    start,
                    ParametricRows.of(fitted, seed),
                    BatchOptions.defaults().withThreads(1));
            List<Batches.Row> expected = Batches.run(new ReferenceBackend(), batch, 1, 9);
            List<Batches.Row> actual = Batches.run(backend(), batch, 1, 9);
            for (int i = 0; i < 9; i++) {
                replicates++;
                double difference = actual.get(i).criterion() - expected.get(i).criterion();
                other += Math.abs(difference) <= 1e-7 ? 0 : 1;
                assertNotEquals(ReplicateStatus.FAILED, actual.get(i).status(), model.toString());
            }
        }
        assertTrue(other <= OTHER_MINIMUM * replicates, other + " of " + replicates);
    }

    @ParameterizedTest
    @ValueSource(strings = {"groups", "rows", "crossed"})
    void fitsDesignsThatAreDrawn(String kind) {
        Fit fit = kind.equals("crossed")
                ? Batches.fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML)
                : Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        ReplicateSource source = switch (kind) {
            case "groups" -> CaseBootstrap.groups(fit.profiledCriterion().statistics(), Batches.SEED);
            case "rows" ->
                CaseBootstrap.designs(
                        fit.design().data(), "Subject", CaseBootstrap.Drawn.GROUPS_AND_ROWS, Batches.SEED);
            default -> CaseBootstrap.designs(fit.design().data(), "plate", CaseBootstrap.Drawn.GROUPS, Batches.SEED);
        };
        Batch batch = Batches.batch(fit, source);
        if (source instanceof ReplicateSource.Designs && !fitsDesigns()) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> Batches.run(backend(), batch, 1, COMPARED));
            assertTrue(refused.getMessage().contains("a design of its own"), refused.getMessage());
        } else {
            compare(fit.nobs(), batch);
        }
    }

    @Test
    void countsWhatCannotBeFitted() {
        Fit fit = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        double[] y = fit.design().data().y();
        double[] constant = new double[y.length];
        Arrays.fill(constant, 250);
        double[] huge = y.clone();
        huge[7] = 1e300;
        double[][] columns = {y, constant, huge, fit.fitted(), y};
        Batch batch =
                Batches.batch(fit, UserResponses.of(fit.profiledCriterion().statistics(), columns));
        List<Batches.Row> rows = Batches.run(backend(), batch, 1, 5);
        assertEquals(ReplicateStatus.CONVERGED, rows.get(0).status());
        assertEquals(ReplicateStatus.FAILED, rows.get(1).status());
        assertEquals(ReplicateStatus.FAILED, rows.get(2).status());
        assertEquals(ReplicateStatus.CONVERGED, rows.get(4).status());
        assertEquals(rows.get(0).theta(), rows.get(4).theta());
    }

    @Test
    void refusesWholeGroupsOfSeveralFactors() {
        Fit one = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)", Method.REML);
        Fit several = Batches.fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML);
        ReplicateSource source = CaseBootstrap.groups(one.profiledCriterion().statistics(), Batches.SEED);
        assertThrows(IllegalArgumentException.class, () -> Batches.batch(several, source));
    }

    @Test
    void givesTheFitOfTheResponseObserved() {
        Fit fit = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        double[][] columns = {fit.design().data().y()};
        ReplicateSource source = UserResponses.of(fit.profiledCriterion().statistics(), columns);
        Batch batch = Batches.withOptions(
                Batches.batch(fit, source),
                BatchOptions.defaults().withStandardErrors(true).withTested(1));
        Batches.Row row = Batches.run(backend(), batch, 1, 1).get(0);
        FixedEffects effects = fit.fixedEffects();
        assertEquals(fit.criterion(), row.criterion(), 1e-9);
        assertEquals(fit.sigma(), row.sigma(), 1e-6);
        assertEquals(effects.standardError(1), row.standardErrors().get(1), 1e-6);
        double t = effects.estimate("Days") / effects.standardError(1);
        assertEquals(t * t, row.wald(), 1e-4);
        assertTrue(row.gradientNorm() < 1e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 597})
    void givesTheSameBitsForAnyRangeAndThreads(int count) {
        Fit fit = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        Batch batch = Batches.batch(fit, parametric(fit));
        List<Batches.Row> whole = Batches.run(backend(), batch, 1, count);
        Batch threads = Batches.withOptions(batch, BatchOptions.defaults().withThreads(3));
        assertEquals(whole, Batches.run(backend(), threads, 1, count));
        List<Batches.Row> parts = new ArrayList<>(Batches.run(backend(), batch, 1, count / 3));
        parts.addAll(Batches.run(backend(), threads, 1 + count / 3, count - count / 3));
        assertEquals(whole, parts);
        if (count > 0) {
            assertEquals(whole.subList(count - 1, count), Batches.run(backend(), batch, count, 1));
        }
    }

    @Test
    void givesTheSameBitsForDrawnGroupsAndCrossedFactors() {
        Fit groups = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)", Method.ML);
        Fit crossed = Batches.fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML);
        List<Batch> batches = List.of(
                Batches.batch(
                        groups, CaseBootstrap.groups(groups.profiledCriterion().statistics(), Batches.SEED)),
                Batches.batch(crossed, parametric(crossed)));
        for (Batch batch : batches) {
            List<Batches.Row> whole = Batches.run(backend(), batch, 1, 41);
            Batch threads = Batches.withOptions(batch, BatchOptions.defaults().withThreads(2));
            assertEquals(whole.subList(17, 41), Batches.run(backend(), threads, 18, 24));
        }
    }

    @Test
    void stopsWhenTheSinkHasEnough() {
        Fit fit = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)", Method.REML);
        Batch batch = Batches.withOptions(
                Batches.batch(fit, parametric(fit)), BatchOptions.defaults().withThreads(2));
        List<Long> blocks = new ArrayList<>();
        backend().run(batch, 1, 1_000_000, block -> {
            blocks.add(block.first());
            return blocks.size() < 2;
        });
        assertEquals(2, blocks.size());
        IllegalStateException thrown = assertThrows(
                IllegalStateException.class,
                () -> backend().run(batch, 1, 1000, block -> {
                    throw new IllegalStateException("full");
                }));
        assertEquals("full", thrown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> backend().run(batch, 0, 10, block -> true));
    }
}
