package org.warpmix.backend;

import java.util.concurrent.Executor;
import org.warpmix.unit.Workers;

/**
 * What a batch is to give beside the estimates, and with how many threads.
 *
 * @param standardErrors whether to give the standard errors of the fixed effects
 * @param tested numbers of the fixed effects, among those that the basis keeps, for a Wald statistic; or {@code null}
 * @param centre the values of the effects tested that the statistic measures the distance from; {@code null} for zeros
 * @param threads how many threads work, the caller's among them; results do not depend on it
 * @param executor where the others come from
 */
public record BatchOptions(boolean standardErrors, int[] tested, double[] centre, int threads, Executor executor) {

    /** Estimates only, by as many threads of our own as {@link Workers#threads} says. */
    public static BatchOptions defaults() {
        return new BatchOptions(false, null, null, Workers.threads(), Workers.OWN);
    }

    public BatchOptions withStandardErrors(boolean asked) {
        return new BatchOptions(asked, tested, centre, threads, executor);
    }

    /** Asks for the Wald statistic of the hypothesis that these effects are zero. */
    public BatchOptions withTested(int... effects) {
        return new BatchOptions(standardErrors, effects.clone(), null, threads, executor);
    }

    /**
     * Asks for the Wald statistic of the hypothesis that these effects have these values.
     *
     * @param centre as many as effects
     */
    public BatchOptions withTested(int[] effects, double[] centre) {
        return new BatchOptions(standardErrors, effects.clone(), centre.clone(), threads, executor);
    }

    public BatchOptions withThreads(int number) {
        return new BatchOptions(standardErrors, tested, centre, number, executor);
    }

    /** Takes further threads from there and starts none: where it has none free, the caller's does the work. */
    public BatchOptions withExecutor(Executor chosen) {
        return new BatchOptions(standardErrors, tested, centre, threads, chosen);
    }
}
