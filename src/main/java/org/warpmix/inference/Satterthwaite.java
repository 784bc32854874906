package org.warpmix.inference;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * Satterthwaite's degrees of freedom of contrasts of the fixed effects. Immutable.
 *
 * <p>{@code ν = 2 V² / (g'Ag)} with V the variance of l'β̂, g its gradient by (θ, σ) and A = 2H⁻¹ their asymptotic covariance,
 * H the Hessian of the deviance (the REML criterion under REML); Fai and Cornelius 1996, J. Stat. Comput. Simul. 54,
 * doi:10.1080/00949659608811740, and Kuznetsova et al. 2017, J. Stat. Softw. 82(13), doi:10.18637/jss.v082.i13. Eliminating
 * σ from H leaves
 * <pre>
 * 1/ν = 1/ν₀ + h'P⁻¹h
 * </pre>
 * with ν₀ = n (ML) or n − p (REML), P the Hessian of the profiled criterion and h the gradient of log V with σ profiled out.
 * Neither depends on how the covariances are parameterised. P⁻¹ is taken over the eigenvectors of positive eigenvalues: a
 * vanished variance leaves directions without meaning.
 */
final class Satterthwaite {

    /** Order of sets of random effects up to which derivatives are exact. */
    private static final int LARGEST_EXACT = 2000;
    /** Of the largest eigenvalue. */
    private static final double FLAT = 1e-9;

    private final Sensitivity sensitivity;
    private final double degrees;
    private final double[] values;
    private final double[] vectors;
    private final int flat;

    Satterthwaite(Sensitivity sensitivity, double degrees) {
        this.sensitivity = sensitivity;
        this.degrees = degrees;
        int k = (int) Math.round(Math.sqrt(sensitivity.hessian().length));
        SymmetricEigen spectrum = SymmetricEigen.of(sensitivity.hessian(), k);
        values = spectrum.values();
        vectors = spectrum.vectors();
        int count = 0;
        while (count < k && !(values[count] > FLAT * values[k - 1])) {
            count++;
        }
        flat = count;
    }

    /**
     * The method at the estimates.
     *
     * @param x the optimiser's vector
     */
    static Satterthwaite of(ProfiledCriterion criterion, double[] x, Method method) {
        Crossproducts statistics = criterion.statistics();
        boolean exact = statistics.classes() != null || new LevelSets(statistics).largest() <= LARGEST_EXACT;
        return new Satterthwaite(
                exact ? new ExactSensitivity(criterion, x, method) : new DifferenceSensitivity(criterion, x),
                degrees(criterion, method));
    }

    /** ν₀. */
    static double degrees(ProfiledCriterion criterion, Method method) {
        int n = criterion.statistics().n();
        return method == Method.ML ? n : n - criterion.statistics().p();
    }

    /**
     * Degrees of freedom of a contrast.
     *
     * @param l the contrast of γ, the coefficients in the orthonormal basis; not modified
     */
    double degrees(double[] l) {
        double[] h = sensitivity.logVarianceGradient(l);
        double inverse = 1 / degrees;
        for (int j = flat; j < values.length; j++) {
            double slope = 0;
            for (int i = 0; i < h.length; i++) {
                slope += vectors[i + j * h.length] * h[i];
            }
            inverse += slope * slope / values[j];
        }
        return 1 / inverse;
    }
}
