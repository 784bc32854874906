package org.warpmix.inference;

/** How criterion and variances react to the optimiser's vector x at the estimates. */
interface Sensitivity {

    /** Hessian of the profiled criterion by x, column-major. */
    double[] hessian();

    /**
     * Gradient by x of {@code log Var(l'β̂)}, sigma profiled out.
     *
     * @param l the contrast of γ, the coefficients in the orthonormal basis; not modified
     */
    double[] logVarianceGradient(double[] l);
}
