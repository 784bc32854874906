package org.warpmix.backend.auto;

import java.util.function.Consumer;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.cuda.DeviceException;
import org.warpmix.backend.cuda.Discovery;

/**
 * Picks the backend for each batch: a GPU where there is one and the batch is large enough to pay for its start, else the CPU.
 * Should the GPU fail on the way, the CPU goes on from the first replicate that was not handed over, and one line says so.
 *
 * <p>The choice depends on the batch, the number of threads and the machine alone, never on how long anything took, so that a run
 * repeated gives the same bits. The emulated device is never picked.
 */
public final class AutoBackend implements Backend {

    private final Consumer<String> notice;
    private final boolean emulated;
    private final double crossover;
    private final Backend cpu = new CpuBackend();
    private String chosen = cpu.name();

    /** @param notice takes the line that tells why a GPU is not used, or not to the end */
    public AutoBackend(Consumer<String> notice) {
        this(notice, Effort.CROSSOVER_SECONDS, false);
    }

    /**
     * For tests.
     *
     * @param crossover seconds on the CPU from which a GPU is used
     * @param emulated whether the emulated device counts as one
     */
    AutoBackend(Consumer<String> notice, double crossover, boolean emulated) {
        this.notice = notice;
        this.crossover = crossover;
        this.emulated = emulated;
    }

    /** The backend of the last run, or the last one chosen; before, that of small runs. */
    @Override
    public String name() {
        return chosen;
    }

    @Override
    public void run(Batch batch, long first, long count, Sink sink) {
        chosen = cpu.name();
        Handed handed = new Handed(sink);
        if (suitsDevice(batch, count)) {
            try (CudaBackend cuda = new CudaBackend()) {
                cuda.run(batch, first, count, handed);
                chosen = cuda.name();
                return;
            } catch (DeviceException e) {
                if (handed.enough) {
                    return;
                }
                notice.accept("After " + handed.replicates + " of " + count
                        + " replicates the GPU failed, the CPU goes on: " + e.getMessage());
            }
        }
        cpu.run(batch, first + handed.replicates, count - handed.replicates, sink);
    }

    /** A GPU that fails on the way is not made up for then. */
    @Override
    public Backend chosenFor(Batch batch, long count) {
        Backend backend = suitsDevice(batch, count) ? new CudaBackend() : cpu;
        chosen = backend.name();
        return backend;
    }

    private boolean suitsDevice(Batch batch, long count) {
        boolean large = Effort.cpuSeconds(batch, count) >= crossover;
        return large && CudaBackend.refusal(batch) == null && hasDevice();
    }

    private boolean hasDevice() {
        Discovery found = Discovery.cuda();
        if (found.status() == Discovery.Status.NO_LIBRARY && !found.cards().isEmpty()) {
            notice.accept("The GPU is not used: " + found.message());
        }
        return found.automatic() || emulated && found.status() == Discovery.Status.AVAILABLE;
    }

    /** Counts what a sink has taken. */
    private static final class Handed implements Sink {
        private final Sink sink;
        private long replicates;
        private boolean enough;

        Handed(Sink sink) {
            this.sink = sink;
        }

        @Override
        public boolean accept(ReplicateBlock block) {
            boolean more = sink.accept(block);
            replicates += block.count();
            enough = !more;
            return more;
        }
    }
}
