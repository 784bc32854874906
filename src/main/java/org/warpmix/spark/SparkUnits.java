package org.warpmix.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Computes the units of a long run on executors. A task computes a part of consecutive units; what it gives is in the driver's store as
 * soon as it ends, so an executor that is lost costs the parts under way there, which others compute again, and a driver with a
 * {@link org.warpmix.unit.Checkpoint} that is killed costs those under way.
 *
 * <p>There are {@value #PARTS_PER_CORE} parts for each core of the cluster and {@value #FEWEST_PARTS} at least;
 * {@code spark.default.parallelism} overrides how many cores Spark sees. A task works with as many threads as {@code spark.task.cpus}
 * says and on the GPUs of {@code spark.task.resource.gpu.amount}. Each executor makes the run once for each task that it has at a time:
 * where the data are large, let {@code spark.task.cpus} be the cores of an executor.
 */
public final class SparkUnits {

    private static final int PARTS_PER_CORE = 4;
    private static final int FEWEST_PARTS = 64;
    private static final String BACKEND = "backend";

    private SparkUnits() {}

    /** What tasks are told. */
    record Request(RunRecipe recipe, int units, int parts, BitSet missing) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /**
     * What a task gives.
     *
     * @param identity of its run, or {@code null} where it has a refusal
     * @param refusal why the run cannot be made there
     */
    record Part(String host, String refusal, RunIdentity identity, int[] units, byte[][] results)
            implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Sees to it that a store has all units.
     *
     * @param identity of the run, as the recipe makes it here
     * @param goesOn told how many units are there, first of all how many were, one call at a time; {@code false} ends the run
     * @return whether all are there: {@code false} where {@code goesOn} ended it
     * @throws IllegalArgumentException where executors cannot make the run, or make another one: other data, or another version
     * @throws UncheckedIOException where Spark fails, in one line
     */
    public static boolean fill(
            JavaSparkContext context, RunRecipe recipe, RunIdentity identity, UnitStore store, IntPredicate goesOn) {
        int units = identity.units();
        BitSet missing = new BitSet(units);
        for (int unit = 0; unit < units; unit++) {
            missing.set(unit, !store.has(unit));
        }
        int parts = Math.min(units, Math.max(FEWEST_PARTS, PARTS_PER_CORE * context.defaultParallelism()));
        List<Integer> wanted = new ArrayList<>();
        for (int part = 1; part <= parts; part++) {
            Shard shard = new Shard(part, parts);
            int next = missing.nextSetBit(shard.from(units));
            if (next >= 0 && next < shard.to(units)) {
                wanted.add(part);
            }
        }
        String group = UUID.randomUUID().toString();
        Collector collector = new Collector(context, group, identity, store, goesOn, units - missing.cardinality());
        if (!goesOn.test(collector.done.get())) {
            return false;
        }
        if (wanted.isEmpty()) {
            return true;
        }
        Broadcast<Request> request = context.broadcast(new Request(recipe, units, parts, missing));
        context.setJobGroup(group, "warpmix " + identity.command(), true);
        try {
            context.sc()
                    .runJob(
                            context.parallelize(wanted, wanted.size()).rdd(),
                            new PartTask(request),
                            collector,
                            ClassTag$.MODULE$.<Part>apply(Part.class));
        } catch (Exception e) { // whatever Scala throws, unchecked or not
            collector.explain(e);
        } finally {
            context.clearJobGroup();
            request.destroy();
        }
        collector.explain(null);
        return !collector.stopped;
    }

    /** Takes in what tasks give, on the one thread of Spark's that tells of it. */
    private static final class Collector extends AbstractFunction2<Object, Part, BoxedUnit> {

        private final JavaSparkContext context;
        private final String group;
        private final UnitStore store;
        private final IntPredicate goesOn;
        private RunIdentity identity;
        private final AtomicInteger done = new AtomicInteger();
        private volatile boolean stopped;
        private volatile RuntimeException failure;

        Collector(
                JavaSparkContext context,
                String group,
                RunIdentity identity,
                UnitStore store,
                IntPredicate goesOn,
                int done) {
            this.context = context;
            this.group = group;
            this.identity = identity;
            this.store = store;
            this.goesOn = goesOn;
            this.done.set(done);
        }

        @Override
        public BoxedUnit apply(Object index, Part part) {
            if (failure == null && !stopped) {
                try {
                    take(part);
                } catch (RuntimeException e) { // Spark itself would end with it
                    failure = e;
                }
                if (failure != null || stopped) {
                    context.cancelJobGroup(group);
                }
            }
            return BoxedUnit.UNIT;
        }

        private void take(Part part) {
            if (part.refusal() != null) {
                throw new IllegalArgumentException("The executor on " + part.host() + " refuses: " + part.refusal());
            }
            identity = cards(identity, part.identity());
            String difference = identity.difference(part.identity());
            if (difference != null) {
                throw new IllegalArgumentException("The executor on " + part.host() + " would compute another run: "
                        + difference + ". Give all machines the same data, version and kind of card.");
            }
            for (int i = 0; i < part.units().length; i++) {
                store.write(part.units()[i], part.results()[i]);
            }
            stopped = !goesOn.test(done.addAndGet(part.units().length));
        }

        /** A driver without a GPU does not know the executors' cards: the first executor's are what all must have. */
        private static RunIdentity cards(RunIdentity here, RunIdentity there) {
            String kind = here.settings().get(BACKEND);
            String theirs = there.settings().get(BACKEND);
            boolean unknown = "cuda".equals(kind) && theirs != null && theirs.startsWith("cuda");
            return unknown ? here.with(BACKEND, theirs) : here;
        }

        /** Throws what was wrong, if anything was. */
        void explain(Exception e) {
            if (failure != null) {
                throw failure;
            }
            if (e != null && !stopped) {
                throw SparkUnits.failure(e);
            }
        }
    }

    /** What Spark says, in one line. */
    static UncheckedIOException failure(Exception e) {
        String message = "Spark: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("it failed and does not say why.");
        return new UncheckedIOException(message, new IOException(e));
    }
}
