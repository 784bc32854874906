package org.warpmix.inference.effects;

import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.model.GroupingFactor;

/** Fixed effects with a cluster-robust covariance: see {@link ClusterRobust}. Immutable. */
public final class RobustEffects {

    private final Fit fit;
    private final FixedEffects effects;
    private final ClusterRobust.Type type;
    private final GroupingFactor cluster;
    private final double[] covariance;
    private final double[] degrees;

    RobustEffects(Fit fit, ClusterRobust.Type type, GroupingFactor cluster, double[] covariance, double[] degrees) {
        this.fit = fit;
        this.effects = fit.fixedEffects();
        this.type = type;
        this.cluster = cluster;
        this.covariance = covariance;
        this.degrees = degrees;
    }

    /** The model. */
    public Fit fit() {
        return fit;
    }

    /** How residuals were adjusted. */
    public ClusterRobust.Type type() {
        return type;
    }

    /** Name of the factor whose levels are the clusters. */
    public String cluster() {
        return cluster.name();
    }

    /** Number of clusters J. */
    public int clusters() {
        return cluster.levels().length;
    }

    /** Number of coefficients p. */
    public int size() {
        return degrees.length;
    }

    /** Name as R gives it. */
    public String name(int j) {
        return effects.name(j);
    }

    /** The fit's estimate. */
    public double estimate(int j) {
        return effects.estimate(j);
    }

    /** Robust standard error. */
    public double standardError(int j) {
        return Math.sqrt(covariance(j, j));
    }

    /** The standard error by the model, to compare with. */
    public double modelStandardError(int j) {
        return effects.standardError(j);
    }

    /** Robust covariance of two estimates. */
    public double covariance(int i, int j) {
        return covariance[i + j * degrees.length];
    }

    /**
     * Degrees of freedom of the t distribution: under CR2 Satterthwaite's, {@code 2 E(v)² / Var(v)} of the variance estimate v
     * under the fitted model (Pustejovsky and Tipton 2018, section 3), NaN of an effect that rests on a single cluster; else
     * J − 1.
     */
    public double degrees(int j) {
        return degrees[j];
    }

    /** {@code estimate / standard error}. */
    public double t(int j) {
        return estimate(j) / standardError(j);
    }

    /** Two-sided p-value of the hypothesis that the coefficient is zero; NaN where there are no degrees of freedom. */
    public double p(int j) {
        return Double.isNaN(t(j)) || !(degrees[j] > 0)
                ? Double.NaN
                : 2 * TDistribution.of(degrees[j]).survivalProbability(Math.abs(t(j)));
    }

    /**
     * Half-width of the confidence interval around the estimate.
     *
     * @param level e.g. 0.95
     */
    public double margin(int j, double level) {
        return degrees[j] > 0
                ? standardError(j) * TDistribution.of(degrees[j]).inverseSurvivalProbability(0.5 * (1 - level))
                : Double.NaN;
    }
}
