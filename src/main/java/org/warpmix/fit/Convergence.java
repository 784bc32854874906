package org.warpmix.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.warpmix.optimize.Bfgs;
import org.warpmix.optimize.Optimum;

/**
 * What vouches for a fit.
 *
 * @param searched whether there was a search, rather than a theta given
 * @param converged whether the search met its tolerance at a minimum
 * @param singular whether the covariance matrix of a term is singular
 * @param evaluations of the criterion with its gradient that the search took
 * @param gradientNorm largest absolute entry of the gradient of the criterion, variances relative to σ² and predictors
 *     standardised
 * @param excess predicted excess of the criterion over its minimum
 * @param curvature smallest eigenvalue of the Hessian of the criterion at the end
 * @param boundaryCurvature second-order growth of the criterion when a variance estimated as zero is let in; +∞ where none is
 * @param messages what follows, in plain words
 */
public record Convergence(
        boolean searched,
        boolean converged,
        boolean singular,
        int evaluations,
        double gradientNorm,
        double excess,
        double curvature,
        double boundaryCurvature,
        List<String> messages) {

    private static final double REPRODUCED = 3e-6;

    static Convergence of(Fit fit, Optimum optimum) {
        List<String> messages = new ArrayList<>();
        double unit = fit.profiledCriterion().statistics().fixed().scale();
        boolean reproduced = fit.sigma() < REPRODUCED * unit;
        if (reproduced) {
            messages.add(String.format(
                    Locale.ROOT,
                    "The random effects reproduce the response: sigma is %.2g where the residuals of the fixed effects alone "
                            + "are of the order of %.2g, so the likelihood has no maximum that the digits of the data can "
                            + "show. Sigma, theta and the standard errors mean nothing. Are there repeated rows per group?",
                    fit.sigma(),
                    unit));
        }
        boolean searched = optimum.ending() != Bfgs.Ending.NOT_SEARCHED;
        if (searched && !optimum.converged()) {
            messages.add(String.format(
                    Locale.ROOT,
                    "The search did not converge (%s after %d evaluations): the criterion may be up to %.2g above its "
                            + "minimum, the largest gradient is %.2g. Estimates are those of the best point found. "
                            + "Try a simpler random-effects structure, or another start.",
                    optimum.ending() == Bfgs.Ending.EVALUATION_LIMIT
                            ? "stopped"
                            : optimum.ending() == Bfgs.Ending.STALLED ? "no further descent" : "no value at the start",
                    optimum.evaluations(),
                    optimum.excess(),
                    optimum.gradientNorm()));
        }
        List<VarianceComponent> components = fit.randomEffects();
        for (int t = 0; t < components.size(); t++) {
            if (optimum.singular()[t]) {
                messages.add(singular(components.get(t)));
            }
        }
        return new Convergence(
                searched,
                optimum.converged() && !reproduced,
                optimum.anySingular(),
                optimum.evaluations(),
                optimum.gradientNorm(),
                optimum.excess(),
                optimum.curvature(),
                optimum.boundaryCurvature(),
                List.copyOf(messages));
    }

    private static String singular(VarianceComponent component) {
        String term = "(" + String.join(" + ", component.names()).replace("(Intercept)", "1") + " | "
                + component.group() + ")";
        boolean any = false;
        for (int i = 0; i < component.size(); i++) {
            any |= component.standardDeviation(i) > 0;
        }
        if (!any) {
            return "Term " + term + (component.size() == 1 ? ": the variance is" : ": all variances are")
                    + " estimated as zero (singular fit). The data show no variation between " + component.group()
                    + " beyond the residual; the fit is that of the model without the term.";
        }
        return "Term " + term
                + ": the covariance matrix is singular: some combination of its " + component.size()
                + " random effects has no variance, as with a correlation of ±1. The data do not support so many per "
                + component.group() + ". The estimates are the maximum; consider fewer random slopes, or independent "
                + "ones ( || ).";
    }
}
