package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.backend.Backend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.model.Contrast;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Permutation tests: which effects, what statistic, how replicates count. */
class PermutationTest {

    private static final Path DATA = Path.of("src/test/resources/data");
    private static final Fit SLEEP =
            LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(read("sleepstudy.csv"));

    @TempDir
    private Path folder;

    private static Table read(String file) {
        return TableReader.withDefaults().read(DATA.resolve(file));
    }

    /** Six pairs that differ by d, around levels far apart. */
    private static Fit pairs(double... d) {
        double[] y = new double[2 * d.length];
        double[] x = new double[y.length];
        String[] g = new String[y.length];
        for (int i = 0; i < y.length; i++) {
            int pair = i / 2;
            x[i] = i % 2;
            g[i] = "g" + pair;
            y[i] = 100 * pair * pair + (x[i] == 1 ? d[pair] : 0);
        }
        Table table =
                Table.builder().numeric("y", y).numeric("x", x).factor("g", g).build();
        return LinearMixedModel.of("y ~ x + (1 | g)").fit(table);
    }

    /** The sign-flip test of pairs by hand: of 64 ways to sign the differences, those with a sum as large. */
    @Test
    void exactByEnumeration() {
        double[] d = {3, 1.5, -0.5, 2, 4, -1};
        int extreme = 0;
        for (int signs = 0; signs < 64; signs++) {
            double sum = 0;
            for (int k = 0; k < 6; k++) {
                sum += (signs >> k & 1) == 0 ? d[k] : -d[k];
            }
            extreme += Math.abs(sum) >= 9 - 1e-9 ? 1 : 0;
        }
        Fit fit = pairs(d);
        for (PermutationScheme scheme : List.of(PermutationScheme.SIGN_FLIP, PermutationScheme.WITHIN_GROUPS)) {
            PermutationResult result =
                    Permutation.of(fit, "x").withScheme(scheme).run();
            assertTrue(result.exact());
            assertEquals(64, result.replicates());
            assertEquals(extreme, result.extreme(), scheme.name());
            assertEquals(extreme / 64.0, result.p());
            assertEquals(0, result.pError());
            assertEquals(1.5 * 1.5 * 6 / 3.8, result.observed(), 1e-5); // t² of the pairs: mean 1.5, variance 3.8
        }
        PermutationResult drawn = Permutation.of(fit, "x")
                .withScheme(PermutationScheme.SIGN_FLIP)
                .withReplicates(63)
                .run();
        assertFalse(drawn.exact());
        assertEquals((1.0 + drawn.extreme()) / 64, drawn.p());
        PermutationResult stopped = Permutation.of(fit, "x")
                .withScheme(PermutationScheme.SIGN_FLIP)
                .withBackend(new DrawnEstimates(fit, 10))
                .run(block -> false);
        assertTrue(stopped.stopped() && !stopped.exact() && Double.isNaN(stopped.p()));
    }

    @Test
    void failedReplicatesCountAsExtreme() {
        List<Double> statistics = new ArrayList<>();
        Permutation permutation = Permutation.of(SLEEP, "Days")
                .withBackend(new DrawnEstimates(SLEEP, 100))
                .withReplicates(600);
        PermutationResult result = permutation.run(block -> {
            for (double statistic : block.wald()) {
                statistics.add(statistic);
            }
            return true;
        });
        long extreme = statistics.stream()
                .filter(s -> Double.isNaN(s) || s >= result.observed())
                .count();
        assertEquals(20, result.failed());
        assertEquals(20, result.notConverged());
        assertEquals(20, result.singular());
        assertEquals(560, result.converged());
        assertEquals(extreme, result.extreme());
        assertTrue(extreme >= 20);
        double p = (1 + extreme) / 601.0;
        assertEquals(p, result.p());
        assertEquals(Math.sqrt(p * (1 - p) / 600), result.pError());
    }

    @Test
    void aClearEffectIsFoundByEveryScheme() {
        for (PermutationScheme scheme : List.of(
                PermutationScheme.FREEDMAN_LANE,
                PermutationScheme.TER_BRAAK,
                PermutationScheme.SIGN_FLIP,
                PermutationScheme.WITHIN_GROUPS)) {
            PermutationResult result = Permutation.of(SLEEP, "Days")
                    .withScheme(scheme)
                    .withReplicates(199)
                    .run();
            assertEquals(1 / 200.0, result.p(), scheme.name());
            assertEquals(199, result.replicates());
        }
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        double[] noise = {0.6, -1.2, 0.9, -0.4, 1.1, -0.8};
        PermutationResult result = Permutation.of(pairs(noise), "x")
                .withScheme(PermutationScheme.TER_BRAAK)
                .withReplicates(199)
                .run();
        assertTrue(result.p() > 0.5, () -> "p = " + result.p());
    }

