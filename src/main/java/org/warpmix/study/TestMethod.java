package org.warpmix.study;

import java.util.Locale;

/** How a coefficient is tested, and its interval made. */
public enum TestMethod {
    /** {@code β̂/se} as if normal. */
    Z,
    /** t with {@code n − rank(X)} degrees of freedom. */
    RESIDUAL,
    /** t with Satterthwaite's degrees of freedom. */
    SATTERTHWAITE,
    /** Kenward and Roger's t, standard errors adjusted; by REML. */
    KENWARD_ROGER,
    /** The likelihood ratio against the model without the coefficient, both by ML; no interval. */
    LRT,
    /** Permutation of the decorrelated residuals of the model without the coefficient (Freedman and Lane); no interval. */
    PERMUTATION;

    /** As files and the command line have it, e.g. {@code kenward-roger}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it gives a confidence interval. */
    public boolean hasInterval() {
        return this != LRT && this != PERMUTATION;
    }
}
