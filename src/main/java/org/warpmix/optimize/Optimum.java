package org.warpmix.optimize;

/**
 * Where the criterion was found to be smallest, and what vouches for it.
 *
 * @param x the optimiser's vector, see {@link org.warpmix.likelihood.Parameters}
 * @param criterion d there
 * @param ending how the search ended
 * @param evaluations of the criterion with its gradient that the search took
 * @param gradientNorm largest absolute entry of the gradient with respect to x, in which variances are relative to σ²
 *     and predictors are standardised
 * @param excess predicted excess of the criterion over its minimum: ½ g'H⁻¹g with H the Hessian where it was formed
 *     (up to 60 parameters), else the search's approximation of it
 * @param curvature smallest eigenvalue of the Hessian of d with respect to x at the end, directions that a vanished
 *     variance leaves without meaning included: clearly negative only at a saddle
 * @param boundaryCurvature smallest second-order growth of d when a variance that was estimated as zero is let in
 *     (per unit of that variance relative to σ²): not negative at a minimum; +∞ where nothing is on the boundary
 * @param singular per term, in the model's order, whether its covariance matrix is singular
 */
public record Optimum(
        double[] x,
        double criterion,
        Bfgs.Ending ending,
        int evaluations,
        double gradientNorm,
        double excess,
        double curvature,
        double boundaryCurvature,
        boolean[] singular) {

    /** Whether the search met its tolerance and ended at a minimum. */
    public boolean converged() {
        return ending == Bfgs.Ending.CONVERGED;
    }

    /** Whether the covariance matrix of any term is singular. */
    public boolean anySingular() {
        for (boolean one : singular) {
            if (one) {
                return true;
            }
        }
        return false;
    }
}
