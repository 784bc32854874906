package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;

/**
 * The dense remainder of a block elimination, wherever its matrix lies: the effects of the factors that are not eliminated level
 * by level, then X̃, then ỹ.
 *
 * <p>With the rows P_vN and K_v of the sparse nodes as {@link BlockFactor} has them, N taken in the front,
 * <pre>
 * P = P_data − Σ_v P_vN'K_v P_vN,   F = D'PD + blockdiag(I, 0),   D = blockdiag(Λ, I),   F = LL',   S = D F⁻¹ D'
 * </pre>
 * The calls come in this order: {@link #factor}, any of the readers, {@link #invert}, any of those that read S.
 */
interface Front {

    /**
     * Takes in the part of a sparse node's row that lies in the front, before the factoring. A front that reads the rows from
     * {@link BlockProducts} itself has nothing to do.
     *
     * @param scaled {@code −L⁻¹Λ'P_vN}, whose products with itself leave P: row by row, laid out as the node's
     */
    default void subtract(int node, double[][] scaled) {}

    /** Whether {@link #subtract} wants to be called. */
    boolean takesRows();

    /** Begins anew with the cross-products of the data. */
    void clear(Crossproducts statistics);

    /**
     * Makes F and its factor, the column of ỹ left aside.
     *
     * @param k {@code K_v} of the sparse nodes, laid out as the pivots
     * @return whether all pivots were positive
     */
    boolean factor(double[][] lambda, double[] k);

    /** What factor and inverse cost, a factor alone being 1; 1 where the front is too small for the difference to matter. */
    default double inverseCost() {
        return 1;
    }

    /** Log determinant of the part of F that belongs to random effects. */
    double logDetA();

    /** Log determinant of M. */
    double logDetM();

    /** r². */
    double rSquared();

    /** {@code L⁻¹ỹ}; not to be modified. */
    double[] halfSolution();

    /** {@code x ← L⁻ᵀx}. */
    void solveTransposed(double[] x);

    /** The part of L that belongs to X̃: p×p, column-major, lower triangle. */
    void readFixed(double[] l);

    /**
     * {@code t = P_ỹ − P [b; γ]} of the random effects of the front.
     *
     * @param u {@code Λ⁻¹b}
     * @param b then γ
     * @param t overwritten
     */
    void residual(double[] u, double[] b, double[][] lambda, double[] t);

    /**
     * Overwrites the factor by S.
     *
     * @param withFixed whether the columns of X̃ belong to F
     * @param dLambda gains half of {@code ∂ log|F|/∂Λ} of the front's factors; or {@code null}
     */
    void invert(double[][] lambda, boolean withFixed, double[][] dLambda);

    /** An entry of S, the fixed effects behind the random ones where they belong to F. */
    double inverse(int i, int j);

    /**
     * {@code K̄_v −= P_vN S_NN P_Nv} for the nodes of the factor that goes first.
     *
     * @param kDerivative laid out as the pivots
     */
    void subtractQuadratics(double[] kDerivative);

    /**
     * {@code image −= source S_NN} for one row of a sparse node.
     *
     * @param source laid out as the row of the node
     * @param image the same
     */
    void subtractImage(int node, double[] source, double[] image);
}
