package org.warpmix.inference;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.GammaDistribution;
import org.warpmix.backend.ReplicateStatus;

/**
 * What a parametric bootstrap of a likelihood-ratio statistic found.
 *
 * <p>With b of B replicates at least as large as what was observed, {@code p = (1 + b)/(1 + B)} (Davison and Hinkley 1997, Bootstrap
 * Methods and their Application, equation 4.11). A replicate that either model could not be fitted to has no statistic and counts as
 * at least as large, so p is never too small for it; one where a search did not converge counts with what it has. pbkrtest leaves out
 * statistics of zero, of which there are many where a variance is tested; here all count.
 */
public final class LikelihoodRatioBootstrapResult {

    private final LikelihoodRatioBootstrap bootstrap;
    private final Tally tally;

    LikelihoodRatioBootstrapResult(LikelihoodRatioBootstrap bootstrap, Tally tally) {
        this.bootstrap = bootstrap;
        this.tally = tally;
    }

    /** Counts replicates as they come. */
    static final class Tally {

        /** Statistics that agree within the accuracy of a fit are taken as equal. */
        private static final double TIE = 1e-6;

        private final double observed;
        private final Moments moments = new Moments();
        private long extreme;
        private long converged;
        private long notConverged;
        private long failed;

        Tally(double observed) {
            this.observed = observed;
        }

        /** Adds the first entries; the array is overwritten. */
        void add(double[] statistic, ReplicateStatus[] status, int count) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                extreme += statistic[i] < observed - TIE ? 0 : 1; // NaN counts
                switch (status[i]) {
                    case CONVERGED -> converged++;
                    case NOT_CONVERGED -> notConverged++;
                    case FAILED -> failed++;
                }
                if (!Double.isNaN(statistic[i])) {
                    statistic[kept++] = Math.max(0, statistic[i]);
                }
            }
            moments.add(statistic, kept);
        }
    }

    /** What was asked for. */
    public LikelihoodRatioBootstrap bootstrap() {
        return bootstrap;
    }

    /** The likelihood-ratio statistic of the fits themselves. */
    public double observed() {
        return tally.observed;
    }

    /** Number B of replicates, however they ended. */
    public long replicates() {
        return tally.converged + tally.notConverged + tally.failed;
    }

    /** Whether a listener stopped the run before its end. */
    public boolean stopped() {
        return replicates() < bootstrap.count();
    }

    /** Number b of replicates with a statistic at least as large as the observed one, failed ones included. */
    public long extreme() {
        return tally.extreme;
    }

    /** The p-value. */
    public double p() {
        return (1.0 + extreme()) / (1.0 + replicates());
    }

    /** Monte Carlo standard error of the p-value, {@code √(p(1 − p)/B)}. */
    public double pError() {
        return Math.sqrt(p() * (1 - p()) / replicates());
    }

    /** Mean of the replicates' statistics. */
    public double mean() {
        return tally.moments.mean();
    }

    /** Their standard deviation. */
    public double standardDeviation() {
        return tally.moments.sd();
    }

    /** The statistic divided by what its mean exceeds the degrees of freedom by: Bartlett's correction. */
    public double bartlettStatistic() {
        return step().degrees() * observed() / mean();
    }

    /** p by χ² of {@link #bartlettStatistic}; it does not know of boundaries. */
    public double bartlettP() {
        return observed() > 0
                ? ChiSquaredDistribution.of(step().degrees()).survivalProbability(bartlettStatistic())
                : 1;
    }

    /** p by a gamma distribution with the replicates' mean and variance: of use where B is too small to show small p. */
    public double gammaP() {
        double variance = standardDeviation() * standardDeviation();
        return observed() > 0
                ? GammaDistribution.of(mean() * mean() / variance, variance / mean())
                        .survivalProbability(observed())
                : 1;
    }

    /** Number of replicates where both searches converged. */
    public long converged() {
        return tally.converged;
    }

    /** Number of replicates where a search did not meet its tolerance. */
    public long notConverged() {
        return tally.notConverged;
    }

    /** Number of replicates without a statistic. */
    public long failed() {
        return tally.failed;
    }

    private LikelihoodRatioTest.Step step() {
        return bootstrap.test().steps().get(0);
    }
}
