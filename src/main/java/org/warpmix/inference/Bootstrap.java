package org.warpmix.inference;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.fit.Fit;
import org.warpmix.replicate.LeaveOneGroupOut;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * A bootstrap of a fitted model: what is drawn anew, how often, and where it is fitted. Immutable; each {@code with…} gives
 * another one.
 *
 * <pre>
 * BootstrapResult result = Bootstrap.of(fit).withReplicates(10_000).withSeed(42).run();
 * Interval days = result.interval("beta.Days", IntervalType.PERCENTILE, 0.95);
 * </pre>
 *
 * <p>Replicate i depends on seed and i only: not on the number of threads, nor on which others are fitted. So runs can be
 * split by {@link #withRange}, and {@link #replicate} gives any one again.
 */
public final class Bootstrap implements ReplicateRun<BootstrapResult> {

    private final Fit fit;
    private final BootstrapType type;
    private final String factor;
    private final boolean standardErrors;
    private final Replicates replicates;

    private Bootstrap(Fit fit, BootstrapType type, String factor, boolean standardErrors, Replicates replicates) {
        this.fit = fit;
        this.type = type;
        this.factor = factor;
        this.standardErrors = standardErrors;
        this.replicates = replicates;
    }

    /** A parametric bootstrap of 1,000 replicates with seed 1. */
    public static Bootstrap of(Fit fit) {
        return new Bootstrap(fit, BootstrapType.PARAMETRIC, null, false, Replicates.defaults());
    }

    /** Fits the replicates 1 to B. */
    public Bootstrap withReplicates(long number) {
        return withRange(1, number);
    }

    /**
     * Fits some replicates only, such as one machine's share.
     *
     * @param first number of the first one, from 1
     */
    public Bootstrap withRange(long first, long count) {
        return new Bootstrap(fit, type, factor, standardErrors, replicates.withRange(first, count));
    }

    /** Chooses the random numbers; any seed will do. */
    public Bootstrap withSeed(long seed) {
        return new Bootstrap(fit, type, factor, standardErrors, replicates.withSeed(seed));
    }

    /** Chooses what is drawn anew. */
    public Bootstrap withType(BootstrapType chosen) {
        return new Bootstrap(fit, chosen, factor, standardErrors, replicates);
    }

    /**
     * Names the grouping factor whose levels cases are drawn of. Not needed where there is one, or where all others are
     * nested in one; other types take no notice.
     */
    public Bootstrap withFactor(String name) {
        return new Bootstrap(fit, type, name, standardErrors, replicates);
    }

    /** Asks for the standard errors of each replicate's fixed effects; studentised intervals need them. */
    public Bootstrap withStandardErrors(boolean asked) {
        return new Bootstrap(fit, type, factor, asked, replicates);
    }

    /** Chooses where replicates are fitted. */
    public Bootstrap withBackend(Backend backend) {
        return new Bootstrap(fit, type, factor, standardErrors, replicates.withBackend(backend));
    }

    /** Chooses how many threads work. */
    public Bootstrap withThreads(int number) {
        return new Bootstrap(fit, type, factor, standardErrors, replicates.withThreads(number));
    }

    /**
     * Takes the threads beside the caller's from there. Where it has none free, the caller's does the work. Models whose factors cross
     * in hundreds of columns share their matrices with a pool of our own, too, unless the property org.warpmix.threads is 1.
     */
    public Bootstrap withExecutor(Executor executor) {
        return new Bootstrap(fit, type, factor, standardErrors, replicates.withExecutor(executor));
    }

    /** The model that is bootstrapped. */
    public Fit fit() {
        return fit;
    }

    /** What is drawn anew. */
    public BootstrapType type() {
        return type;
    }

    /** Where replicates are fitted. */
    public Backend backend() {
        return replicates.backend();
    }

    /** Whether each replicate has standard errors. */
    public boolean standardErrors() {
        return standardErrors;
    }

    /** Number of the first replicate. */
    public long first() {
        return replicates.first();
    }

    @Override
    public long count() {
        return replicates.count();
    }

    /** The seed. */
    public long seed() {
        return replicates.seed();
    }

    /**
     * Sees to it, before the work is done, that intervals of a type are to be had.
     *
     * @throws IllegalArgumentException where the model does not allow them, saying why
     */
    public void check(IntervalType type) {
        if (type == IntervalType.BCA) {
            LeaveOneGroupOut.of(fit.design().data(), fit.profiledCriterion().statistics());
        }
    }

    /** Runs it. */
    public BootstrapResult run() {
        return run(block -> true);
    }

    @Override
    public BootstrapResult run(Backend.Sink listener) {
        Summarizer summarizer = summarizer();
        replicates.run(batch(), block -> {
            summarizer.add(block);
            return listener.accept(block);
        });
        return new BootstrapResult(this, summarizer);
    }

    @Override
    public BootstrapResult run(UnitStore store, Backend.Sink listener) {
        Summarizer summarizer = summarizer();
        new ReplicateUnits(replicates, batch()).run(store, Shard.WHOLE, block -> {
            summarizer.add(block);
            return listener.accept(block);
        });
        return new BootstrapResult(this, summarizer);
    }

    @Override
    public boolean fill(UnitStore store, Shard shard, Backend.Sink listener) {
        return new ReplicateUnits(replicates, batch()).run(store, shard, listener);
    }

    @Override
    public RunIdentity identity() {
        RunIdentity asked = RunIdentity.of("bootstrap", 0)
                .with("type", type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .with("factor", factor)
                .with("standard errors", standardErrors ? "yes" : null);
        return new ReplicateUnits(replicates, batch()).identity(asked, fit);
    }

    private Summarizer summarizer() {
        return new Summarizer(new Estimands(fit, standardErrors));
    }

    /** Fits one replicate alone: the same numbers as in any run that has it. */
    public ReplicateFit replicate(long number) {
        ReplicateBlock[] one = new ReplicateBlock[1];
        replicates.withRange(number, 1).run(batch(), block -> {
            one[0] = block;
            return true;
        });
        return ReplicateFit.of(fit, seed(), one[0], 0);
    }

    /**
     * Accelerations of the parameters for BCa intervals, {@code Σ d³ / 6(Σ d²)^1.5} with d the mean of the jackknife's
     * estimates minus each: one fit for each group left out. Efron and Tibshirani 1993, An Introduction to the Bootstrap,
     * equation 14.15. Groups without whom there is no estimate are left aside.
     *
     * @throws IllegalArgumentException for crossed grouping factors
     */
    double[] accelerations() {
        LeaveOneGroupOut jackknife =
                LeaveOneGroupOut.of(fit.design().data(), fit.profiledCriterion().statistics());
        int groups = jackknife.groups();
        Estimands estimands = new Estimands(fit, false);
        double[][] estimates = new double[estimands.columns()][groups];
        replicates.withRange(1, groups).run(batch(jackknife.source(), replicates.options()), block -> {
            double[][] columns = estimands.columns(block);
            for (int c = 0; c < columns.length; c++) {
                System.arraycopy(columns[c], 0, estimates[c], (int) block.first() - 1, block.count());
            }
            return true;
        });
        double[] accelerations = new double[estimates.length];
        Arrays.setAll(accelerations, c -> acceleration(estimates[c]));
        return accelerations;
    }

    private static double acceleration(double[] estimates) {
        double mean =
                Arrays.stream(estimates).filter(Double::isFinite).average().orElse(Double.NaN);
        double squares = 0;
        double cubes = 0;
        for (double estimate : estimates) {
            if (Double.isFinite(estimate)) {
                double d = mean - estimate;
                squares += d * d;
                cubes += d * d * d;
            }
        }
        return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
    }

    private Batch batch() {
        if (type != BootstrapType.PARAMETRIC) {
            fit.design().data().requireRows("A bootstrap other than the parametric one");
        }
        return batch(type.source(fit, factor, seed()), replicates.options().withStandardErrors(standardErrors));
    }

    private Batch batch(ReplicateSource source, BatchOptions options) {
        return new Batch(
                fit.design().data(),
                fit.profiledCriterion().statistics(),
                fit.model().method(),
                fit.optimum(),
                source,
                options);
    }
}
