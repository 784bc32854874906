package org.warpmix.spark;

import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.warpmix.backend.Backend;
import org.warpmix.inference.ReplicateRun;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * Bootstraps and permutations on executors.
 *
 * <pre>
 * BootstrapResult result = SparkReplicates.run(context, () -&gt; Bootstrap.of(LinearMixedModel.of("y ~ x + (x | g)")
 *         .fit(TableReader.withDefaults().read("/shared/trials.csv"))).withReplicates(1_000_000));
 * </pre>
 */
public final class SparkReplicates {

    private SparkReplicates() {}

    /**
     * What is to be run, made anew on each executor: what it captures is sent there.
     *
     * @param <R> what comes out
     */
    @FunctionalInterface
    public interface Recipe<R> extends Serializable {
        ReplicateRun<R> make();
    }

    /** Runs it, its units kept in memory. */
    public static <R> R run(JavaSparkContext context, Recipe<R> recipe) {
        return run(context, recipe, UnitStore.inMemory(), block -> true);
    }

    /**
     * Runs it: the same bits as {@link ReplicateRun#run} here.
     *
     * @param store of the run's {@link ReplicateRun#identity}; units that it has are not computed again
     * @param listener takes the replicates in their order when all are there
     * @throws IllegalArgumentException where executors cannot make the run, or make another one
     * @throws java.io.UncheckedIOException where Spark fails, in one line
     */
    public static <R> R run(JavaSparkContext context, Recipe<R> recipe, UnitStore store, Backend.Sink listener) {
        ReplicateRun<R> run = recipe.make();
        SparkUnits.fill(context, gpus -> new Replicates(recipe.make()), run.identity(), store, done -> true);
        return run.run(store, listener);
    }

    /** A run on an executor. */
    private static final class Replicates implements UnitSource {

        private final ReplicateRun<?> run;
        private final RunIdentity identity;

        Replicates(ReplicateRun<?> run) {
            this.run = run;
            this.identity = run.identity();
        }

        @Override
        public RunIdentity identity() {
            return identity;
        }

        @Override
        public void fill(UnitStore store, Shard shard) {
            run.fill(store, shard, block -> true);
        }
    }
}
