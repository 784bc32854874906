package org.warpmix.inference;

import org.warpmix.backend.Backend;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;

/**
 * Many replicates, which can be run in one go, in parts on several machines, and on from where a run was killed. The results are
 * the same bits each way, on machines with backends of one {@link Backend#kind}.
 *
 * <pre>
 * try (Checkpoint checkpoint = Checkpoint.open(Path.of("boot"), bootstrap.identity())) {
 *     BootstrapResult result = bootstrap.run(checkpoint, block -&gt; true);
 * }
 * </pre>
 *
 * @param <R> what comes out
 */
public interface ReplicateRun<R> {

    /** Number of replicates asked for. */
    long count();

    /**
     * What the run is: equal for runs with the same replicates. It reads all of the model's data.
     *
     * @throws IllegalArgumentException where the model does not allow what is asked for, saying why
     */
    RunIdentity identity();

    /**
     * Runs it in one go and lets somebody look on: every block of replicates in order, then {@code false} to stop. What the
     * listener throws ends the run and is thrown on.
     *
     * @throws IllegalArgumentException where the model does not allow what is asked for, saying why
     */
    R run(Backend.Sink listener);

    /**
     * As {@link #run(Backend.Sink)}, but takes the replicates that a store has from there, and puts those that it lacks there. Blocks
     * from a store do not tell evaluations and gradients.
     *
     * @param store of this run's {@link #identity}
     */
    R run(UnitStore store, Backend.Sink listener);

    /**
     * Sees to it that a store has the replicates of a shard. The listener is given these, those that were there, too.
     *
     * @param store of this run's {@link #identity}
     * @return whether all are there: {@code false} where the listener stopped it
     */
    boolean fill(UnitStore store, Shard shard, Backend.Sink listener);
}
