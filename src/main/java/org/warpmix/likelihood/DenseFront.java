package org.warpmix.likelihood;

import java.util.function.Consumer;

/**
 * A device that keeps the front of {@link FrontPattern} and works on it:
 * <pre>
 * F = D'(P_data − Σ_v P_vN'K_v P_vN) D + blockdiag(I, 0),   D = blockdiag(Λ, I),   F = LL'
 * </pre>
 * {@link #factor} comes first, then {@link #solveTransposed}, then {@link #invert}, which overwrites L.
 */
public interface DenseFront extends AutoCloseable {

    /** Makes fronts where they are wanted. */
    interface Maker {
        /**
         * Whether it is to have the front of a model; otherwise this stays in the host's memory.
         *
         * @throws IllegalArgumentException where it has to have it and cannot; says why, and the way out
         */
        boolean takes(FrontSize size);

        /** Told that a front stays in the host's memory, before that is taken. */
        default void stays(FrontSize size) {}

        /**
         * One that takes none.
         *
         * @param notice takes the line that tells how much memory a large front is going to take
         */
        static Maker none(Consumer<String> notice) {
            return new Maker() {
                @Override
                public boolean takes(FrontSize size) {
                    return false;
                }

                @Override
                public void stays(FrontSize size) {
                    size.tell(notice);
                }

                @Override
                public DenseFront of(FrontPattern pattern) {
                    throw new IllegalStateException("no front was taken");
                }
            };
        }

        /** A front that it takes, with all memory that evaluations of the criterion need. */
        DenseFront of(FrontPattern pattern);
    }

    /** Takes the values of another response of the same design. */
    void load(double[] baseValue, double[] values);

    /**
     * Makes F and factors it.
     *
     * @param lambda of each factor of the front
     * @param k K_v of each node, q×q one after the other
     * @return 0, or the order of the first leading minor of F that is not positive
     */
    int factor(double[][] lambda, double[] k);

    /** The diagonal of L, then its last row, {@code (L⁻¹ỹ)'} but for its last entry. */
    double[] pivots();

    /** {@code x ← L⁻ᵀx} for all columns but ỹ's. */
    void solveTransposed(double[] x);

    /**
     * Inverts the leading columns of F.
     *
     * @param columns how many; those of the random effects, or those of X̃ as well
     * @param gathered F⁻¹ where the pattern has entries of the data, laid out as {@code baseValue}; overwritten
     * @param nodes for each node {@code P_vN S_NN P_Nv}, {@code S = D F⁻¹ D'}, q×q, and for each factor of the front
     *     {@code Σ_j P_jv K_v [P_vN D F⁻¹]_j} over its levels; overwritten
     */
    void invert(int columns, double[] gathered, double[] nodes);

    /** An entry of the lower triangle of L, or any of F⁻¹ once this has taken its place. */
    double entry(int i, int j);

    @Override
    void close();
}
