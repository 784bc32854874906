package org.warpmix.backend;

/** Fits blocks of replicates; an instance holds work space and serves one thread. */
@FunctionalInterface
public interface BlockFitter extends AutoCloseable {

    /**
     * Fits consecutive replicates.
     *
     * @param block tells which; filled
     */
    void fit(ReplicateBlock block);

    /** Gives back what is not the garbage collector's; called by the thread that fitted. */
    @Override
    default void close() {}
}
