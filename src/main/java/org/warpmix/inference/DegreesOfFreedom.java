package org.warpmix.inference;

/** Where the denominator degrees of freedom of a test of fixed effects come from. */
public enum DegreesOfFreedom {
    /** {@code n − rank(X)}: too many where few groups tell of an effect. */
    RESIDUAL,
    /** Satterthwaite's: matched to how precisely the variance of the contrast is known (Fai and Cornelius 1996). */
    SATTERTHWAITE,
    /** Kenward and Roger's (1997): covariances corrected for small samples, too; by REML. */
    KENWARD_ROGER
}
