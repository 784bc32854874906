package org.warpmix.unit;

import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Computes those units of a run that a store lacks. Immutable; each {@code with…} gives another one.
 *
 * <pre>
 * boolean whole = UnitRun.of(units, store).withShard(shard).run(this::compute, done -&gt; !interruption.asked());
 * </pre>
 */
public final class UnitRun {

    private final int units;
    private final UnitStore store;
    private final Shard shard;
    private final int threads;
    private final Executor executor;

    private UnitRun(int units, UnitStore store, Shard shard, int threads, Executor executor) {
        this.units = units;
        this.store = store;
        this.shard = shard;
        this.threads = threads;
        this.executor = executor;
    }

    /** All units, one at a time on the caller's thread: for units that keep several threads busy themselves. */
    public static UnitRun of(int units, UnitStore store) {
        return new UnitRun(units, store, Shard.WHOLE, 1, Workers.OWN);
    }

    /** Computes the units of a shard only. */
    public UnitRun withShard(Shard part) {
        return new UnitRun(units, store, part, threads, executor);
    }

    /** Computes several units at a time. */
    public UnitRun withThreads(int number) {
        return new UnitRun(units, store, shard, number, executor);
    }

    /** Takes the further threads from there and starts none. */
    public UnitRun withExecutor(Executor chosen) {
        return new UnitRun(units, store, shard, threads, chosen);
    }

    /**
     * Computes them, in ascending order but for what runs at the same time. What {@code compute} or {@code goesOn} throws ends the
     * run and is thrown on.
     *
     * @param compute gives a unit's result; called by several threads at a time where there are several
     * @param goesOn told how many of the shard's units are there, first of all how many were, one call at a time; {@code false}
     *     ends the run
     * @return whether all units of the shard are there
     */
    public boolean run(IntFunction<byte[]> compute, IntPredicate goesOn) {
        Pass pass = new Pass(compute, goesOn);
        for (int unit = shard.from(units); unit < shard.to(units); unit++) {
            pass.done += store.has(unit) ? 1 : 0;
        }
        pass.stopped = !goesOn.test(pass.done);
        Workers.run(Math.min(threads, shard.to(units) - shard.from(units)), executor, pass::work);
        if (pass.failure instanceof RuntimeException e) {
            throw e;
        }
        if (pass.failure instanceof Error e) {
            throw e;
        }
        return pass.done == shard.to(units) - shard.from(units);
    }

    /** One run, as its threads share it. */
    private final class Pass {

        private final IntFunction<byte[]> compute;
        private final IntPredicate goesOn;
        private int next = shard.from(units);
        private int done;
        private boolean stopped;
        private Throwable failure;

        Pass(IntFunction<byte[]> compute, IntPredicate goesOn) {
            this.compute = compute;
            this.goesOn = goesOn;
        }

        void work() {
            try {
                for (int unit = claim(); unit >= 0; unit = claim()) {
                    store.write(unit, compute.apply(unit));
                    written();
                }
            } catch (RuntimeException | Error e) { // handed to the caller's thread
                stop(e);
            }
        }

        private synchronized int claim() {
            while (!stopped && next < shard.to(units) && store.has(next)) {
                next++;
            }
            return stopped || next >= shard.to(units) ? -1 : next++;
        }

        private synchronized void written() {
            done++;
            stopped |= !goesOn.test(done);
        }

        private synchronized void stop(Throwable cause) {
            failure = failure == null ? cause : failure;
            stopped = true;
        }
    }
}
