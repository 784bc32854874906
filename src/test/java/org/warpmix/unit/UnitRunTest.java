package org.warpmix.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnitRunTest {

    @Test
    void computesWhatIsMissingOnce() {
        UnitStore store = UnitStore.inMemory();
        store.write(3, new byte[] {99});
        List<Integer> computed = new ArrayList<>();
        List<Integer> told = new ArrayList<>();
        boolean whole = UnitRun.of(10, store)
                .withShard(new Shard(1, 2))
                .run(
                        unit -> {
                            computed.add(unit);
                            return new byte[] {(byte) unit};
                        },
                        done -> {
                            told.add(done);
                            return true;
                        });
        assertTrue(whole);
        assertEquals(List.of(0, 1, 2, 4), computed);
        assertEquals(List.of(1, 2, 3, 4, 5), told);
        assertEquals(99, store.read(3)[0]);
        assertFalse(store.has(5));
    }

    @Test
    void stopsWhenToldTo() {
        UnitStore store = UnitStore.inMemory();
        assertFalse(UnitRun.of(10, store).run(unit -> new byte[0], done -> done < 4));
        assertTrue(store.has(3));
        assertFalse(store.has(4));
        assertTrue(UnitRun.of(10, store).run(unit -> new byte[0], done -> true));
    }

    @Test
    void threadsShareTheUnits() {
        AtomicInteger calls = new AtomicInteger();
        UnitStore store = UnitStore.inMemory();
        assertTrue(UnitRun.of(1000, store)
                .withThreads(4)
                .run(
                        unit -> {
                            calls.incrementAndGet();
                            return new byte[0];
                        },
                        done -> true));
        assertEquals(1000, calls.get());
    }

    @Test
    void whatFailsIsThrownOn() {
        IllegalStateException failure = new IllegalStateException("unit 5");
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> UnitRun.of(10, UnitStore.inMemory())
                                .withThreads(3)
                                .run(
                                        unit -> {
                                            if (unit == 5) {
                                                throw failure;
                                            }
                                            return new byte[0];
                                        },
                                        done -> true)));
    }

    /** One executor thread, which is the caller's own: nobody else is free, and the work is done all the same. */
    @Test
    void anExecutorWithoutAThreadFree() throws Exception {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            boolean whole = one.submit(() -> UnitRun.of(20, UnitStore.inMemory())
                            .withThreads(4)
                            .withExecutor(one)
                            .run(
                                    unit -> {
                                        used.add(Thread.currentThread());
                                        return new byte[0];
                                    },
                                    done -> true))
                    .get();
            assertTrue(whole);
            assertEquals(1, used.size());
        } finally {
            one.shutdown();
        }
    }

    @Test
    void anExecutorThatRefuses() {
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        assertTrue(UnitRun.of(5, UnitStore.inMemory())
                .withThreads(4)
                .withExecutor(ended)
                .run(unit -> new byte[0], done -> true));
    }

    @Test
    void howManyThreads() {
        assertEquals(5, Workers.threads(5, "2", 8));
        assertEquals(2, Workers.threads(null, "2", 8));
        assertEquals(8, Workers.threads(null, "16", 8), "no more than there are");
        assertEquals(8, Workers.threads(null, null, 8));
        assertEquals(8, Workers.threads(null, "", 8));
        assertEquals(1, Workers.threads(null, "0", 8));
    }

    @Test
    void whatDiffersBetweenRuns() {
        RunIdentity run = RunIdentity.of("bootstrap", 3).with("seed", 1).with("weights", null);
        assertNull(run.difference(RunIdentity.of("bootstrap", 3).with("seed", 1)));
        assertEquals("seed: 1 → 2", run.difference(run.with("seed", 2)));
        assertEquals("weights: none → w", run.difference(run.with("weights", "w")));
        assertEquals("seed: 1 → none", run.difference(RunIdentity.of("bootstrap", 3)));
        assertEquals("command: bootstrap → permute", run.difference(RunIdentity.of("permute", 4)));
        assertEquals(
                "units: 3 → 4", run.difference(RunIdentity.of("bootstrap", 4).with("seed", 1)));
    }
}
