package org.warpmix.inference;

import org.warpmix.backend.ReplicateBlock;

/** Counts how replicates ended. */
final class Endings {

    private long converged;
    private long notConverged;
    private long failed;
    private long singular;

    void add(ReplicateBlock block) {
        for (int i = 0; i < block.count(); i++) {
            switch (block.status()[i]) {
                case CONVERGED -> converged++;
                case NOT_CONVERGED -> notConverged++;
                case FAILED -> failed++;
            }
            singular += block.singular()[i] ? 1 : 0;
        }
    }

    long all() {
        return converged + notConverged + failed;
    }

    long converged() {
        return converged;
    }

    long notConverged() {
        return notConverged;
    }

    long failed() {
        return failed;
    }

    long singular() {
        return singular;
    }
}
