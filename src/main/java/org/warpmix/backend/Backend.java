package org.warpmix.backend;

/**
 * Fits batches: the seam between what is computed and on what.
 *
 * <p>The seam is coarse: a batch goes in, columns of estimates with a status for each replicate come out, and nothing is
 * called back in between. The estimates of a replicate are the same bits whatever the range asked for, the size of the blocks
 * and the number of threads, and agree between backends within rounding. A replicate that cannot be fitted has a status that
 * says so and never stops the others.
 */
public interface Backend extends AutoCloseable {

    /** Takes results as they come. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next block; blocks come in the order of their replicates, one at a time, on whichever thread fitted one.
         *
         * @return whether to go on; if not, {@link Backend#run} returns when the work under way is dropped
         */
        boolean accept(ReplicateBlock block);
    }

    /** Name for users, e.g. {@code cpu}. */
    String name();

    /**
     * What the bits of results depend on beside the batch, for users: by default the name.
     *
     * @return such as {@code cuda (NVIDIA H200)}
     */
    default String kind() {
        return name();
    }

    /**
     * The backend for all of a run that is done in parts: of a backend that picks one for each call, the one for {@code count}
     * replicates. Parts done by different ones would not fit together to the bit.
     */
    default Backend chosenFor(Batch batch, long count) {
        return this;
    }

    /**
     * Fits the replicates {@code first ≤ i < first + count} of a batch.
     *
     * @param first at least 1
     * @throws IllegalArgumentException where this backend cannot do the batch, saying why
     */
    void run(Batch batch, long first, long count, Sink sink);

    /** Gives back what it holds between runs, such as a device's memory; it may be used again. */
    @Override
    default void close() {}
}
