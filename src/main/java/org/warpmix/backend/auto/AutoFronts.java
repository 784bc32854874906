package org.warpmix.backend.auto;

import java.util.function.Consumer;
import org.warpmix.backend.cuda.CudaFronts;
import org.warpmix.backend.cuda.DeviceException;
import org.warpmix.backend.cuda.Discovery;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.FrontPattern;
import org.warpmix.likelihood.FrontSize;

/**
 * Has the dense part of a crossed model on a GPU where there is one, the model is large enough to pay for its start, and the front fits;
 * else in the host's memory. The choice depends on the model and the machine alone. The emulated device is never picked.
 */
public final class AutoFronts implements DenseFront.Maker, AutoCloseable {

    private final CudaFronts cuda;
    private final Consumer<String> notice;
    private final double crossover;
    private final boolean emulated;

    /** @param notice takes the line that tells how much memory a front is going to take, or why a GPU is not used */
    public AutoFronts(Consumer<String> notice) {
        this(notice, Effort.CROSSOVER_SECONDS, false);
    }

    /**
     * For tests.
     *
     * @param crossover seconds on the CPU from which a GPU is used
     * @param emulated whether the emulated device counts as one
     */
    AutoFronts(Consumer<String> notice, double crossover, boolean emulated) {
        this.notice = notice;
        this.crossover = crossover;
        this.emulated = emulated;
        cuda = new CudaFronts(notice);
    }

    @Override
    public boolean takes(FrontSize size) {
        if (size.eliminated().size() > 1 || Effort.cpuSeconds(size) < crossover) {
            return false; // nested factors, and those of which few levels meet, the CPU does at least as fast
        }
        Discovery found = Discovery.cuda();
        if (!found.automatic() && !(emulated && found.status() == Discovery.Status.AVAILABLE)) {
            return false;
        }
        try {
            String refusal = cuda.refusal(size);
            if (refusal == null) {
                return cuda.takes(size);
            }
            notice.accept("The GPU is not used: " + refusal);
        } catch (DeviceException e) {
            notice.accept("The GPU is not used: " + e.getMessage());
        }
        return false;
    }

    @Override
    public void stays(FrontSize size) {
        size.tell(notice);
    }

    @Override
    public DenseFront of(FrontPattern pattern) {
        return cuda.of(pattern);
    }

    @Override
    public void close() {
        cuda.close();
    }
}
