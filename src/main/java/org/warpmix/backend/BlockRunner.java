package org.warpmix.backend;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Has a range of replicates fitted in blocks by several threads and hands the blocks over in their order. Where blocks begin
 * depends on the range and the size alone, and no more blocks wait to be handed over than a few per thread.
 */
public final class BlockRunner {

    private static final int WAITING_PER_THREAD = 4;

    private final Batch batch;
    private final long first;
    private final long count;
    private final int size;
    private final Map<Long, ReplicateBlock> done = new HashMap<>();
    private long next;
    private long delivered;
    private boolean stopped;
    private Throwable failure;

    private BlockRunner(Batch batch, long first, long count, int size) {
        this.batch = batch;
        this.first = first;
        this.count = count;
        this.size = size;
    }

    /**
     * Runs to the end of the range, or until the sink wants no more.
     *
     * @param size replicates in a block; the last may be smaller
     * @param fitters makes one per thread
     */
    public static void run(
            Batch batch, long first, long count, int size, Supplier<BlockFitter> fitters, Backend.Sink sink) {
        if (first < 1 || count < 0 || first + count < first) {
            throw new IllegalArgumentException(
                    "Replicates " + first + " and the " + count + " from there: they count from 1.");
        }
        new BlockRunner(batch, first, count, size).run(fitters, sink);
    }

    private void run(Supplier<BlockFitter> fitters, Backend.Sink sink) {
        long blocks = (count + size - 1) / size;
        int threads = (int) Math.min(batch.options().threads(), blocks);
        Thread[] workers = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            workers[t] = new Thread(() -> work(fitters, blocks, threads), "warpmix-batch-" + t);
            workers[t].setDaemon(true);
            workers[t].start();
        }
        try {
            for (long b = 0; b < blocks; b++) {
                if (!sink.accept(await(b))) {
                    return;
                }
            }
        } finally {
            stop();
            for (Thread worker : workers) {
                join(worker);
            }
        }
    }

    private void work(Supplier<BlockFitter> fitters, long blocks, int threads) {
        try {
            BlockFitter fitter = fitters.get();
            while (true) {
                long b = claim(blocks, threads);
                if (b < 0) {
                    return;
                }
                long from = first + b * size;
                ReplicateBlock block = new ReplicateBlock(
                        from,
                        (int) Math.min(size, first + count - from),
                        batch.start().length,
                        batch.statistics().p(),
                        batch.options());
                fitter.fit(block);
                deliver(b, block);
            }
        } catch (Throwable e) { // handed to the caller's thread
            fail(e);
        }
    }

    private synchronized long claim(long blocks, int threads) throws InterruptedException {
        while (!stopped && next < blocks && next - delivered >= (long) WAITING_PER_THREAD * threads) {
            wait();
        }
        return stopped || next >= blocks ? -1 : next++;
    }

    private synchronized void deliver(long b, ReplicateBlock block) {
        done.put(b, block);
        notifyAll();
    }

    private synchronized ReplicateBlock await(long b) {
        try {
            while (failure == null && !done.containsKey(b)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The thread that waited for the batch was interrupted.", e);
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        delivered = b + 1;
        notifyAll();
        return done.remove(b);
    }

    private synchronized void fail(Throwable e) {
        failure = failure == null ? e : failure;
        stopped = true;
        notifyAll();
    }

    private synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    private static void join(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
