package org.warpmix.backend;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.warpmix.unit.Workers;

/**
 * Has a range of replicates fitted in blocks by several threads, the caller's and those of {@link BatchOptions#executor}, which also hand the blocks over, in their order and one at a
 * time: no other thread works, so that as many processors are busy as were asked for. Where blocks begin depends on the range
 * and the size alone, and no more blocks wait to be handed over than a few per thread.
 */
public final class BlockRunner {

    private static final int WAITING_PER_THREAD = 4;

    private final Batch batch;
    private final long first;
    private final long count;
    private final int size;
    private final long blocks;
    private final int threads;
    private final Backend.Sink sink;
    private final Map<Long, ReplicateBlock> done = new HashMap<>();
    private long next;
    private long delivered;
    private boolean delivering;
    private boolean stopped;
    private Throwable failure;

    private BlockRunner(Batch batch, long first, long count, int size, Backend.Sink sink) {
        this.batch = batch;
        this.first = first;
        this.count = count;
        this.size = size;
        this.sink = sink;
        this.blocks = (count + size - 1) / size;
        this.threads = (int) Math.min(batch.options().threads(), blocks);
    }

    /**
     * Runs to the end of the range, or until the sink wants no more. What a fitter or the sink throws ends the run and is
     * thrown on.
     *
     * @param size replicates in a block; the last may be smaller
     * @param fitters makes one per thread, which that thread closes in the end
     * @param sink called on the threads that work
     */
    public static void run(
            Batch batch, long first, long count, int size, Supplier<BlockFitter> fitters, Backend.Sink sink) {
        if (first < 1 || count < 0 || first + count < first) {
            throw new IllegalArgumentException(
                    "Replicates " + first + " and the " + count + " from there: they count from 1.");
        }
        new BlockRunner(batch, first, count, size, sink).run(fitters);
    }

    private void run(Supplier<BlockFitter> fitters) {
        Workers.run(threads, batch.options().executor(), () -> work(fitters));
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private void work(Supplier<BlockFitter> fitters) {
        try (BlockFitter fitter = fitters.get()) {
            for (long b = claim(); b >= 0; b = claim()) {
                long from = first + b * size;
                ReplicateBlock block = new ReplicateBlock(
                        from,
                        (int) Math.min(size, first + count - from),
                        batch.start().length,
                        batch.statistics().p(),
                        batch.options());
                fitter.fit(block);
                if (isTurnOf(b, block)) {
                    deliver();
                }
            }
        } catch (RuntimeException | Error e) { // handed to the caller's thread
            stop(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(new IllegalStateException("A thread of the batch was interrupted.", e));
        }
    }

    /** The number of a block to fit, or −1 where there is none left. */
    private synchronized long claim() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        while (!stopped && next < blocks && next - delivered >= (long) WAITING_PER_THREAD * threads) {
            wait();
        }
        return stopped || next >= blocks ? -1 : next++;
    }

    /** Lays a block down; returns whether the caller is to hand over what can be. */
    private synchronized boolean isTurnOf(long b, ReplicateBlock block) {
        done.put(b, block);
        boolean turn = !delivering;
        delivering = true;
        return turn;
    }

    private void deliver() {
        for (ReplicateBlock block = nextInOrder(); block != null; block = nextInOrder()) {
            boolean more = sink.accept(block);
            handedOver(more);
        }
    }

    private synchronized ReplicateBlock nextInOrder() {
        ReplicateBlock block = stopped ? null : done.remove(delivered);
        delivering = block != null;
        return block;
    }

    private synchronized void handedOver(boolean more) {
        delivered++;
        stopped |= !more;
        notifyAll();
    }

    private synchronized void stop(Throwable cause) {
        failure = failure == null ? cause : failure;
        stopped = true;
        notifyAll();
    }
}
