package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.table.TableReader;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/** Replicates in parts are those of a run in one go, to the bit. */
class ReplicateUnitsTest {

    private static final Fit SLOPES = fit("Reaction ~ Days + (Days | Subject)", Method.REML);
    private static final long COUNT = 5003;

    private static Fit fit(String formula, Method method) {
        return LinearMixedModel.of(formula)
                .withMethod(method)
                .fit(TableReader.withDefaults().read(Path.of("examples/sleepstudy.csv")));
    }

    /** All numbers that a listener sees, replicate by replicate, as text with every digit. */
    private static final class Seen implements Backend.Sink {

        private final List<String> rows = new ArrayList<>();

        @Override
        public boolean accept(ReplicateBlock block) {
            for (int i = 0; i < block.count(); i++) {
                int row = i;
                double[] numbers = ReplicateUnits.columns(block).stream()
                        .mapToDouble(column -> column[row])
                        .toArray();
                rows.add(block.first() + i + " " + block.status()[i] + block.singular()[i] + Arrays.toString(numbers));
            }
            return true;
        }
    }

    /** A store that has only some of another's units. */
    private static UnitStore some(UnitStore all, int units, int step) {
        UnitStore some = UnitStore.inMemory();
        for (int unit = 0; unit < units; unit += step) {
            some.write(unit, all.read(unit));
        }
        return some;
    }

    private static <R> void assertPartsAreTheWhole(ReplicateRun<R> run, ReplicateRun<R> onOneThread) {
        Seen whole = new Seen();
        run.run(whole);
        UnitStore all = UnitStore.inMemory();
        Seen shards = new Seen();
        for (int i = 1; i <= 7; i++) {
            assertTrue((i % 2 == 0 ? run : onOneThread).fill(all, new Shard(i, 7), shards));
        }
        assertEquals(whole.rows, shards.rows);
        int units = run.identity().units();
        for (int step : new int[] {1, 2, 13}) {
            Seen again = new Seen();
            run.run(some(all, units, step), again);
            assertEquals(whole.rows, again.rows, "from a store with one unit of " + step);
        }
        assertEquals(run.identity(), onOneThread.identity());
    }

    @Test
    void ofABootstrap() {
        Bootstrap bootstrap = Bootstrap.of(SLOPES)
                .withReplicates(COUNT)
                .withStandardErrors(true)
                .withThreads(3);
        assertPartsAreTheWhole(bootstrap, bootstrap.withThreads(1));
    }

    @Test
    void ofARangeOfCases() {
        Bootstrap bootstrap = Bootstrap.of(SLOPES).withRange(77, 300).withType(BootstrapType.CASES);
        assertPartsAreTheWhole(bootstrap, bootstrap.withThreads(1));
    }

    @Test
    void ofAPermutation() {
        Permutation permutation = Permutation.of(SLOPES, "Days").withReplicates(COUNT);
        assertPartsAreTheWhole(permutation, permutation.withThreads(1));
    }

    @Test
    void summaryIsTheSame() {
        Bootstrap bootstrap = Bootstrap.of(SLOPES).withReplicates(COUNT);
        BootstrapResult whole = bootstrap.run();
        BootstrapResult parts = bootstrap.run(UnitStore.inMemory(), block -> true);
        for (int c = 0; c < whole.parameters().size(); c++) {
            ParameterSummary a = whole.parameters().get(c);
            ParameterSummary b = parts.parameters().get(c);
            assertEquals(a.mean(), b.mean(), 0);
            assertEquals(a.standardDeviation(), b.standardDeviation(), 0);
            assertEquals(a.quantile(0.025), b.quantile(0.025), 0);
        }
        assertEquals(whole.singular(), parts.singular());
    }

    /** What is done when a run is stopped is in the store, and is not fitted again. */
    @Test
    void stoppedAndContinued() {
        Bootstrap bootstrap = Bootstrap.of(SLOPES).withReplicates(COUNT);
        UnitStore store = UnitStore.inMemory();
        assertFalse(bootstrap.fill(store, Shard.WHOLE, block -> block.first() < 2000));
        assertTrue(store.has(400), "units of 4 replicates");
        assertFalse(store.has(bootstrap.identity().units() - 1));
        byte[] marked = store.read(0);
        marked[0]++;
        Seen seen = new Seen();
        bootstrap.run(store, seen);
        Seen whole = new Seen();
        bootstrap.run(whole);
        assertNotEquals(whole.rows.get(0), seen.rows.get(0), "fitted again");
        assertEquals(whole.rows.subList(4, (int) COUNT), seen.rows.subList(4, (int) COUNT));
    }

    /** What results depend on is in the identity, the first such thing is named; what they do not depend on is not. */
    @Test
    void identities() {
        Bootstrap run = Bootstrap.of(SLOPES).withReplicates(COUNT);
        assertEquals(run.identity(), run.withThreads(7).identity());
        assertEquals("seed: 1 → 5", difference(run, run.withSeed(5)));
        assertEquals("replicates: 5003 → 5004", difference(run, run.withReplicates(COUNT + 1)));
        assertEquals("type: parametric → cases-of-rows", difference(run, run.withType(BootstrapType.CASES_OF_ROWS)));
        assertEquals("standard errors: none → yes", difference(run, run.withStandardErrors(true)));
        Bootstrap ml = Bootstrap.of(fit("Reaction ~ Days + (Days | Subject)", Method.ML))
                .withReplicates(COUNT);
        assertEquals("method: REML → ML", difference(run, ml));
        Bootstrap again = Bootstrap.of(fit("Reaction ~ Days + (Days | Subject)", Method.REML))
                .withReplicates(COUNT);
        assertEquals(run.identity(), again.identity(), "of the same data, read again");
        Permutation permutation = Permutation.of(SLOPES, "Days");
        assertEquals(
                "scheme: freedman-lane → ter-braak",
                permutation
                        .identity()
                        .difference(permutation
                                .withScheme(PermutationScheme.TER_BRAAK)
                                .identity()));
    }

    private static String difference(Bootstrap a, Bootstrap b) {
        return a.identity().difference(b.identity());
    }

    /** A program that has threads of its own lends them, and none is started. */
    @Test
    void threadsOfTheCallers() {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        ExecutorService pool = Executors.newFixedThreadPool(2, task -> new Thread(task, "lent"));
        try {
            Bootstrap bootstrap =
                    Bootstrap.of(SLOPES).withReplicates(20_000).withThreads(3).withExecutor(pool);
            bootstrap.run(noting(used));
            Permutation.of(SLOPES, "Days").withExecutor(pool).withThreads(3).run(noting(used));
        } finally {
            pool.shutdown();
        }
        for (Thread thread : used) {
            assertTrue(thread == Thread.currentThread() || thread.getName().equals("lent"), thread.getName());
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("warpmix") && thread.isAlive()));
    }

    private static Backend.Sink noting(Set<Thread> used) {
        return block -> {
            used.add(Thread.currentThread());
            return true;
        };
    }
}
