package org.warpmix.report;

/** Where the degrees of freedom of a fixed effect's test come from. */
public enum Degrees {
    /** {@code n − rank(X)}. */
    RESIDUAL,
    /** None: estimates, standard errors and t only. */
    NONE
}
