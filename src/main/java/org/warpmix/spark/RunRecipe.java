package org.warpmix.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** How an executor makes a run: sent to it, and followed there once for each task that it has at a time. */
@FunctionalInterface
public interface RunRecipe extends Serializable {

    /**
     * Makes the run ready: reads the data, fits the model.
     *
     * @param gpus ordinals of those that Spark gives the task; empty where it gives none, which leaves all that are visible
     * @throws IllegalArgumentException where that cannot be, which ends the run
     */
    UnitSource open(List<Integer> gpus) throws IOException;
}
