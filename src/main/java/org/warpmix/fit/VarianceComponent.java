package org.warpmix.fit;

/** The estimated covariance matrix of one random-effects term. Immutable. */
public final class VarianceComponent {

    private final String group;
    private final String[] names;
    private final double[] covariance;

    VarianceComponent(String group, String[] names, double[] covariance) {
        this.group = group;
        this.names = names;
        this.covariance = covariance;
    }

    /** Name of the grouping factor. */
    public String group() {
        return group;
    }

    /** Names of the random effects. */
    public String[] names() {
        return names.clone();
    }

    /** Number of random effects q. */
    public int size() {
        return names.length;
    }

    /** Covariance of two random effects, in squared units of the response (per units of the predictors). */
    public double covariance(int i, int j) {
        return covariance[i + j * names.length];
    }

    /** Standard deviation of a random effect. */
    public double standardDeviation(int i) {
        return Math.sqrt(covariance(i, i));
    }

    /** Correlation of two random effects; {@code NaN} where one of them has no variance. */
    public double correlation(int i, int j) {
        if (i == j) {
            return 1;
        }
        double r = covariance(i, j) / (standardDeviation(i) * standardDeviation(j));
        return Math.max(-1, Math.min(1, r));
    }
}
