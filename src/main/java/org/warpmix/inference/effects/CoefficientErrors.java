package org.warpmix.inference.effects;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * Standard errors and degrees of freedom of all coefficients for responses of one design that are known by their optima only:
 * what {@link FixedEffectsInference} says of a fit. Immutable.
 */
public final class CoefficientErrors {

    private final Method method;
    private final DegreesOfFreedom degrees;
    private final double residual;
    /** {@code R⁻ᵀe_j}: each coefficient as a contrast of γ. */
    private final double[][] contrasts;

    private CoefficientErrors(Method method, DegreesOfFreedom degrees, double residual, double[][] contrasts) {
        this.method = method;
        this.degrees = degrees;
        this.residual = residual;
        this.contrasts = contrasts;
    }

    /**
     * For responses of a design.
     *
     * @throws IllegalArgumentException for Kenward and Roger's method without REML
     */
    public static CoefficientErrors of(Crossproducts design, Method method, DegreesOfFreedom degrees) {
        if (degrees == DegreesOfFreedom.KENWARD_ROGER && method != Method.REML) {
            throw new IllegalArgumentException(
                    "Kenward and Roger's degrees of freedom need REML. Leave out --ml, or take satterthwaite.");
        }
        FixedBasis basis = design.fixed();
        int p = basis.rank();
        double[] factor = basis.factor();
        double[][] contrasts = new double[p][p];
        for (int j = 0; j < p; j++) {
            contrasts[j][j] = 1;
            Triangular.solveTransposed(factor, p, contrasts[j]);
        }
        return new CoefficientErrors(method, degrees, design.n() - p, contrasts);
    }

    /**
     * Errors of the coefficients of one response.
     *
     * @param criterion that of the response
     * @param x its optimum
     * @param errors p standard errors at the optimum; overwritten by Kenward and Roger's method only, in units of sigma
     * @param df p degrees of freedom; overwritten
     * @return whether {@code errors} were overwritten
     */
    public boolean at(ProfiledCriterion criterion, double[] x, double[] errors, double[] df) {
        boolean adjusts = degrees == DegreesOfFreedom.KENWARD_ROGER;
        Satterthwaite satterthwaite =
                degrees == DegreesOfFreedom.SATTERTHWAITE ? Satterthwaite.of(criterion, x, method) : null;
        VarianceProducts products = adjusts ? VarianceProducts.of(criterion, x) : null;
        KenwardRoger kenwardRoger = adjusts ? KenwardRoger.of(products, (int) residual) : null;
        for (int j = 0; j < contrasts.length; j++) {
            if (adjusts) {
                double[] u = products.whitened(contrasts[j]);
                df[j] = kenwardRoger.degrees(u);
                errors[j] = Math.sqrt(kenwardRoger.variance(u));
            } else {
                df[j] = satterthwaite == null ? residual : satterthwaite.degrees(contrasts[j]);
            }
        }
        return adjusts;
    }
}
