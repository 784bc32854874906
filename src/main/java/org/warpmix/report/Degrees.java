package org.warpmix.report;

import org.warpmix.inference.DegreesOfFreedom;

/** Where the degrees of freedom of a fixed effect's test come from. */
public enum Degrees {
    /** Satterthwaite's. */
    SATTERTHWAITE(DegreesOfFreedom.SATTERTHWAITE),
    /** Kenward and Roger's, with their standard errors. */
    KENWARD_ROGER(DegreesOfFreedom.KENWARD_ROGER),
    /** {@code n − rank(X)}. */
    RESIDUAL(DegreesOfFreedom.RESIDUAL),
    /** None: estimates, standard errors and t only. */
    NONE(DegreesOfFreedom.RESIDUAL);

    private final DegreesOfFreedom method;

    Degrees(DegreesOfFreedom method) {
        this.method = method;
    }

    /** The method of the tests; of standard errors only where there are none. */
    DegreesOfFreedom method() {
        return method;
    }

    /** What a line under a table says of the method. */
    static String line(DegreesOfFreedom method) {
        return switch (method) {
            case RESIDUAL -> "df: residual, n - rank(X); p is too small where few groups tell of an effect.";
            case SATTERTHWAITE -> "df: Satterthwaite's.";
            case KENWARD_ROGER -> "df and standard errors: Kenward and Roger's, for small samples.";
        };
    }
}
