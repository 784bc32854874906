package org.warpmix.inference;

import org.warpmix.fit.Fit;
import org.warpmix.replicate.ReplicateSource;

/** How the replicates of a bootstrap are made. */
public enum BootstrapType {
    /** Random effects and residuals drawn from the normal distributions that were estimated. */
    PARAMETRIC {
        @Override
        ReplicateSource source(Fit fit, long seed) {
            throw new IllegalArgumentException("not yet");
        }
    };

    /** The replicates of a fitted model. */
    abstract ReplicateSource source(Fit fit, long seed);
}
