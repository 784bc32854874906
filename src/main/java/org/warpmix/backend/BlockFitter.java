package org.warpmix.backend;

/** Fits blocks of replicates; an instance holds work space and serves one thread. */
@FunctionalInterface
public interface BlockFitter {

    /**
     * Fits consecutive replicates.
     *
     * @param block tells which; filled
     */
    void fit(ReplicateBlock block);
}
