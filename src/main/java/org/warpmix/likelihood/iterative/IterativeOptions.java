package org.warpmix.likelihood.iterative;

/**
 * How an {@link IterativeLikelihood} is reckoned.
 *
 * @param probes number of random vectors of the log determinant's trace, at least 4
 * @param tolerance residual of the conjugate gradients relative to the right-hand side
 * @param seed of the probes, which are the same at every point
 */
public record IterativeOptions(int probes, double tolerance, long seed) {

    public IterativeOptions {
        if (probes < 4 || !(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException(
                    "Iterative solver: " + probes + " probes and a tolerance of " + tolerance
                            + "; expected at least 4 probes, since their scatter tells the error, and a tolerance between 0 and 1.");
        }
    }

    /** 32 probes, a tolerance of 1e-8, seed 1. */
    public static IterativeOptions defaults() {
        return new IterativeOptions(32, 1e-8, 1);
    }

    /** Another number of probes: the error goes with its inverse square root, the time with it. */
    public IterativeOptions withProbes(int number) {
        return new IterativeOptions(number, tolerance, seed);
    }

    /** Other probes. */
    public IterativeOptions withSeed(long chosen) {
        return new IterativeOptions(probes, tolerance, chosen);
    }
}
