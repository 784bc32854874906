package org.warpmix.inference;

import java.util.concurrent.Executor;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.replicate.PermutedResponses;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * A permutation test of fixed effects of a fitted model. Immutable; each {@code with…} gives another one.
 *
 * <pre>
 * PermutationResult days = Permutation.of(fit, "Days").withReplicates(9_999).withSeed(42).run();
 * </pre>
 *
 * <p>The statistic is Wald's, {@code b'V⁻¹b} with b the effects and V their covariance: of the fit itself, and of the model
 * fitted anew to each rearranged response. What is rearranged, and what has to be exchangeable for that, says the
 * {@link PermutationScheme}. By {@link PermutationScheme#TER_BRAAK} the replicates' statistic measures the distance from the
 * fit's effects, else from zero.
 *
 * <p>Where the design has no more arrangements than replicates are asked for (and at most
 * {@value PermutedResponses#ENUMERABLE}), each is taken once and the p-value is exact. Else replicate i depends on seed and i
 * only, so that runs can be split by {@link #withRange}.
 */
public final class Permutation implements ReplicateRun<PermutationResult> {

    private final FixedTerm term;
    private final PermutationScheme scheme;
    private final String factor;
    private final Replicates replicates;

    private Permutation(FixedTerm term, PermutationScheme scheme, String factor, Replicates replicates) {
        this.term = term;
        this.scheme = scheme;
        this.factor = factor;
        this.replicates = replicates;
    }

    /**
     * A test by the scheme of Freedman and Lane with 1,000 replicates and seed 1.
     *
     * @param term a term of the formula's fixed effects, e.g. {@code service:dept}, or a coefficient, e.g. {@code Days}
     * @throws IllegalArgumentException where the model has no such term, with the nearest names, and where its effects cannot
     *     be told from the others'
     */
    public static Permutation of(Fit fit, String term) {
        fit.design().data().requireRows("A permutation test");
        return new Permutation(FixedTerm.of(fit, term), PermutationScheme.FREEDMAN_LANE, null, Replicates.defaults());
    }

    /** Chooses what is rearranged. */
    public Permutation withScheme(PermutationScheme chosen) {
        return new Permutation(term, chosen, factor, replicates);
    }

    /**
     * Names the grouping factor within whose levels rows are permuted by {@link PermutationScheme#WITHIN_GROUPS}. Not needed
     * where there is one; other schemes take no notice.
     */
    public Permutation withFactor(String name) {
        return new Permutation(term, scheme, name, replicates);
    }

    /** Fits the replicates 1 to B. */
    public Permutation withReplicates(long number) {
        return withRange(1, number);
    }

    /**
     * Fits some replicates only, such as one machine's share.
     *
     * @param first number of the first one, from 1
     */
    public Permutation withRange(long first, long count) {
        return new Permutation(term, scheme, factor, replicates.withRange(first, count));
    }

    /** Chooses the random numbers; any seed will do. */
    public Permutation withSeed(long seed) {
        return new Permutation(term, scheme, factor, replicates.withSeed(seed));
    }

    /** Chooses where replicates are fitted. */
    public Permutation withBackend(Backend backend) {
        return new Permutation(term, scheme, factor, replicates.withBackend(backend));
    }

    /** Chooses how many threads work. */
    public Permutation withThreads(int number) {
        return new Permutation(term, scheme, factor, replicates.withThreads(number));
    }

    /**
     * Takes the threads beside the caller's from there. Where it has none free, the caller's does the work. Models whose factors cross
     * in hundreds of columns share their matrices with a pool of our own, too, unless the property org.warpmix.threads is 1.
     */
    public Permutation withExecutor(Executor executor) {
        return new Permutation(term, scheme, factor, replicates.withExecutor(executor));
    }

    /** The full model. */
    public Fit fit() {
        return term.fit();
    }

    /** What is tested, as it was asked for. */
    public String term() {
        return term.name();
    }

    /** What is rearranged. */
    public PermutationScheme scheme() {
        return scheme;
    }

    /** Where replicates are fitted. */
    public Backend backend() {
        return replicates.backend();
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

    /** Runs it. */
    public PermutationResult run() {
        return run(block -> true);
    }

    @Override
    public PermutationResult run(Backend.Sink listener) {
        PermutedResponses source = source();
        Replicates range = range(source);
        PermutationResult.Tally tally = new PermutationResult.Tally(term.wald());
        range.run(batch(source, options()), block -> {
            tally.add(block);
            return listener.accept(block);
        });
        return new PermutationResult(this, tally, range.count(), source.enumerated());
    }

    @Override
    public PermutationResult run(UnitStore store, Backend.Sink listener) {
        PermutedResponses source = source();
        PermutationResult.Tally tally = new PermutationResult.Tally(term.wald());
        units(source).run(store, Shard.WHOLE, block -> {
            tally.add(block);
            return listener.accept(block);
        });
        return new PermutationResult(this, tally, range(source).count(), source.enumerated());
    }

    @Override
    public boolean fill(UnitStore store, Shard shard, Backend.Sink listener) {
        return units(source()).run(store, shard, listener);
    }

    @Override
    public RunIdentity identity() {
        RunIdentity asked = RunIdentity.of("permute", 0)
                .with("term", term.name())
                .with("scheme", scheme)
                .with("factor", factor);
        return units(source()).identity(asked, fit());
    }

    /** All arrangements where they are gone through, else the replicates asked for. */
    private Replicates range(PermutedResponses source) {
        return source.enumerated() ? replicates.withRange(1, source.arrangements()) : replicates;
    }

    private ReplicateUnits units(PermutedResponses source) {
        return new ReplicateUnits(range(source), batch(source, options()));
    }

    /** Fits one replicate alone: the same numbers as in a run of as many replicates as are asked for here. */
    public ReplicateFit replicate(long number) {
        ReplicateBlock[] one = new ReplicateBlock[1];
        replicates.withRange(number, 1).run(batch(source(), options().withStandardErrors(true)), block -> {
            one[0] = block;
            return true;
        });
        return ReplicateFit.of(fit(), seed(), one[0], 0);
    }

    private boolean aroundFull() {
        return scheme == PermutationScheme.TER_BRAAK;
    }

    private PermutedResponses source() {
        FittedModel model = aroundFull() ? BootstrapType.fitted(fit()) : term.reduced();
        Crossproducts statistics = fit().profiledCriterion().statistics();
        PermutedResponses drawn = PermutedResponses.of(scheme, statistics, model, factor, seed());
        check(drawn);
        long all = drawn.arrangements();
        // Around the full model the observed statistic is not that of an arrangement, so there is no exact p-value.
        boolean exact = !aroundFull() && first() == 1 && all <= count() && all <= PermutedResponses.ENUMERABLE;
        return exact ? PermutedResponses.enumerate(scheme, statistics, model, factor) : drawn;
    }

    private void check(PermutedResponses drawn) {
        int[] kept = fit().profiledCriterion().statistics().fixed().kept();
        for (int effect : term.effects()) {
            if (drawn.tells(fit().design().data().x()[kept[effect]])) {
                return;
            }
        }
        throw new IllegalArgumentException("Permuting by " + scheme + " cannot test " + term.name()
                + ": it is the same in all that is exchanged, so every replicate has the statistic observed. Permute by "
                + PermutationScheme.SIGN_FLIP + ".");
    }

    private BatchOptions options() {
        BatchOptions options = replicates.options();
        return aroundFull() ? options.withTested(term.effects(), term.estimates()) : options.withTested(term.effects());
    }

    private Batch batch(PermutedResponses source, BatchOptions options) {
        return new Batch(
                fit().design().data(),
                fit().profiledCriterion().statistics(),
                fit().model().method(),
                fit().optimum(),
                source,
                options);
    }
}
