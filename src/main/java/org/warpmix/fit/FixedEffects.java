package org.warpmix.fit;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Fixed effects with their covariance at the estimated theta, {@code σ² (X'V⁻¹X)⁻¹}. Immutable.
 *
 * <p>Tests and intervals take a t distribution with the residual degrees of freedom {@code n − rank(X)}. For effects
 * that vary between groups only these are too many when groups are few.
 */
public final class FixedEffects {

    private final String[] names;
    private final double[] estimates;
    private final double[] covariance;
    private final double degrees;

    FixedEffects(String[] names, double[] estimates, double[] covariance, double degrees) {
        this.names = names;
        this.estimates = estimates;
        this.covariance = covariance;
        this.degrees = degrees;
    }

    /** Number of coefficients. */
    public int size() {
        return names.length;
    }

    /** Names as R gives them. */
    public String name(int j) {
        return names[j];
    }

    /** Estimate, in the unit of the response per unit of the predictor. */
    public double estimate(int j) {
        return estimates[j];
    }

    /** Estimate of a named coefficient. */
    public double estimate(String name) {
        return estimates[indexOf(name)];
    }

    /** All estimates. */
    public double[] estimates() {
        return estimates.clone();
    }

    /** Standard error. */
    public double standardError(int j) {
        return Math.sqrt(covariance(j, j));
    }

    /** Covariance of two estimates. */
    public double covariance(int i, int j) {
        return covariance[i + j * names.length];
    }

    /** Degrees of freedom of the t distribution. */
    public double degrees(int j) {
        return degrees;
    }

    /** {@code estimate / standard error}. */
    public double t(int j) {
        return estimates[j] / standardError(j);
    }

    /** Two-sided p-value of the hypothesis that the coefficient is zero. */
    public double p(int j) {
        double t = t(j);
        return Double.isNaN(t) ? Double.NaN : 2 * TDistribution.of(degrees(j)).survivalProbability(Math.abs(t));
    }

    /**
     * Half-width of the confidence interval around the estimate.
     *
     * @param level e.g. 0.95
     */
    public double margin(int j, double level) {
        return standardError(j) * TDistribution.of(degrees(j)).inverseSurvivalProbability(0.5 * (1 - level));
    }

    /** Position of a name. */
    public int indexOf(String name) {
        for (int j = 0; j < names.length; j++) {
            if (names[j].equals(name)) {
                return j;
            }
        }
        throw new IllegalArgumentException(
                "No coefficient '" + name + "'. The model has " + String.join(", ", names) + ".");
    }
}
