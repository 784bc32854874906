package org.warpmix.backend.reference;

import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.BlockRunner;
import org.warpmix.backend.Estimates;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Profile;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
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
        if (batch.source() instanceof ReplicateSource.Responses responses) {
            return new OfResponses(batch, responses.drawer());
        }
        if (batch.source() instanceof ReplicateSource.Multiplicities multiplicities) {
            ReplicateSource.Drawer drawer = multiplicities.drawer();
            int levels = batch.statistics().classes().products().levels();
            double[][] drawn = new double[levels][1];
            return new OfDesigns(batch, replicate -> {
                drawer.draw(replicate, 1, drawn);
                return Copies.of(batch.data(), drawn, 0);
            });
        }
        return new OfDesigns(batch, ((ReplicateSource.Designs) batch.source())::design);
    }

    /** The same design, another response. */
    private record OfResponses(Batch batch, ReplicateSource.Drawer drawer) implements BlockFitter {
        @Override
        public void fit(ReplicateBlock block) {
            ResponseLayout layout = ResponseLayout.of(batch.statistics());
            double[][] drawn = new double[layout.size()][block.count()];
            drawer.draw(block.first(), block.count(), drawn);
            double[] response = new double[layout.size()];
            for (int i = 0; i < block.count(); i++) {
                for (int e = 0; e < response.length; e++) {
                    response[e] = drawn[e][i];
                }
                if (response[layout.yy()] > 0) {
                    Crossproducts statistics = batch.statistics().withResponse(response);
                    fitOne(batch, statistics, block, i, drawn, layout.shift());
                }
            }
        }
    }

    /** Another design each time. */
    private record OfDesigns(Batch batch, DesignOfReplicate designs) implements BlockFitter {
        @Override
        public void fit(ReplicateBlock block) {
            for (int i = 0; i < block.count(); i++) {
                Crossproducts statistics = statistics(designs.design(block.first() + i));
                if (statistics != null && statistics.p() == batch.statistics().p()) {
                    fitOne(batch, statistics, block, i, null, 0);
                }
            }
        }

        private static Crossproducts statistics(ModelData data) {
            try {
                return Crossproducts.of(data);
            } catch (IllegalArgumentException degenerate) { // such as a response that X reproduces
                return null;
            }
        }
    }

    /** The rows of a replicate. */
    @FunctionalInterface
    private interface DesignOfReplicate {
        ModelData design(long replicate);
    }

    private static void fitOne(
            Batch batch, Crossproducts statistics, ReplicateBlock block, int i, double[][] drawn, int shift) {
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, batch.method());
        Optimum optimum = CriterionOptimizer.minimize(
                criterion, criterion.parameters().start());
        block.evaluations()[i] = optimum.evaluations();
        if (!(optimum.criterion() < Double.POSITIVE_INFINITY)) {
            return;
        }
        Likelihood.Solution solution = criterion.solve(optimum.x());
        Estimates.Solved solved = new Estimates.Solved(
                optimum.x(),
                optimum.criterion(),
                new Profile(statistics, batch.method()).degrees(),
                solution.rSquared(),
                solution.gamma(),
                solution.mInverse());
        new Estimates(statistics, criterion.parameters(), batch.options()).write(block, i, solved, drawn, i, shift);
        block.status()[i] = optimum.converged() ? ReplicateStatus.CONVERGED : ReplicateStatus.NOT_CONVERGED;
        block.singular()[i] = optimum.anySingular();
        block.gradientNorm()[i] = optimum.gradientNorm();
    }
}
