package org.warpmix.inference.diagnosis;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Predictions of rows; {@code NaN} where a predictor is missing. The arrays are the caller's.
 *
 * @param fitted means
 * @param standardErrors of the means
 * @param deviations standard deviation of the distance between the mean and what the interval is to hold: the standard error,
 *     or with the observation's own spread
 * @param degrees of freedom of the t distribution
 */
public record PredictedRows(double[] fitted, double[] standardErrors, double[] deviations, double degrees) {

    /**
     * Lower limits.
     *
     * @param level e.g. 0.95
     */
    public double[] lower(double level) {
        return limits(level, -1);
    }

    /** Upper limits. */
    public double[] upper(double level) {
        return limits(level, 1);
    }

    private double[] limits(double level, int sign) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "The level of an interval was " + level + ". Levels are between 0 and 1, e.g. 0.95.");
        }
        double margin = sign * TDistribution.of(degrees).inverseSurvivalProbability(0.5 * (1 - level));
        double[] limits = fitted.clone();
        for (int i = 0; i < limits.length; i++) {
            limits[i] += margin * deviations[i];
        }
        return limits;
    }
}
