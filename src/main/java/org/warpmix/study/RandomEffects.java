package org.warpmix.study;

import java.util.Arrays;

/**
 * The random effects of a grouping factor in a {@link Truth}, in the order in which the formula has them. Immutable.
 *
 * @param icc intraclass correlation: the share that the variance of the first effect has in the sum of those of all factors with one
 *     and the residual's; NaN where the standard deviation of the first effect is given
 * @param deviations standard deviations; without the first where there is an ICC
 * @param correlations the lower triangle of the correlation matrix, column by column; empty for none
 * @param shape of their distribution
 */
public record RandomEffects(double icc, double[] deviations, double[] correlations, Shape shape) {

    public RandomEffects {
        deviations = deviations.clone();
        correlations = correlations.clone();
        if (icc < 0 || icc >= 1) {
            throw new IllegalArgumentException(
                    "An intraclass correlation of " + icc + ". It is at least 0 and below 1.");
        }
        for (double deviation : deviations) {
            if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A standard deviation of " + deviation + ". Take 0 or more.");
            }
        }
        int q = deviations.length + (Double.isNaN(icc) ? 0 : 1);
        if (q == 0) {
            throw new IllegalArgumentException(
                    "Random effects without a standard deviation. Give one for each effect.");
        }
        if (correlations.length > 0 && correlations.length != q * (q - 1) / 2) {
            throw new IllegalArgumentException(q + " random effects have " + q * (q - 1) / 2 + " correlations, and "
                    + correlations.length + " are given. Give the lower triangle, column by column.");
        }
    }

    /** Normal ones without correlation. */
    public static RandomEffects of(double... deviations) {
        return new RandomEffects(Double.NaN, deviations, new double[0], Shape.NORMAL);
    }

    /**
     * Normal ones without correlation, the first by its intraclass correlation.
     *
     * @param others standard deviations of the effects after the first
     */
    public static RandomEffects ofIcc(double icc, double... others) {
        return new RandomEffects(icc, others, new double[0], Shape.NORMAL);
    }

    /** Correlates them: the lower triangle of the correlation matrix, column by column. */
    public RandomEffects withCorrelations(double... triangle) {
        return new RandomEffects(icc, deviations, triangle, shape);
    }

    /** Draws them from another distribution. */
    public RandomEffects withShape(Shape other) {
        return new RandomEffects(icc, deviations, correlations, other);
    }

    /** Number of effects q. */
    int size() {
        return deviations.length + (Double.isNaN(icc) ? 0 : 1);
    }

    /** The same with a standard deviation for the first effect instead of an ICC. */
    RandomEffects resolved(double first) {
        if (Double.isNaN(icc)) {
            return this;
        }
        double[] all = new double[size()];
        all[0] = first;
        System.arraycopy(deviations, 0, all, 1, deviations.length);
        return new RandomEffects(Double.NaN, all, correlations, shape);
    }

    /** The correlation of effects i > j. */
    double correlation(int i, int j) {
        return correlations.length == 0 ? 0 : correlations[j * size() - j * (j + 1) / 2 + i - j - 1];
    }

    /**
     * A lower triangular factor F of the covariance FF'.
     *
     * @return q×q column-major
     * @throws IllegalArgumentException where the correlations are those of no distribution
     */
    double[] factor() {
        int q = size();
        double[] f = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double sum = i == j ? 1 : correlation(i, j);
                for (int k = 0; k < j; k++) {
                    sum -= f[i + k * q] * f[j + k * q];
                }
                if (i == j) {
                    if (sum < -1e-12) {
                        throw impossible();
                    }
                    f[j + j * q] = Math.sqrt(Math.max(sum, 0));
                } else if (f[j + j * q] > 1e-6) {
                    f[i + j * q] = sum / f[j + j * q];
                } else if (Math.abs(sum) > 1e-6) {
                    throw impossible();
                }
            }
        }
        for (int e = 0; e < q * q; e++) {
            f[e] *= deviations[e % q];
        }
        return f;
    }

    private IllegalArgumentException impossible() {
        return new IllegalArgumentException("No random effects have the correlations " + Arrays.toString(correlations)
                + ": the matrix is not positive semi-definite.");
    }
}
