package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.random.Variates;

/** Each scheme moves what it says, and nothing else. */
class PermutedResponsesTest {

    private static final double[] THETA = {1, 0.3, 0.5};

    /** Groups of the same weights, row by row. */
    private static FittedModel unweighted(int n, int groupSize) {
        RandomTerm term = Examples.term("g", n, 1, i -> i / groupSize);
        return Examples.fit(unweighted(Examples.data(n, 1, term)), 0.8);
    }

    private static ModelData unweighted(ModelData data) {
        return new ModelData(
                data.response(),
                data.y(),
                data.fixedNames(),
                data.x(),
                data.terms(),
                null,
                data.offset(),
                data.rows(),
                data.dropped());
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static PermutedResponses source(PermutationScheme scheme, FittedModel full, FittedModel fit) {
        return PermutedResponses.of(scheme, full.model().statistics(), fit, null, Examples.SEED);
    }

    @Test
    void decorrelatedResidualsArePermuted() {
        FittedModel full = Examples.oneFactor(6);
        FittedModel reduced = Examples.reduced(full, 1, THETA);
        for (PermutationScheme scheme :
                new PermutationScheme[] {PermutationScheme.FREEDMAN_LANE, PermutationScheme.TER_BRAAK}) {
            FittedModel fit = scheme == PermutationScheme.TER_BRAAK ? full : reduced;
            double[][] drawn = Examples.rows(source(scheme, full, fit), 20, full.n());
            double[] expected = sorted(Decorrelation.of(fit).residuals());
            Set<Double> seen = new HashSet<>();
            for (double[] y : drawn) {
                assertArrayEquals(expected, sorted(decorrelated(fit, y)), 1e-9);
                seen.add(y[0]);
            }
            assertTrue(seen.size() > 10);
        }
    }

    /** What {@link Decorrelation} makes of other residuals of the same model. */
    private static double[] decorrelated(FittedModel fit, double[] residuals) {
        double[] y = fit.mean().clone();
        for (int i = 0; i < y.length; i++) {
            y[i] += residuals[i];
        }
        ModelData old = fit.data();
        ModelData data = new ModelData(
                old.response(),
                y,
                old.fixedNames(),
                old.x(),
                old.terms(),
                old.weights(),
                old.offset(),
                old.rows(),
                old.dropped());
        return Decorrelation.of(new FittedModel(data, fit.model(), fit.mean(), fit.factors(), fit.modes(), fit.sigma()))
                .residuals();
    }

    /** The statistics of the first arrangement are those of the response observed, whatever model they come from. */
    @Test
    void theFirstArrangementIsTheResponse() {
        FittedModel full = unweighted(9, 3);
        FittedModel reduced = Examples.fit(reducedData(full), 0.8);
        Crossproducts statistics = full.model().statistics();
        ResponseLayout layout = ResponseLayout.of(statistics);
        double[] observed = Examples.draw(
                UserResponses.of(statistics, new double[][] {full.data().y()}).drawer(), layout.size(), 1)[0];
        for (PermutationScheme scheme : PermutationScheme.values()) {
            FittedModel fit = scheme == PermutationScheme.TER_BRAAK ? full : reduced;
            PermutedResponses source = PermutedResponses.enumerate(scheme, statistics, fit, null);
            double[] first = Examples.draw(source.drawer(), layout.size(), 1)[0];
            for (int e = 0; e < first.length; e++) {
                assertEquals(observed[e], first[e], 1e-9 * (1 + Math.abs(observed[e])), scheme + " entry " + e);
            }
        }
    }

    private static ModelData reducedData(FittedModel full) {
        ModelData data = full.data();
        return new ModelData(
                data.response(),
                data.y(),
                data.fixedNames(),
                new double[][] {data.x()[0]},
                data.terms(),
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }

    @Test
    void signsOfGroupsAreEnumerated() {
        FittedModel full = Examples.nested(4);
        PermutedResponses all = PermutedResponses.enumerate(
                PermutationScheme.SIGN_FLIP, full.model().statistics(), full, null);
        assertEquals(16, all.arrangements());
        double[] residuals = full.marginalResiduals();
        Set<String> seen = new HashSet<>();
        for (double[] y : Examples.rows(all, 16, full.n())) {
            StringBuilder signs = new StringBuilder();
            for (int i = 0; i < y.length; i++) {
                assertEquals(Math.abs(residuals[i]), Math.abs(y[i]));
                assertEquals(Math.signum(y[i] * residuals[i]), Math.signum(y[i / 6 * 6] * residuals[i / 6 * 6]));
                if (i % 6 == 0) {
                    signs.append(y[i] == residuals[i] ? '+' : '-');
                }
            }
            seen.add(signs.toString());
        }
        assertEquals(16, seen.size());
    }

    @Test
    void rowsStayWithinTheirGroups() {
        FittedModel full = unweighted(24, 4);
        double[] residuals = full.marginalResiduals();
        double[][] drawn = Examples.rows(source(PermutationScheme.WITHIN_GROUPS, full, full), 50, full.n());
        Set<Double> first = new HashSet<>();
        for (double[] y : drawn) {
            for (int j = 0; j < 24; j += 4) {
                assertArrayEquals(
                        sorted(Arrays.copyOfRange(residuals, j, j + 4)), sorted(Arrays.copyOfRange(y, j, j + 4)));
            }
            first.add(y[0]);
        }
        assertEquals(4, first.size());
    }

    @Test
    void wholeGroupsKeepTheirRows() {
        int n = 17; // five groups of three rows and one of two
        FittedModel full = unweighted(n, 3);
        double[] residuals = full.marginalResiduals();
        PermutedResponses all = PermutedResponses.enumerate(
                PermutationScheme.WHOLE_GROUPS, full.model().statistics(), full, null);
        assertEquals(120, all.arrangements());
        Set<String> seen = new HashSet<>();
        for (double[] y : Examples.rows(all, 120, n)) {
            Set<Integer> taken = new HashSet<>();
            for (int j = 0; j < 15; j += 3) {
                int from = 0;
                while (residuals[from] != y[j]) {
                    from += 3;
                }
                taken.add(from);
                assertArrayEquals(Arrays.copyOfRange(residuals, from, from + 3), Arrays.copyOfRange(y, j, j + 3));
            }
            assertEquals(5, taken.size());
            assertArrayEquals(Arrays.copyOfRange(residuals, 15, n), Arrays.copyOfRange(y, 15, n));
            seen.add(Arrays.toString(y));
        }
        assertEquals(120, seen.size());
    }

    /** 3! permutations of one class beside a fixed item, each a sixth of the time. */
    @Test
    void shufflesAreUniform() {
        Arrangements shuffle = Arrangements.Permutations.within(new int[] {0, 1, 0, 0}, 2);
        Variates random = new Variates(1);
        Map<String, Integer> counts = new HashMap<>();
        int[] into = new int[4];
        int draws = 60_000;
        for (int r = 1; r <= draws; r++) {
            random.start(r, 0);
            shuffle.draw(random, into);
            counts.merge(Arrays.toString(into), 1, Integer::sum);
            assertEquals(1, into[1]);
        }
        assertEquals(6, counts.size());
        for (int count : counts.values()) {
            assertEquals(draws / 6.0, count, 5 * Math.sqrt(draws * 5.0 / 36));
        }
    }

    @Test
    void countsSaturate() {
        assertEquals(
                Long.MAX_VALUE, Arrangements.Permutations.within(new int[21], 1).count());
        assertEquals(Long.MAX_VALUE, new Arrangements.Signs(63).count());
        assertEquals(1L << 62, new Arrangements.Signs(62).count());
    }

    @Test
    void whatTheDesignDoesNotAllowIsRefused() {
        FittedModel crossed = Examples.crossed(3, 3);
        assertTrue(refused(() -> source(PermutationScheme.SIGN_FLIP, crossed, crossed))
                .startsWith("sign-flip needs independent groups, but a and b are crossed"));
        assertEquals(
                "The model has grouping factors a and b. Name the one within whose levels rows are permuted.",
                refused(() -> source(PermutationScheme.WITHIN_GROUPS, crossed, crossed)));
        FittedModel weighted = Examples.oneFactor(5);
        assertEquals(
                "Rows of g g0 have unequal weights, so they cannot be exchanged. Permute by freedman-lane, which"
                        + " standardises them.",
                refused(() -> source(PermutationScheme.WITHIN_GROUPS, weighted, weighted)));
        int[] codes = {0, 1, 1, 2, 2, 2, 3, 3, 3, 3};
        FittedModel unequal =
                Examples.fit(unweighted(Examples.data(10, 1, Examples.term("g", 10, 1, i -> codes[i]))), 0.5);
        assertEquals(
                "No two groups have the same number of rows, so none can be exchanged. Permute by sign-flip or"
                        + " freedman-lane.",
                refused(() -> source(PermutationScheme.WHOLE_GROUPS, unequal, unequal)));
        FittedModel reduced = Examples.reduced(weighted, 1, THETA);
        assertTrue(refused(() -> source(PermutationScheme.TER_BRAAK, weighted, reduced))
                .startsWith("ter-braak permutes the residuals of the full model"));
        assertTrue(refused(() -> source(PermutationScheme.FREEDMAN_LANE, reduced, weighted))
                .startsWith("The means do not lie in the fixed effects"));
        assertTrue(refused(() -> source(PermutationScheme.FREEDMAN_LANE, weighted, unequal))
                .startsWith("The reduced model uses 10 rows, the full one 20."));
        FittedModel many = unweighted(60, 3);
        assertEquals(
                "sign-flip has more than 1,000,000 arrangements here, too many to go through. Draw them at random.",
                refused(() -> PermutedResponses.enumerate(
                        PermutationScheme.SIGN_FLIP, many.model().statistics(), many, null)));
    }

    private static String refused(Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }
}
