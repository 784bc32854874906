package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;

/** The part of the criterion that the structure of the random effects does not touch: σ² and β profiled out. */
public final class Profile {

    private final Method method;
    private final double degrees;
    private final double constant;

    public Profile(Crossproducts statistics, Method method) {
        this(statistics, method, statistics.n(), statistics.logWeights());
    }

    /**
     * The same coordinates with other rows.
     *
     * @param n number of rows
     * @param logWeights {@code Σ log w_i} over them
     */
    public Profile(Crossproducts statistics, Method method, int n, double logWeights) {
        this.method = method;
        this.degrees = method == Method.ML ? n : n - statistics.p();
        double unit = statistics.fixed().scale();
        double offset = degrees * (1 + Math.log(2 * Math.PI / degrees) + 2 * Math.log(unit)) - logWeights;
        this.constant =
                method == Method.ML ? offset : offset + statistics.fixed().logDet();
    }

    /** Refuses statistics of another design: {@link Crossproducts#withResponse} keeps the coordinates. */
    public static void requireSameDesign(Crossproducts statistics, Crossproducts another) {
        if (another.fixed() != statistics.fixed()) {
            throw new IllegalArgumentException("The statistics are of another design than those of the likelihood;"
                    + " make them by Crossproducts.withResponse from these.");
        }
    }

    /** Whether the criterion is that of REML. */
    public boolean reml() {
        return method == Method.REML;
    }

    /** ν: n under ML, n − p under REML. */
    public double degrees() {
        return degrees;
    }

    /** What does not depend on Λ: {@code d = log|A| (+ log|M|) + ν log r² + constant}. */
    public double constant() {
        return constant;
    }

    /**
     * d from its parts.
     *
     * @param logDetA {@code log|A|}
     * @param logDetM {@code log|M|}, of which only REML makes use
     * @param rSquared penalised residual sum of squares in units s²
     */
    double criterion(double logDetA, double logDetM, double rSquared) {
        double d = logDetA + degrees * Math.log(rSquared) + constant;
        double value = method == Method.ML ? d : d + logDetM;
        return rSquared > 0 && value < Double.POSITIVE_INFINITY ? value : Double.POSITIVE_INFINITY;
    }
}
