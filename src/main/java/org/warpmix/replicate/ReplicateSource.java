package org.warpmix.replicate;

import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.model.ModelData;

/**
 * Where the replicates of a batch come from: what is drawn for replicate number i, and nothing else, depends on i.
 *
 * <p>A source is immutable data, flat arrays and a seed. Replicate i is drawn from the random numbers that belong to
 * (seed, i) alone ({@link org.warpmix.random.Philox}), so any part of a batch can be drawn anywhere, in any order and on any
 * number of threads, the same bits each time. Replicates count from 1.
 */
public sealed interface ReplicateSource {

    /** Draws replicates; an instance holds work space and serves one thread. */
    @FunctionalInterface
    interface Drawer {
        /**
         * Draws consecutive replicates.
         *
         * @param first number of the first replicate
         * @param count how many
         * @param into {@code into[entry][i]} is overwritten by the entry of replicate {@code first + i}; what the entries are
         *     the kind of source says
         */
        void draw(long first, int count, double[][] into);
    }

    /** The design stays, the response is new. Entries are the statistics of the response, see {@link ResponseLayout}. */
    non-sealed interface Responses extends ReplicateSource {
        Drawer drawer();
    }

    /**
     * Whole groups of the one grouping factor are taken a number of times each. Entry l is how often level l is taken, a
     * non-negative whole number; each copy counts as a group of its own.
     */
    non-sealed interface Multiplicities extends ReplicateSource {
        Drawer drawer();
    }

    /** Every replicate is a design of its own. */
    non-sealed interface Designs extends ReplicateSource {
        /** The rows of a replicate. Thread-safe. */
        ModelData design(long replicate);
    }
}
