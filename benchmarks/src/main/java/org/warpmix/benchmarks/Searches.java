package org.warpmix.benchmarks;

import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;

/** Looks on while replicates are fitted: how many evaluations they take, and how flat the criterion is where they end. */
final class Searches implements Backend.Sink {

    private long replicates;
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
        }
        replicates += block.count();
        return true;
    }

    @Override
    public String toString() {
        return String.format(
                "evaluations %.2f on average, %d at most; largest gradient %.1e",
                (double) evaluations / replicates, most, gradient);
    }
}
