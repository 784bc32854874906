package org.warpmix.inference.comparison;

import java.util.Arrays;
import java.util.concurrent.Executor;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.Embedding;
import org.warpmix.fit.Fit;
import org.warpmix.inference.BootstrapType;
import org.warpmix.inference.Replicates;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.GaussianModel;
import org.warpmix.replicate.NestedStatistics;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;

/**
 * A likelihood-ratio test by parametric bootstrap: both models are fitted to responses drawn from the smaller one. Immutable; each
 * {@code with…} gives another one. Halekoh and Højsgaard 2014, J. Stat. Softw. 59(9), section 4 ({@code PBmodcomp} of pbkrtest).
 *
 * <pre>
 * LikelihoodRatioBootstrapResult slopes = LikelihoodRatioBootstrap.of(intercepts, slopes).withReplicates(9_999).run();
 * </pre>
 *
 * <p>The statistic does not change when a response is shifted by fixed effects of the smaller model, so random parts alone are drawn.
 * With one grouping factor, in common, no row is: the statistics of the larger design are drawn with the smaller model's covariance
 * expressed in it, {@code Φ_L = A Φ_S A'}, and those of the smaller design are functions of them ({@link NestedStatistics}). Else rows
 * are drawn, once for each model from the same random numbers. Replicate i depends on seed and i only.
 */
public final class LikelihoodRatioBootstrap {

    /** How many replicates one model is fitted to before it is the other's turn. */
    private static final int CHUNK = 1 << 16;

    private final LikelihoodRatioTest test;
    private final Replicates replicates;

    private LikelihoodRatioBootstrap(LikelihoodRatioTest test, Replicates replicates) {
        this.test = test;
        this.replicates = replicates;
    }

    /**
     * A bootstrap of 1,000 replicates with seed 1.
     *
     * @throws IllegalArgumentException as {@link LikelihoodRatioTest#of}
     */
    public static LikelihoodRatioBootstrap of(Fit smaller, Fit larger) {
        return new LikelihoodRatioBootstrap(LikelihoodRatioTest.of(smaller, larger), Replicates.defaults());
    }

    /** Fits the replicates 1 to B. */
    public LikelihoodRatioBootstrap withReplicates(long number) {
        return new LikelihoodRatioBootstrap(test, replicates.withRange(1, number));
    }

    /** Chooses the random numbers; any seed will do. */
    public LikelihoodRatioBootstrap withSeed(long seed) {
        return new LikelihoodRatioBootstrap(test, replicates.withSeed(seed));
    }

    /** Chooses where replicates are fitted. */
    public LikelihoodRatioBootstrap withBackend(Backend backend) {
        return new LikelihoodRatioBootstrap(test, replicates.withBackend(backend));
    }

    /** Chooses how many threads work. */
    public LikelihoodRatioBootstrap withThreads(int number) {
        return new LikelihoodRatioBootstrap(test, replicates.withThreads(number));
    }

    /**
     * Takes the threads beside the caller's from there. Where it has none free, the caller's does the work. Models whose factors cross
     * in hundreds of columns share their matrices with a pool of our own, too, unless the property org.warpmix.threads is 1.
     */
    public LikelihoodRatioBootstrap withExecutor(Executor executor) {
        return new LikelihoodRatioBootstrap(test, replicates.withExecutor(executor));
    }

    /** The test of the two models by χ². */
    public LikelihoodRatioTest test() {
        return test;
    }

    /** Number of replicates asked for. */
    public long count() {
        return replicates.count();
    }

    /** The seed. */
    public long seed() {
        return replicates.seed();
    }

    /** Where replicates are fitted. */
    public Backend backend() {
        return replicates.backend();
    }

    /** Runs it. */
    public LikelihoodRatioBootstrapResult run() {
        return run(block -> true);
    }

