package org.warpmix.study;

import org.warpmix.backend.Backend;

/** A model in a condition, ready to be fitted to replicates. Thread-safe. */
interface Runner {

    /** What is asked of it. */
    ModelPlan plan();

    /**
     * Fits and tests consecutive replicates.
     *
     * @param first from 1
     */
    Sheet run(long first, int count, Backend backend);
}
