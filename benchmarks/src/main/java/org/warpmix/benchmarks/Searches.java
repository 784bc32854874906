package org.warpmix.benchmarks;

import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;

/**
 * Looks on while replicates are fitted: how many evaluations they take, how flat the criterion is where they end, and how they
 * end.
 */
final class Searches implements Backend.Sink {

    private final long[] ended = new long[ReplicateStatus.values().length];
    private long replicates;
    private long singular;
    private long evaluations;
    private int most;
    private double gradient;

    @Override
    public boolean accept(ReplicateBlock block) {
        for (int i = 0; i < block.count(); i++) {
            evaluations += block.evaluations()[i];
            most = Math.max(most, block.evaluations()[i]);
            double norm = block.gradientNorm()[i];
            gradient = norm > gradient ? norm : gradient; // NaN where there are no estimates
            ended[block.status()[i].ordinal()]++;
            singular += block.singular()[i] ? 1 : 0;
        }
        replicates += block.count();
        return true;
    }

    /** Evaluations of a replicate, on average. */
    double evaluations() {
        return (double) evaluations / replicates;
    }

    /** How they ended, as text. */
    String endings() {
        return String.format(
                "converged %,d, not converged %,d, failed %,d; singular %,d",
                ended[ReplicateStatus.CONVERGED.ordinal()],
                ended[ReplicateStatus.NOT_CONVERGED.ordinal()],
                ended[ReplicateStatus.FAILED.ordinal()],
                singular);
    }

    @Override
    public String toString() {
        return String.format(
                "evaluations %.2f on average, %d at most; largest gradient %.1e", evaluations(), most, gradient);
    }
}