    /**
     * Runs it and lets somebody look on: every block of the larger model's fits in order, then {@code false} to stop. What the
     * listener throws ends the run and is thrown on.
     */
    public LikelihoodRatioBootstrapResult run(Backend.Sink listener) {
        Fit smaller = test.models().get(0);
        Fit larger = test.models().get(1);
        ReplicateSource[] sources = sources(smaller, larger);
        LikelihoodRatioBootstrapResult.Tally tally =
                new LikelihoodRatioBootstrapResult.Tally(test.steps().get(0).statistic());
        Batch small = batch(smaller, sources[0]);
        Batch large = batch(larger, sources[1]);
        boolean[] stopped = new boolean[1];
        for (long done = 0; done < replicates.count() && !stopped[0]; done += CHUNK) {
            int count = (int) Math.min(CHUNK, replicates.count() - done);
            Pair pair = new Pair(1 + done, count);
            replicates.withRange(1 + done, count).run(large, block -> {
                pair.add(block, 1);
                stopped[0] = !listener.accept(block);
                return !stopped[0];
            });
            if (pair.done > 0) {
                replicates.withRange(1 + done, pair.done).run(small, block -> {
                    pair.add(block, -1);
                    return true;
                });
                tally.add(pair.statistic, pair.status, pair.done);
            }
        }
        return new LikelihoodRatioBootstrapResult(this, tally);
    }

    /** The statistics of a chunk of replicates, as they come together. */
    private static final class Pair {
        private final long first;
        private final double[] statistic;
        private final ReplicateStatus[] status;
        private int done;

        Pair(long first, int count) {
            this.first = first;
            this.statistic = new double[count];
            this.status = new ReplicateStatus[count];
            Arrays.fill(status, ReplicateStatus.CONVERGED);
        }

        /** @param sign 1 for the larger model, whose criterion is taken off, −1 for the smaller */
        void add(ReplicateBlock block, int sign) {
            int from = (int) (block.first() - first);
            for (int i = 0; i < block.count(); i++) {
                statistic[from + i] -= sign * block.criterion()[i];
                if (block.status()[i].compareTo(status[from + i]) > 0) {
                    status[from + i] = block.status()[i]; // the worse of the two
                }
            }
            done = Math.max(done, from + block.count());
        }
    }

    /** What the smaller and the larger model are fitted to: the same responses. */
    private ReplicateSource[] sources(Fit smaller, Fit larger) {
        Crossproducts small = smaller.profiledCriterion().statistics();
        Crossproducts large = larger.profiledCriterion().statistics();
        Method method = smaller.model().method();
        Embedding embedding = Embedding.of(small, large);
        if (embedding.random() != null) {
            int qS = small.factors().get(0).q();
            int qL = large.factors().get(0).q();
            GaussianModel truth = GaussianModel.of(smaller.profiledCriterion(), method, smaller.optimum());
            if (qS <= qL) {
                double[] lambda = new double[qL * qL];
                double[] a = embedding.random();
                for (int j = 0; j < qS; j++) {
                    for (int i = 0; i < qL; i++) {
                        for (int r = 0; r < qS; r++) {
                            lambda[i + j * qL] += a[i + r * qL] * truth.lambda()[0][r + j * qS];
                        }
                    }
                }
                double sigma =
                        truth.sigma() * small.fixed().scale() / large.fixed().scale();
                ParametricStatistics drawn = ParametricStatistics.of(
                        new GaussianModel(large, new double[][] {lambda}, new double[large.p()], sigma), seed());
                NestedStatistics mapped = NestedStatistics.of(drawn, small, embedding);
                if (mapped != null) {
                    return new ReplicateSource[] {mapped, drawn};
                }
            }
        }
        FittedModel rows = BootstrapType.fitted(smaller);
        return new ReplicateSource[] {
            ParametricRows.noise(rows, small, seed()), ParametricRows.noise(rows, large, seed())
        };
    }

    private Batch batch(Fit fit, ReplicateSource source) {
        return new Batch(
                fit.design().data(),
                fit.profiledCriterion().statistics(),
                fit.model().method(),
                fit.optimum(),
                source,
                replicates.options());
    }
}
