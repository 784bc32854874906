package org.warpmix.inference.variation;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.fit.Fit;
import org.warpmix.replicate.GaussianModel;

/**
 * Ordinary least squares on the rows of a fit, as if they were independent (weighted, where there are prior weights): what
 * standard errors it states, and what they are if the mixed model is right. Immutable.
 *
 * <pre>
 * stated  s² (X'X)⁻¹,   s² = RSS/(n − p)
 * right   σ² (X'X)⁻¹ X'VX (X'X)⁻¹
 * </pre>
 *
 * Moulton 1986, J. Econometrics 32(3). The square of their ratio is the design effect of a coefficient: about 1 + (n_j − 1) ICC
 * where its predictor is constant within groups, below one where it varies within groups only.
 */
public final class LeastSquares {

    private final double[] estimates;
    private final double[] stated;
    private final double[] right;

    private LeastSquares(double[] estimates, double[] stated, double[] right) {
        this.estimates = estimates;
        this.stated = stated;
        this.right = right;
    }

    /** Of the rows and the fixed effects of a fit. */
    public static LeastSquares of(Fit fit) {
        Crossproducts statistics = fit.profiledCriterion().statistics();
        FixedBasis fixed = statistics.fixed();
        int p = fixed.rank();
        GaussianModel model =
                GaussianModel.of(fit.profiledCriterion(), fit.model().method(), fit.optimum());
        double rss = statistics.ww()[p * (p + 2)];
        double[] identity = new double[p * p];
        for (int j = 0; j < p; j++) {
            identity[j + j * p] = 1;
        }
        double[] right = identity.clone();
        for (int f = 0; f < model.lambda().length; f++) {
            add(statistics.factors().get(f), model.lambda()[f], p, right);
        }
        return new LeastSquares(
                fixed.coefficients(new double[p]),
                errors(fixed, identity, rss / (statistics.n() - p)),
                errors(fixed, right, model.sigma() * model.sigma()));
    }

    /** Adds {@code Σ_j (Λ'B_j)'(Λ'B_j)} of the X columns of B. */
    private static void add(LevelProducts products, double[] lambda, int p, double[] sum) {
        int q = products.q();
        double[] image = new double[q * p];
        for (int level = 0; level < products.levels(); level++) {
            int at = level * q * products.width();
            for (int k = 0; k < p; k++) {
                for (int c = 0; c < q; c++) {
                    double value = 0;
                    for (int a = c; a < q; a++) {
                        value += lambda[a + c * q] * products.b()[at + a + k * q];
                    }
                    image[c + k * q] = value;
                }
            }
            for (int k = 0; k < p; k++) {
                for (int l = 0; l < p; l++) {
                    for (int c = 0; c < q; c++) {
                        sum[l + k * p] += image[c + l * q] * image[c + k * q];
                    }
                }
            }
        }
    }

    private static double[] errors(FixedBasis fixed, double[] covariance, double variance) {
        int p = fixed.rank();
        double[] given = fixed.covariance(covariance);
        double[] errors = new double[p];
        for (int j = 0; j < p; j++) {
            errors[j] = fixed.scale() * Math.sqrt(variance * given[j + j * p]);
        }
        return errors;
    }

    /** Number of coefficients: those of the fit, in its order. */
    public int size() {
        return estimates.length;
    }

    /** Estimate of least squares. */
    public double estimate(int j) {
        return estimates[j];
    }

    /** The standard error that least squares states. */
    public double statedError(int j) {
        return stated[j];
    }

    /** The standard error that the estimate has under the mixed model. */
    public double rightError(int j) {
        return right[j];
    }

    /** {@code (right/stated)²}. */
    public double designEffect(int j) {
        return Math.pow(right[j] / stated[j], 2);
    }
}
