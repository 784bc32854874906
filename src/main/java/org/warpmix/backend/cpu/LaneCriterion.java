package org.warpmix.backend.cpu;

/**
 * The criterion of several replicates of one design at once. A lane holds one replicate; entry e of lane l of what is
 * interleaved is {@code array[e][l]}. Lanes do not touch each other: what comes out for a replicate is the same bits in any
 * lane and any company. An instance serves one thread.
 */
interface LaneCriterion {

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
     * Evaluates all lanes, those without a replicate included, whose results mean nothing.
     *
     * @param x k×L, see {@link org.warpmix.likelihood.Parameters}; not modified
     * @param value L criteria, not finite where there is none; overwritten
     * @param gradient k×L; overwritten
     */
    void evaluate(double[][] x, double[] value, double[][] gradient);

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
}
