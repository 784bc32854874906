package org.warpmix.inference.effects;

import org.warpmix.crossprod.FixedBasis;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * Degrees of freedom and small-sample standard errors of all coefficients for responses of one design, one after the other: what
 * {@link FixedEffectsInference} gives for a fit, from the statistics of a replicate alone. Immutable.
 */
public final class CoefficientErrors {

    private final DegreesOfFreedom degrees;
    private final Method method;
    /** {@code R⁻ᵀe_j} for each coefficient. */
    private final double[][] contrasts;

    /**
     * For the responses of a design.
     *
     * @param basis of the design
     * @throws IllegalArgumentException for Kenward and Roger's method with ML
     */
    public CoefficientErrors(FixedBasis basis, Method method, DegreesOfFreedom degrees) {
        if (degrees == DegreesOfFreedom.KENWARD_ROGER && method != Method.REML) {
            throw new IllegalArgumentException("Kenward and Roger's method needs REML, and the model is fitted by ML.");
        }
        this.degrees = degrees;
        this.method = method;
        int p = basis.rank();
        double[] factor = basis.factor();
        contrasts = new double[p][p];
        for (int j = 0; j < p; j++) {
            contrasts[j][j] = 1;
            Triangular.solveTransposed(factor, p, contrasts[j]);
        }
    }

    /**
     * Reckons at the estimates of one response.
     *
     * @param criterion that of the response
     * @param x the optimiser's vector at its minimum
     * @param errors the standard errors at this x; adjusted under Kenward and Roger's method, else left as they are
     * @param freedom degrees of freedom of each coefficient; overwritten
     */
    public void at(ProfiledCriterion criterion, double[] x, double[] errors, double[] freedom) {
        switch (degrees) {
            case RESIDUAL -> {
                for (int j = 0; j < contrasts.length; j++) {
                    freedom[j] = Satterthwaite.degrees(criterion, Method.REML);
                }
            }
            case SATTERTHWAITE -> {
                Satterthwaite satterthwaite = Satterthwaite.of(criterion, x, method);
                for (int j = 0; j < contrasts.length; j++) {
                    freedom[j] = satterthwaite.degrees(contrasts[j]);
                }
            }
            case KENWARD_ROGER -> {
                KenwardRoger kenwardRoger = KenwardRoger.of(criterion, x);
                for (int j = 0; j < contrasts.length; j++) {
                    double[] u = kenwardRoger.whitened(contrasts[j]);
                    errors[j] *= Math.sqrt(kenwardRoger.inflation(u));
                    freedom[j] = kenwardRoger.degrees(u);
                }
            }
        }
    }
}
