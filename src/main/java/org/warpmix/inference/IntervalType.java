package org.warpmix.inference;

/**
 * Kinds of bootstrap confidence intervals. Davison and Hinkley 1997, Bootstrap Methods and their Application, chapter 5, whose
 * definitions R's {@code boot.ci} follows. With t the estimate, t* the replicates and a = (1 − level)/2:
 */
public enum IntervalType {
    /** The quantiles a and 1 − a of t*. */
    PERCENTILE,
    /**
     * {@code 2t} minus the quantiles 1 − a and a of t*. It reflects about the estimate, which does not suit what is bounded: for
     * correlations it holds the truth too rarely.
     */
    BASIC,
    /** {@code t − bias ± z sd}, z the normal quantile. */
    NORMAL,
    /**
     * Bias-corrected and accelerated: quantiles of t* at {@code Φ(z₀ + (z₀ ± z)/(1 − c(z₀ ± z)))}, z₀ the normal quantile of the
     * share of t* below t, and c the acceleration, from leaving out each independent group in turn; not for crossed grouping
     * factors. Efron 1987, J. Am. Stat. Assoc. 82(397).
     */
    BCA,
    /** {@code t} minus the quantiles 1 − a and a of (t* − t)/se*, times se; for fixed effects whose replicates have se*. */
    STUDENTISED
}
