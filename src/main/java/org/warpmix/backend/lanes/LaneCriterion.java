package org.warpmix.backend.lanes;

/**
 * The criterion of several replicates of one design at once. A lane holds one replicate; entry e of lane l of what is
 * interleaved is {@code array[e][l]}. Lanes do not touch each other: what comes out for a replicate is the same bits in any
 * lane and any company. An instance serves one thread.
 */
public interface LaneCriterion extends AutoCloseable {

    /** Number of lanes L. */
    int lanes();

    /**
     * Puts consecutive replicates into lanes, all at once: their entries lie side by side.
     *
     * @param into numbers of the lanes, as many as there are replicates to load
     * @param drawn what the source drew, entry e of replicate i at {@code drawn[e][i]}
     * @param first the replicate for the first of the lanes, the next for the second, and so on
     * @param sound per replicate whether it can be fitted at all; overwritten
     */
    void load(int[] into, int count, double[][] drawn, int first, boolean[] sound);

    /**
     * Evaluates the lanes that hold a replicate. It may evaluate the others, too: what it writes there means nothing.
     *
     * @param x k×L, see {@link org.warpmix.likelihood.Parameters}; not modified
     * @param occupied numbers of the lanes that hold a replicate, ascending
     * @param count how many these are
     * @param value L criteria, not finite where there is none; overwritten
     * @param gradient k×L; overwritten
     */
    void evaluate(double[][] x, int[] occupied, int count, double[] value, double[][] gradient);

    /** Predicted excess over the minimum at which a search is to end: the smaller, the less an evaluation costs. */
    double tolerance();

    /** Penalised residual sum of squares of a lane at the last evaluation, in units s² of its response's unit. */
    double rSquared(int lane);

    /** ν of a lane: n under ML, n − p under REML. */
    double degrees(int lane);

    /**
     * Fixed effects of a lane at the last evaluation.
     *
     * @param gamma p entries, overwritten
     */
    void gamma(int lane, double[] gamma);

    /**
     * {@code M_XX⁻¹} of a lane at the last evaluation.
     *
     * @param inverse p×p, overwritten
     */
    void fixedInverse(int lane, double[] inverse);

    /** Gives back what is not the garbage collector's. */
    @Override
    default void close() {}
}
