package org.warpmix.backend.auto;

import org.warpmix.backend.Batch;

/** What {@link AutoBackend} goes by, for benchmarks: they lie in its package because it is nobody else's business. */
public final class PredictedEffort {

    private PredictedEffort() {}

    /** Seconds that a batch is thought to take on the CPU, with its threads. */
    public static double cpuSeconds(Batch batch, long count) {
        return Effort.cpuSeconds(batch, count);
    }

    /** Such seconds from which a GPU is used. */
    public static double crossover() {
        return Effort.CROSSOVER_SECONDS;
    }
}
