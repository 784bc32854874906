package org.warpmix.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.inference.Bootstrap;

/**
 * The largest differences of a backend's replicates from those of another, and how both ended.
 *
 * @param other name of the other
 * @param replicates how many were compared
 * @param above how far a criterion is above the other's; negative where all are below
 * @param below how far one is below
 * @param theta largest difference of an entry of theta
 * @param beta of a fixed effect, in standard errors of the fit
 * @param unlike replicates of which one backend has estimates, the other none
 * @param notConverged replicates of the backend, then of the other, that did not converge or failed
 */
record Agreement(
        String other,
        long replicates,
        double above,
        double below,
        double theta,
        double beta,
        long unlike,
        long[] notConverged) {

    /** Fits the replicates of a bootstrap on a backend and on another. */
    static Agreement of(Bootstrap bootstrap, Backend backend, Backend other) {
        List<ReplicateBlock> ours = blocks(bootstrap.withBackend(backend));
        List<ReplicateBlock> theirs = blocks(bootstrap.withBackend(other));
        double[] criterion = join(ours, 0);
        double[] expected = join(theirs, 0);
        double above = Double.NEGATIVE_INFINITY;
        double below = Double.NEGATIVE_INFINITY;
        long unlike = 0;
        for (int i = 0; i < criterion.length; i++) {
            double difference = criterion[i] - expected[i];
            if (Double.isNaN(difference)) {
                unlike += Double.isNaN(criterion[i]) == Double.isNaN(expected[i]) ? 0 : 1;
            } else {
                above = Math.max(above, difference);
                below = Math.max(below, -difference);
            }
        }
        Fit fit = bootstrap.fit();
        int thetas = fit.theta().length;
        double theta = 0;
        for (int k = 0; k < thetas; k++) {
            theta = Math.max(theta, largest(join(ours, 1 + k), join(theirs, 1 + k)));
        }
        double beta = 0;
        for (int j = 0; j < fit.fixedEffects().size(); j++) {
            double difference = largest(join(ours, 1 + thetas + j), join(theirs, 1 + thetas + j));
            beta = Math.max(beta, difference / fit.fixedEffects().standardError(j));
        }
        long[] ended = {notConverged(ours), notConverged(theirs)};
        return new Agreement(other.name(), criterion.length, above, below, theta, beta, unlike, ended);
    }

    private static List<ReplicateBlock> blocks(Bootstrap bootstrap) {
        List<ReplicateBlock> blocks = new ArrayList<>();
        bootstrap.run(blocks::add);
        return blocks;
    }

    /** One column of all blocks: the criterion, then theta, then beta. */
    private static double[] join(List<ReplicateBlock> blocks, int column) {
        return blocks.stream()
                .map(block -> {
                    int thetas = block.theta().length;
                    return column == 0
                            ? block.criterion()
                            : column <= thetas ? block.theta()[column - 1] : block.beta()[column - 1 - thetas];
                })
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static double largest(double[] ours, double[] theirs) {
        double largest = 0;
        for (int i = 0; i < ours.length; i++) {
            double difference = Math.abs(ours[i] - theirs[i]);
            largest = difference > largest ? difference : largest; // NaN is counted elsewhere
        }
        return largest;
    }

    private static long notConverged(List<ReplicateBlock> blocks) {
        return blocks.stream()
                .flatMap(block -> Arrays.stream(block.status()))
                .filter(status -> status != ReplicateStatus.CONVERGED)
                .count();
    }

    @Override
    public String toString() {
        return String.format(
                "%,d replicates against %s: criterion at most %.1e above and %.1e below; theta within %.1e, beta within"
                        + " %.1e standard errors; not converged %d, of the other %d; estimates on one side only %d",
                replicates, other, above, below, theta, beta, notConverged[0], notConverged[1], unlike);
    }
}
