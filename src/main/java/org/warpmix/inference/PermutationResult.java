package org.warpmix.inference;

import org.warpmix.backend.ReplicateBlock;

/**
 * What a permutation test found.
 *
 * <p>With b of B replicates at least as extreme as what was observed, {@code p = (1 + b)/(1 + B)}: the observed response is
 * one of its arrangements, too (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585). Where all arrangements were gone
 * through, the observed one among them, {@code p = b/B} is exact. A replicate that failed has no statistic and counts as at
 * least as extreme, so p is never too small for it; one that did not converge counts with the statistic that it has.
 */
public final class PermutationResult {

    private final Permutation permutation;
    private final Tally tally;
    private final long wanted;
    private final boolean exact;

    PermutationResult(Permutation permutation, Tally tally, long wanted, boolean exact) {
        this.permutation = permutation;
        this.tally = tally;
        this.wanted = wanted;
        this.exact = exact;
    }

    /** Counts replicates as they come. */
    static final class Tally {

        /** Statistics that agree within the accuracy of a fit are taken as equal, hence as extreme. */
        private static final double TIE = 1e-6;

        private final double observed;
        private final Endings endings = new Endings();
        private long extreme;

        Tally(double observed) {
            this.observed = observed;
        }

        void add(ReplicateBlock block) {
            endings.add(block);
            for (int i = 0; i < block.count(); i++) {
                extreme += block.wald()[i] < observed * (1 - TIE) ? 0 : 1; // NaN counts
            }
        }
    }

    /** What was asked for. */
    public Permutation permutation() {
        return permutation;
    }

    /** Wald's statistic of the fit itself. */
    public double observed() {
        return tally.observed;
    }

    /** Number B of replicates fitted, however they ended. */
    public long replicates() {
        return tally.endings.all();
    }

    /** Number b of replicates with a statistic at least as large as the observed one, failed ones included. */
    public long extreme() {
        return tally.extreme;
    }

    /** Whether the replicates are all arrangements that there are, each once. */
    public boolean exact() {
        return exact && !stopped();
    }

    /** Whether a listener stopped the run before its end. */
    public boolean stopped() {
        return replicates() < wanted;
    }

    /** The p-value; NaN where arrangements were to be gone through and the run was stopped, since these come in an order. */
    public double p() {
        if (exact) {
            return stopped() ? Double.NaN : (double) extreme() / replicates();
        }
        return (1.0 + extreme()) / (1.0 + replicates());
    }

    /** Monte Carlo standard error of the p-value, {@code √(p(1 − p)/B)}; zero where it is exact. */
    public double pError() {
        return exact() ? 0 : Math.sqrt(p() * (1 - p()) / replicates());
    }

    /** Number of replicates that converged. */
    public long converged() {
        return tally.endings.converged();
    }

    /** Number of replicates whose search did not meet its tolerance. */
    public long notConverged() {
        return tally.endings.notConverged();
    }

    /** Number of replicates without estimates. */
    public long failed() {
        return tally.endings.failed();
    }

    /** Number of replicates with a singular covariance matrix of random effects. */
    public long singular() {
        return tally.endings.singular();
    }
}
