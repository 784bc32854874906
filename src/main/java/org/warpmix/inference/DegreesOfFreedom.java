package org.warpmix.inference;

/** Where the denominator degrees of freedom of a test of fixed effects come from. */
public enum DegreesOfFreedom {
    /** {@code n − rank(X)}: too many where few groups tell of an effect. */
    RESIDUAL,
    /** {@link Satterthwaite}: matched to how precisely the variance of the contrast is known. */
    SATTERTHWAITE,
    /** {@link KenwardRoger}: covariances corrected for small samples, too; under REML. */
    KENWARD_ROGER
}
