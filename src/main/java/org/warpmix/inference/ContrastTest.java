package org.warpmix.inference;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A linear combination {@code l'β} of the fixed effects and the test that it is zero.
 *
 * @param estimate {@code l'β}, in the unit of the response
 * @param standardError of the estimate
 * @param degrees of freedom of the t distribution; {@code NaN} where they cannot be told
 */
public record ContrastTest(double estimate, double standardError, double degrees) {

    /** {@code estimate / standardError}. */
    public double t() {
        return estimate / standardError;
    }

    /** Two-sided p-value; {@code NaN} where there are no degrees of freedom. */
    public double p() {
        double t = Math.abs(t());
        return Double.isNaN(t) || !(degrees > 0)
                ? Double.NaN
                : 2 * distribution().survivalProbability(t);
    }

    /**
     * Half-width of the confidence interval around the estimate.
     *
     * @param level e.g. 0.95
     */
    public double margin(double level) {
        return degrees > 0 ? standardError * distribution().inverseSurvivalProbability(0.5 * (1 - level)) : Double.NaN;
    }

    private TDistribution distribution() {
        return TDistribution.of(degrees);
    }
}
