package org.warpmix.backend;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Profile;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;

/** Fits one replicate alone, with all that a single fit does, and writes what came out into a block. */
public final class SingleFit {

    private final Batch batch;

    public SingleFit(Batch batch) {
        this.batch = batch;
    }

    /**
     * Another response of the batch's design.
     *
     * @param criterion that of the response
     * @param i its place in the block
     * @param drawn statistics of the responses, entry e of response j at {@code drawn[e][j]}
     * @param j the response
     */
    public void response(ProfiledCriterion criterion, ReplicateBlock block, int i, double[][] drawn, int j) {
        fit(criterion, criterion.parameters().start(), block, i, drawn, j);
    }

    /**
     * A design of its own.
     *
     * @param theta where the search begins, or {@code null} for where a single fit begins
     */
    public void design(ModelData data, double[] theta, ReplicateBlock block, int i) {
        Crossproducts statistics;
        try {
            statistics = Crossproducts.of(data);
        } catch (IllegalArgumentException degenerate) {
            return; // such as a response that X reproduces: there is nothing to fit
        }
        if (statistics.p() < batch.statistics().p()) {
            return; // X has lost rank: some effects cannot be estimated
        }
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, batch.method());
        double[] start = theta == null
                ? criterion.parameters().start()
                : criterion.parameters().fromTheta(theta);
        fit(criterion, start, block, i, null, 0);
    }

    private void fit(
            ProfiledCriterion criterion, double[] start, ReplicateBlock block, int i, double[][] drawn, int j) {
        Optimum optimum = CriterionOptimizer.minimize(criterion, start);
        block.evaluations()[i] = optimum.evaluations();
        if (!(optimum.criterion() < Double.POSITIVE_INFINITY)) {
            return;
        }
        Likelihood.Solution solution = criterion.solve(optimum.x());
        Crossproducts statistics = criterion.statistics();
        Estimates.Solved solved = new Estimates.Solved(
                optimum.x(),
                optimum.criterion(),
                new Profile(statistics, batch.method()).degrees(),
                solution.rSquared(),
                solution.gamma(),
                solution.mInverse());
        int shift = drawn == null ? 0 : ResponseLayout.of(statistics).shift();
        new Estimates(statistics, criterion.parameters(), batch.options()).write(block, i, solved, drawn, j, shift);
        block.status()[i] = optimum.converged() ? ReplicateStatus.CONVERGED : ReplicateStatus.NOT_CONVERGED;
        block.singular()[i] = optimum.anySingular();
        block.gradientNorm()[i] = optimum.gradientNorm();
    }
}
