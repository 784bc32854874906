package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;

/** Cases are drawn whole, and every copy of a group is a group. */
class CaseBootstrapTest {

    private static final int DRAWS = 20_000;

    private static double[][] multiplicities(FittedModel fit, int levels, int count) {
        return Examples.draw(CaseBootstrap.groups(fit.model().statistics(), 4).drawer(), levels, count);
    }

    @Test
    void multiplicitiesAreMultinomial() {
        int levels = 7;
        double[][] drawn = multiplicities(Examples.oneFactor(levels), levels, DRAWS);
        double[][] centred = new double[DRAWS][levels];
        for (int r = 0; r < DRAWS; r++) {
            assertEquals(levels, Arrays.stream(drawn[r]).sum());
            for (int l = 0; l < levels; l++) {
                assertTrue(drawn[r][l] >= 0 && drawn[r][l] == Math.rint(drawn[r][l]));
                centred[r][l] = drawn[r][l] - 1;
            }
        }
        Examples.assertMoments(centred, (i, k) -> (i == k ? 1.0 : 0.0) - 1.0 / levels);
    }

    /** The same draws, told as multiplicities and as rows. */
    @Test
    void designsOfGroupsAreTheMultiplicities() {
        FittedModel fit = Examples.oneFactor(7);
        double[][] drawn = multiplicities(fit, 7, 50);
        ReplicateSource.Designs designs = CaseBootstrap.designs(fit.data(), null, CaseBootstrap.Drawn.GROUPS, 4);
        GroupingFactor old = fit.data().terms().get(0).factor();
        for (int r = 0; r < 50; r++) {
            double[] times = new double[7];
            for (int row : designs.design(r + 1).rows()) {
                times[old.codes()[row]] += 1.0 / 4;
            }
            assertEquals(Arrays.toString(drawn[r]), Arrays.toString(times));
        }
    }

    /** Everything of a row comes from one row; codes fill the levels. */
    private static void assertGathered(ModelData old, ModelData drawn) {
        for (int i = 0; i < drawn.n(); i++) {
            int row = drawn.rows()[i];
            assertEquals(old.y()[row], drawn.y()[i]);
            assertEquals(old.x()[1][row], drawn.x()[1][i]);
            assertEquals(old.weights()[row], drawn.weights()[i]);
            assertEquals(old.offset()[row], drawn.offset()[i]);
            for (int t = 0; t < old.terms().size(); t++) {
                GroupingFactor before = old.terms().get(t).factor();
                GroupingFactor after = drawn.terms().get(t).factor();
                String label = after.levels()[after.codes()[i]];
                assertEquals(before.levels()[before.codes()[row]], label.replaceAll("\\..*", ""));
                for (int a = 0; a < old.terms().get(t).z().length; a++) {
                    assertEquals(
                            old.terms().get(t).z()[a][row], drawn.terms().get(t).z()[a][i]);
                }
            }
        }
        for (int t = 0; t < old.terms().size(); t++) {
            GroupingFactor after = drawn.terms().get(t).factor();
            assertEquals(
                    after.levels().length,
                    Arrays.stream(after.codes()).distinct().count());
            assertEquals(after.levels().length, new HashSet<>(List.of(after.levels())).size());
        }
    }

    @Test
    void nestedLevelsAreCopiedAlong() {
        ModelData data = Examples.nested(6).data();
        ReplicateSource.Designs designs = CaseBootstrap.designs(data, null, CaseBootstrap.Drawn.GROUPS, 1);
        for (int r = 1; r <= 20; r++) {
            ModelData drawn = designs.design(r);
            assertGathered(data, drawn);
            GroupingFactor inner = drawn.terms().get(0).factor();
            GroupingFactor outer = drawn.terms().get(1).factor();
            assertEquals(12, inner.levels().length);
            assertEquals(6, outer.levels().length);
            assertTrue(Independence.nested(inner, outer));
            Map<Integer, Set<Integer>> rows = new HashMap<>();
            for (int i = 0; i < drawn.n(); i++) {
                rows.computeIfAbsent(inner.codes()[i], key -> new HashSet<>()).add(drawn.rows()[i]);
            }
            rows.values().forEach(set -> assertEquals(3, set.size()));
        }
    }

