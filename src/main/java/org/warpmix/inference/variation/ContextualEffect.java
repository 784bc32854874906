package org.warpmix.inference.variation;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * What a predictor does within groups and between them.
 *
 * @param predictor as the formula has it
 * @param pooled the fit's one coefficient, a mixture of both; NaN where the fit has them apart already
 * @param within change of the response per unit, between rows of a group
 * @param withinError standard error
 * @param between change per unit between the means of groups
 * @param betweenError standard error
 * @param contextual {@code between − within}: what a group's mean adds for a row that stays as it is
 * @param contextualError standard error
 * @param degrees of freedom for the contextual effect: groups less the coefficients that are constant within groups
 */
public record ContextualEffect(
        String predictor,
        double pooled,
        double within,
        double withinError,
        double between,
        double betweenError,
        double contextual,
        double contextualError,
        double degrees) {

    /** {@code contextual / standard error}. */
    public double t() {
        return contextual / contextualError;
    }

    /** Two-sided p-value of the hypothesis that the predictor does the same within and between groups. */
    public double p() {
        return degrees > 0 && !Double.isNaN(t())
                ? 2 * TDistribution.of(degrees).survivalProbability(Math.abs(t()))
                : Double.NaN;
    }

    /** Whether the two have opposite signs. */
    public boolean opposed() {
        return within * between < 0;
    }
}
