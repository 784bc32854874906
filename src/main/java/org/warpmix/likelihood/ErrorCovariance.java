package org.warpmix.likelihood;

/**
 * The covariance of the errors {@code γ̂ − γ} and {@code b̂ − b} at given covariance factors, relative to σ²: the inverse of
 * the coefficient matrix of Henderson's mixed-model equations, of which only what a row asks for is reckoned.
 *
 * <p>Robinson 1991, Statistical Science 6(1), doi:10.1214/ss/1177011926, section 5.
 */
public interface ErrorCovariance {

    /**
     * Variance of {@code x'(γ̂ − γ) + Σ_f z_f'(b̂_f − b_f)}, in the solver's coordinates. A level that the fit has not seen has
     * {@code b̂ = 0}: it adds {@code z'ΛΛ'z}. Of several grouping factors, rows with the same levels cost less one after the
     * other.
     *
     * @param x a row of X in the basis X̃, length p; not modified
     * @param levels of each block, −1 for one not seen; not modified
     * @param z per block a row of Z in the basis Z̃, length q; not modified
     * @param withFixed length p, overwritten by the covariance with γ̂ − γ; or {@code null}
     */
    double variance(double[] x, int[] levels, double[][] z, double[] withFixed);
}
