package org.warpmix.inference;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.unit.Workers;

/**
 * Which replicates to fit, from which random numbers, on what.
 *
 * @param first number of the first replicate, from 1
 * @param count how many
 * @param seed of the random numbers; any
 * @param backend what fits them
 * @param threads results do not depend on it
 * @param executor where threads beside the caller's come from
 */
public record Replicates(long first, long count, long seed, Backend backend, int threads, Executor executor) {

    private static final long DEFAULT_COUNT = 1000;
    private static final long DEFAULT_SEED = 1;

    public Replicates {
        if (count < 1) {
            throw new IllegalArgumentException("Replicates: " + count + " were asked for. Ask for one at least.");
        }
        if (first < 1 || first > Long.MAX_VALUE - count) {
            throw new IllegalArgumentException(
                    "The first replicate was to be number " + first + ". Replicates are numbered from 1.");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("Threads: " + threads + " were asked for. Ask for one at least.");
        }
    }

    public static Replicates defaults() {
        return new Replicates(1, DEFAULT_COUNT, DEFAULT_SEED, new CpuBackend(), Workers.threads(), Workers.OWN);
    }

    public Replicates withRange(long from, long number) {
        return new Replicates(from, number, seed, backend, threads, executor);
    }

    public Replicates withSeed(long chosen) {
        return new Replicates(first, count, chosen, backend, threads, executor);
    }

    public Replicates withBackend(Backend chosen) {
        return new Replicates(first, count, seed, chosen, threads, executor);
    }

    public Replicates withThreads(int number) {
        return new Replicates(first, count, seed, backend, number, executor);
    }

    public Replicates withExecutor(Executor chosen) {
        return new Replicates(first, count, seed, backend, threads, chosen);
    }

    /** What a batch is to give, by these threads. */
    public BatchOptions options() {
        return BatchOptions.defaults().withThreads(threads).withExecutor(executor);
    }

    /** Fits them. What the sink throws ends the run and is thrown on, whatever the backend's threads. */
    public void run(Batch batch, Backend.Sink sink) {
        AtomicReference<RuntimeException> thrown = new AtomicReference<>();
        backend.run(batch, first, count, block -> {
            try {
                return sink.accept(block);
            } catch (RuntimeException e) {
                thrown.set(e);
                return false;
            }
        });
        if (thrown.get() != null) {
            throw thrown.get();
        }
    }
}
