package org.warpmix.backend.lanes;

import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.SingleFit;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.Copies;

/** Fits a replicate that a search in company could not vouch for, with all that a single fit does. Serves one thread. */
@FunctionalInterface
public interface Alone {

    /**
     * Fits one replicate.
     *
     * @param drawn what the source drew, entry e of replicate i at {@code drawn[e][i]}
     * @param i the replicate within what was drawn
     * @param entry its place in the block
     */
    void fit(double[][] drawn, int i, ReplicateBlock block, int entry);

    /** Of a batch of responses; the criterion is that of the design. */
    static Alone ofResponses(Batch batch, ProfiledCriterion criterion) {
        Crossproducts design = batch.statistics();
        ResponseLayout layout = ResponseLayout.of(design);
        SingleFit fit = new SingleFit(batch);
        return (drawn, i, block, entry) -> {
            double[] response = new double[layout.size()];
            for (int e = 0; e < response.length; e++) {
                response[e] = drawn[e][i];
            }
            if (response[layout.yy()] > 0) { // else it is constant, or not a number: nothing to fit
                fit.response(criterion.withResponse(design.withResponse(response)), block, entry, drawn, i);
            }
        };
    }

    /** Of a batch of groups taken a number of times each. */
    static Alone ofCopies(Batch batch) {
        SingleFit fit = new SingleFit(batch);
        return (drawn, i, block, entry) -> fit.design(Copies.of(batch.data(), drawn, i), null, block, entry);
    }
}
