package org.warpmix.backend;

/**
 * What a batch is to give beside the estimates, and with how many threads.
 *
 * @param standardErrors whether to give the standard errors of the fixed effects
 * @param tested numbers of the fixed effects, among those that the basis keeps, for a Wald statistic; or {@code null}
 * @param centre the values of the effects tested that the statistic measures the distance from; {@code null} for zeros
 * @param threads how many threads work; results do not depend on it
 */
public record BatchOptions(boolean standardErrors, int[] tested, double[] centre, int threads) {

    /** Estimates only, one thread per processor or as many as the property {@code org.warpmix.threads} says. */
    public static BatchOptions defaults() {
        int threads =
                Integer.getInteger("org.warpmix.threads", Runtime.getRuntime().availableProcessors());
        return new BatchOptions(false, null, null, Math.max(1, threads));
    }

    public BatchOptions withStandardErrors(boolean asked) {
        return new BatchOptions(asked, tested, centre, threads);
    }

    /** Asks for the Wald statistic of the hypothesis that these effects are zero. */
    public BatchOptions withTested(int... effects) {
        return new BatchOptions(standardErrors, effects.clone(), null, threads);
    }

    /**
     * Asks for the Wald statistic of the hypothesis that these effects have these values.
     *
     * @param centre as many as effects
     */
    public BatchOptions withTested(int[] effects, double[] centre) {
        return new BatchOptions(standardErrors, effects.clone(), centre.clone(), threads);
    }

    public BatchOptions withThreads(int number) {
        return new BatchOptions(standardErrors, tested, centre, number);
    }
}
