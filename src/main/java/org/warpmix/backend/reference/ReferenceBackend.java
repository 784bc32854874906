package org.warpmix.backend.reference;

import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.BlockRunner;
import org.warpmix.backend.SingleFit;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.Copies;
import org.warpmix.replicate.ReplicateSource;

/**
 * The plain backend, which the others are measured against: each replicate is a problem of its own, fitted as a single fit is,
 * from the start that a single fit has.
 */
public final class ReferenceBackend implements Backend {

    private static final int BLOCK = 16;

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void run(Batch batch, long first, long count, Sink sink) {
        BlockRunner.run(batch, first, count, BLOCK, () -> fitter(batch), sink);
    }

    private static BlockFitter fitter(Batch batch) {
        SingleFit single = new SingleFit(batch);
        if (batch.source() instanceof ReplicateSource.Responses responses) {
            ReplicateSource.Drawer drawer = responses.drawer();
            return block -> {
                ResponseLayout layout = ResponseLayout.of(batch.statistics());
                double[][] drawn = new double[layout.size()][block.count()];
                drawer.draw(block.first(), block.count(), drawn);
                for (int i = 0; i < block.count(); i++) {
                    double[] response = new double[layout.size()];
                    for (int e = 0; e < response.length; e++) {
                        response[e] = drawn[e][i];
                    }
                    if (response[layout.yy()] > 0) {
                        ProfiledCriterion criterion =
                                ProfiledCriterion.of(batch.statistics().withResponse(response), batch.method());
                        single.response(criterion, block, i, drawn, i);
                    }
                }
            };
        }
        if (batch.source() instanceof ReplicateSource.Multiplicities multiplicities) {
            ReplicateSource.Drawer drawer = multiplicities.drawer();
            double[][] drawn = new double[batch.statistics().factors().get(0).levels()][BLOCK];
            return block -> {
                drawer.draw(block.first(), block.count(), drawn);
                for (int i = 0; i < block.count(); i++) {
                    single.design(Copies.of(batch.data(), drawn, i), null, block, i);
                }
            };
        }
        ReplicateSource.Designs designs = (ReplicateSource.Designs) batch.source();
        return block -> {
            for (int i = 0; i < block.count(); i++) {
                single.design(designs.design(block.first() + i), null, block, i);
            }
        };
    }
}