    /** A term's statistic is the same whatever its contrasts; for one coefficient it is t². */
    @Test
    void observedStatistics() {
        assertEquals(
                Math.pow(SLEEP.fixedEffects().t(1), 2),
                Permutation.of(SLEEP, "Days").run(block -> false).observed(),
                1e-9);
        LinearMixedModel model = LinearMixedModel.of("score ~ Machine + (1 | Worker)");
        Table machines = read("Machines.csv");
        double treatment = observed(model.fit(machines), "Machine");
        double sum = observed(model.withContrast("Machine", Contrast.of("sum")).fit(machines), "Machine");
        assertEquals(treatment, sum, 1e-6 * treatment);
        assertTrue(observed(model.fit(machines), "MachineB") < treatment);
    }

    private static double observed(Fit fit, String term) {
        return FixedTerm.of(fit, term).wald();
    }

    @Test
    void termsAndCoefficients() {
        Fit cake = LinearMixedModel.of("angle ~ recipe * temperature + (1 | replicate)")
                .fit(read("cake.csv"));
        assertEquals(2, FixedTerm.of(cake, "recipe").effects().length);
        assertEquals(10, FixedTerm.of(cake, "recipe:temperature").effects().length);
        assertEquals(1, FixedTerm.of(cake, "recipeB").effects().length);
        assertEquals(1, FixedTerm.of(cake, "(Intercept)").effects().length);
        assertEquals(
                cake.fixedEffects().size() - 2,
                FixedTerm.of(cake, "recipe").reduced().model().statistics().p());
        assertMessage(
                "No fixed-effects term or coefficient 'recipes'. Did you mean 'recipe', 'recipeB' or 'recipeC'?",
                () -> Permutation.of(cake, "recipes"));
        Table twice = Table.builder()
                .numeric("y", 1, 4, 2, 7, 3, 9, 5, 8)
                .numeric("x", 1, 2, 3, 4, 5, 6, 7, 8)
                .numeric("z", 2, 4, 6, 8, 10, 12, 14, 16)
                .factor("g", "a", "a", "b", "b", "c", "c", "d", "d")
                .build();
        Fit dependent = LinearMixedModel.of("y ~ x + z + (1 | g)").fit(twice);
        assertMessage(
                "The effects of 'z' were dropped from the model: they cannot be told from the others', so there is nothing"
                        + " to test.",
                () -> Permutation.of(dependent, "z"));
    }

    @Test
    void schemesThatTheDesignDoesNotAllow() {
        Fit crossed =
                LinearMixedModel.of("diameter ~ 1 + (1 | plate) + (1 | sample)").fit(read("Penicillin.csv"));
        Permutation flips = Permutation.of(crossed, "(Intercept)").withScheme(PermutationScheme.SIGN_FLIP);
        String message =
                assertThrows(IllegalArgumentException.class, flips::run).getMessage();
        assertTrue(message.contains("plate and sample"), message);
    }

    @Test
    void rowsHaveTheStatistic() throws IOException {
        Path file = folder.resolve("permuted.csv");
        Backend backend = new DrawnEstimates(SLEEP, 50);
        Permutation permutation =
                Permutation.of(SLEEP, "Days").withBackend(backend).withRange(31, 100);
        List<Double> expected = new ArrayList<>();
        try (ReplicateRows rows = ReplicateRows.create(file, permutation, false)) {
            permutation.run(block -> {
                for (double statistic : block.wald()) {
                    expected.add(statistic);
                }
                return rows.accept(block);
            });
        }
        Table table = TableReader.withDefaults().read(file);
        double[] wald = ((NumericColumn) table.column("wald")).values();
        assertEquals(31, ((NumericColumn) table.column("replicate")).values()[0]);
        for (int i = 0; i < wald.length; i++) {
            assertEquals(expected.get(i), wald[i]);
        }
    }

    private static void assertMessage(String message, org.junit.jupiter.api.function.Executable request) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, request).getMessage());
    }
}
