package org.warpmix.inference.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.inference.effects.RobustEffects;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.Table;

/** Fits without a group or row against fits of tables that lack it. */
class InfluenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sleepstudy; Reaction ~ Days + (Days | Subject); Subject",
                "Penicillin; diameter ~ 1 + (1 | plate) + (1 | sample); sample",
                "Penicillin; diameter ~ 1 + (1 | plate) + (1 | sample); plate",
                "Pastes; strength ~ 1 + (1 | batch/cask); batch"
            })
    void aGroupLeftOutIsATableWithoutIt(String data, String formula, String factor) {
        Table table = RowDiagnosticsTest.read(data);
        Fit fit = LinearMixedModel.of(formula).fit(table);
        Influence influence = Diagnostics.of(fit).withFactor(factor).groups();
        assertTrue(influence.complete());
        FactorColumn column = Factors.of(table.column(factor));
        assertEquals(column.levels().length, influence.deletions().size());
        for (int level : new int[] {0, 3}) {
            int[] kept = IntStream.range(0, table.rows())
                    .filter(i -> column.codes()[i] != level)
                    .toArray();
            Influence.Deletion deletion = influence.deletions().get(level);
            assertEquals(column.levels()[level], deletion.label());
            assertEquals(table.rows() - kept.length, deletion.rows());
            assertSame(LinearMixedModel.of(formula).fit(at(table, kept)), fit, influence, deletion);
        }
    }

    @Test
    void aRowLeftOutIsATableWithoutIt() {
        Table table = RowDiagnosticsTest.read("Penicillin");
        LinearMixedModel model = LinearMixedModel.of("diameter ~ 1 + (1 | plate) + (1 | sample)");
        Fit fit = model.fit(table);
        Influence influence = Influence.ofRows(fit, 136, 2);
        int[] rows = {136, 2};
        for (int k = 0; k < 2; k++) {
            int out = rows[k];
            int[] kept = IntStream.range(0, table.rows()).filter(i -> i != out).toArray();
            assertEquals(Integer.toString(out + 1), influence.deletions().get(k).label());
            assertSame(
                    model.fit(at(table, kept)),
                    fit,
                    influence,
                    influence.deletions().get(k));
        }
    }

    private static Table at(Table table, int[] kept) {
        Table.Builder builder = Table.builder();
        table.names().forEach(name -> builder.column(name, table.column(name).at(kept)));
        return builder.build();
    }

    private static void assertSame(Fit expected, Fit whole, Influence influence, Influence.Deletion deletion) {
        assertEquals(ReplicateStatus.CONVERGED, deletion.status());
        double cook = 0;
        for (int j = 0; j < expected.fixedEffects().size(); j++) {
            double error = whole.fixedEffects().standardError(j);
            double estimate = expected.fixedEffects().estimate(j);
            assertEquals(estimate, influence.estimate(deletion, j), 1e-6 * error);
            double shift = (estimate - whole.fixedEffects().estimate(j)) / error;
            assertEquals(shift, influence.shift(deletion, j), 1e-6);
            assertEquals(expected.fixedEffects().standardError(j), deletion.standardErrors()[j], 1e-5 * error);
            cook += shift * shift;
        }
        if (expected.fixedEffects().size() == 1) {
            assertEquals(cook, deletion.cooksDistance(), 1e-6);
        }
        assertEquals(expected.sigma(), deletion.estimates()[0], 1e-6 * expected.sigma());
        for (int k = 0; k < expected.theta().length; k++) {
            assertEquals(expected.theta()[k], deletion.estimates()[1 + k], 2e-5);
        }
    }

    /** Sleepstudy without subject 309: vcov and fixef of lme4 1.1-31, R 4.2.2. */
    @Test
    void cooksDistanceOfAGroupIsThatOfR() {
        Fit fit = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(RowDiagnosticsTest.read("sleepstudy"));
        Influence.Deletion first =
                Diagnostics.of(fit).groups().mostInfluential().get(0);
        assertEquals("309", first.label());
        assertEquals(0.148523397702, first.cooksDistance(), 1e-5);
    }

    /** A group that alone tells of an effect: no fit, and the first to be told of. */
    @Test
    void aGroupWithoutWhomThereIsNoFit() {
        Random random = new Random(1);
        int[] g = IntStream.range(0, 40).map(i -> i / 8).toArray();
        double[] y = random.doubles(40).toArray();
        double[] x = IntStream.range(0, 40).mapToDouble(i -> i < 8 ? i % 2 : 0).toArray();
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, new String[] {"a", "b", "c", "d", "e"})
                .build();
        Influence influence = Diagnostics.of(
                        LinearMixedModel.of("y ~ x + (1 | g)").fit(table))
                .groups();
        Influence.Deletion first = influence.mostInfluential().get(0);
        assertEquals("a", first.label());
        assertEquals(ReplicateStatus.FAILED, first.status());
        assertFalse(influence.turns(first, 1));
    }

    @Test
    void ofManyGroupsThoseThatMoveTheEffects() {
        Random random = new Random(4);
        int groups = 20_000;
        int[] g = IntStream.range(0, 3 * groups).map(i -> i / 3).toArray();
        double[] x = new double[g.length];
        double[] y = new double[g.length];
        for (int i = 0; i < y.length; i++) {
            x[i] = random.nextGaussian();
            y[i] = x[i] + random.nextGaussian() + (g[i] == 777 ? 40 : 0);
        }
        String[] labels = IntStream.range(0, groups).mapToObj(j -> "g" + j).toArray(String[]::new);
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, labels)
                .build();
        Influence influence = Diagnostics.of(
                        LinearMixedModel.of("y ~ x + (1 | g)").fit(table))
                .groups();
        assertEquals(100, influence.deletions().size());
        assertEquals(groups, influence.units());
        assertFalse(influence.complete());
        assertEquals("g777", influence.mostInfluential().get(0).label());
    }

    @Test
    void theCheckOfConclusions() {
        Fit fit = LinearMixedModel.of("Reaction ~ Days + (1 | Subject)").fit(RowDiagnosticsTest.read("sleepstudy"));
        RobustCheck check = Diagnostics.of(fit).robust().orElseThrow();
        RobustEffects robust = ClusterRobust.of(fit).estimate();
        RobustCheck.Effect days = check.effects().get(1);
        assertEquals(robust.standardError(1), days.robustError());
        assertTrue(days.agrees() && days.far(), days.toString()); // the random slope is missing
        Fit crossed = LinearMixedModel.of("diameter ~ 1 + (1 | plate) + (1 | sample)")
                .fit(RowDiagnosticsTest.read("Penicillin"));
        assertTrue(Diagnostics.of(crossed).robust().isEmpty());
        assertEquals("sample", Diagnostics.of(crossed).factor());
    }
}
