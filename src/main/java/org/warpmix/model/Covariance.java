package org.warpmix.model;

/**
 * How theta fills the relative covariance factor of one random-effects term: the seam for further structures.
 *
 * <p>A term with q columns has {@code Var(b) = σ² Λ Λ'} with Λ (q×q, lower triangular) a function of the
 * term's stretch of theta. Bates et al. 2015, J. Stat. Softw. 67(1), section 2.2.
 */
public interface Covariance {

    /** Number of random-effect columns q. */
    int columns();

    /** Number of entries of theta that this term takes. */
    int thetaCount();

    /**
     * Fills Λ from theta.
     *
     * @param theta relative to sigma; read from {@code offset}; not modified
     * @param lambda q×q column-major, entry (i, j) at {@code i + j*q}; overwritten, zeros above the diagonal
     */
    void lambda(double[] theta, int offset, double[] lambda);

    /**
     * Chain rule from Λ to theta: adds {@code Σ_ij dLambda[i,j] ∂Λ[i,j]/∂theta} to the gradient.
     *
     * @param theta as in {@link #lambda}; not modified
     * @param dLambda q×q column-major derivative of the criterion with respect to Λ; not modified
     * @param gradient added to from {@code offset}
     */
    void pullBack(double[] theta, int offset, double[] dLambda, double[] gradient);

    /**
     * Inverse of {@link #lambda} for a structure that is {@link #basisFree}.
     *
     * @param lambda q×q column-major, lower triangular with a non-negative diagonal; not modified
     * @param theta written from {@code offset}
     */
    void theta(double[] lambda, double[] theta, int offset);

    /**
     * Whether every invertible linear change of the term's columns is absorbed by a change of theta, so that the
     * solver may work in whichever basis of the columns is best conditioned.
     */
    boolean basisFree();
}
