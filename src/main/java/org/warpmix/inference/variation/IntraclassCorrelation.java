package org.warpmix.inference.variation;

import java.util.List;
import org.warpmix.fit.Fit;

/**
 * Intraclass correlations of a fit: each grouping factor's share of the variance, and what the likeness of a group's rows costs.
 * Immutable.
 *
 * <p>Adjusted: random-effect variance over random plus error variance. Conditional: with the fixed effects' variance in the
 * denominator, too. Where slopes vary these are means over the rows used ({@link VarianceExplained});
 * {@link ImpliedCorrelation} is the correlation at given predictors.
 *
 * <p>The design effect is the variance of the mean response over that of as many independent rows of the same variances,
 * {@code 1 + (Σ n_j²/n − 1) ICC} for a random intercept (Kish 1965, Survey Sampling, chapter 5); the factors' excesses over one
 * add up. The effective sample size is n over the design effect.
 */
public final class IntraclassCorrelation {

    private final VarianceExplained variances;
    private final double[] ofMean;
    private final int n;

    private IntraclassCorrelation(VarianceExplained variances, double[] ofMean, int n) {
        this.variances = variances;
        this.ofMean = ofMean;
        this.n = n;
    }

    /** At the fit's estimates. */
    public static IntraclassCorrelation of(Fit fit) {
        return new IntraclassCorrelation(VarianceExplained.of(fit), new VarianceParts(fit).ofMean(fit), fit.nobs());
    }

    /** The grouping factors, in lme4's order. */
    public List<String> groups() {
        return variances.groups();
    }

    /** Adjusted correlation of a grouping factor. */
    public double adjusted(String group) {
        return variances.random(group) / withinMeans();
    }

    /** Adjusted correlation of rows that share a level of every factor. */
    public double adjusted() {
        return variances.random() / withinMeans();
    }

    /** Conditional correlation of a grouping factor. */
    public double conditional(String group) {
        return variances.random(group) / variances.total();
    }

    /** Conditional correlation of rows that share a level of every factor. */
    public double conditional() {
        return variances.random() / variances.total();
    }

    /** Design effect of one factor: as if the others' rows were independent. */
    public double designEffect(String group) {
        int g = VarianceExplained.indexOf(groups(), group);
        return 1 + (ofMean[1 + g] - variances.random(group)) / withinMeans();
    }

    /** Design effect of all factors together. */
    public double designEffect() {
        double sum = 1;
        for (String group : groups()) {
            sum += designEffect(group) - 1;
        }
        return sum;
    }

    /** How many independent rows would tell as much of the mean response. */
    public double effectiveSize() {
        return n / designEffect();
    }

    /** The same with one factor only. */
    public double effectiveSize(String group) {
        return n / designEffect(group);
    }

    private double withinMeans() {
        return variances.random() + variances.residual();
    }
}