    @Test
    void rowsAreDrawnWithinTheInnermostGroups() {
        ModelData data = Examples.nested(50).data();
        ModelData rows =
                CaseBootstrap.designs(data, null, CaseBootstrap.Drawn.ROWS, 1).design(3);
        assertGathered(data, rows);
        for (int i = 0; i < data.n(); i++) {
            for (int t = 0; t < 2; t++) {
                assertEquals(
                        data.terms().get(t).factor().codes()[i],
                        rows.terms().get(t).factor().codes()[i]);
            }
        }
        assertTrue(Arrays.stream(rows.rows()).distinct().count() < data.n());
        ModelData both = CaseBootstrap.designs(data, null, CaseBootstrap.Drawn.GROUPS_AND_ROWS, 1)
                .design(3);
        assertGathered(data, both);
        assertEquals(100, both.terms().get(0).factor().levels().length);
        long distinct = Arrays.stream(both.rows()).distinct().count();
        assertTrue(distinct < Arrays.stream(rows.rows()).distinct().count());
    }

    @Test
    void crossedLevelsStay() {
        ModelData data = Examples.crossed(4, 5).data();
        ReplicateSource.Designs designs = CaseBootstrap.designs(data, "b", CaseBootstrap.Drawn.GROUPS, 1);
        for (int r = 1; r <= 20; r++) {
            ModelData drawn = designs.design(r);
            assertGathered(data, drawn);
            assertEquals(5, drawn.terms().get(1).factor().levels().length);
            assertEquals(4, drawn.terms().get(0).factor().levels().length);
        }
    }

    /** Rows within levels of one of two factors: a level of the other may vanish, and then is none. */
    @Test
    void levelsThatVanishAreNone() {
        ModelData data = Examples.crossed(8, 3).data();
        ReplicateSource.Designs designs = CaseBootstrap.designs(data, "b", CaseBootstrap.Drawn.ROWS, 1);
        int fewest = 8;
        for (int r = 1; r <= 30; r++) {
            ModelData drawn = designs.design(r);
            assertGathered(data, drawn);
            fewest = Math.min(fewest, drawn.terms().get(0).factor().levels().length);
        }
        assertTrue(fewest < 8);
    }

    @Test
    void withoutWeightsAndOffset() {
        ModelData data = Examples.oneFactor(4).data();
        ModelData plain = new ModelData(
                data.response(),
                data.y(),
                data.fixedNames(),
                data.x(),
                data.terms(),
                null,
                null,
                data.rows(),
                data.dropped());
        ModelData drawn =
                CaseBootstrap.designs(plain, "g", CaseBootstrap.Drawn.GROUPS, 1).design(1);
        assertNull(drawn.weights());
        assertNull(drawn.offset());
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        FittedModel crossed = Examples.crossed(3, 3);
        assertEquals(
                "Grouping factors a and b are crossed. Name the one whose levels are drawn; the others' levels are then"
                        + " taken as fixed.",
                refused(() -> CaseBootstrap.designs(crossed.data(), null, CaseBootstrap.Drawn.GROUPS, 1)));
        assertEquals(
                "The model has no grouping factor c, only a and b.",
                refused(() -> CaseBootstrap.designs(crossed.data(), "c", CaseBootstrap.Drawn.GROUPS, 1)));
        assertEquals(
                "The model has several grouping factors (a and b); multiplicities of groups are for models with one."
                        + " Draw designs.",
                refused(() -> CaseBootstrap.groups(crossed.model().statistics(), 1)));
    }

    private static String refused(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
