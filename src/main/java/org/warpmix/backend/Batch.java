package org.warpmix.backend;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.Method;
import org.warpmix.model.ModelData;
import org.warpmix.replicate.ReplicateSource;

/**
 * Many problems of one design: what a backend is given once.
 *
 * @param data the rows of the design
 * @param statistics the design, with the response that was observed
 * @param method ML or REML
 * @param start where searches begin, as x of {@link org.warpmix.likelihood.Parameters}: best the optimum of the response
 *     observed; not modified
 * @param source what the replicates are
 * @param options what to give beside the estimates
 */
public record Batch(
        ModelData data,
        Crossproducts statistics,
        Method method,
        double[] start,
        ReplicateSource source,
        BatchOptions options) {

    public Batch {
        if (source instanceof ReplicateSource.Multiplicities && statistics.classes() == null) {
            throw new IllegalArgumentException("Whole groups can be taken a number of times each where there is one"
                    + " grouping factor, and here are "
                    + statistics.factors().size() + ". Draw designs instead.");
        }
    }
}
