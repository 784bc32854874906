package org.warpmix.backend.lanes;

import org.warpmix.backend.Batch;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.Estimates;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.likelihood.Profile;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.optimize.SingularDirections;
import org.warpmix.replicate.ReplicateSource;

/**
 * Fits blocks of replicates on lanes. What the lanes cannot vouch for is fitted again, alone, with all that a single fit does.
 */
public final class LaneFitter implements BlockFitter, LaneSearch.Taker {

    private final LaneCriterion criterion;
    private final ReplicateSource.Drawer drawer;
    private final Alone alone;
    private final LaneSearch search;
    private final Estimates estimates;
    private final double[][] drawn;
    private final int shift;
    private final double[] x;
    private final double[] gamma;
    private final double[] fixedInverse;
    private ReplicateBlock block;

    /**
     * A fitter of one thread.
     *
     * @param criterion what is minimised; closed with this
     * @param alone fits what the lanes leave
     * @param single the criterion of the design, for what its parameters mean
     * @param entries how many the drawer fills for a replicate
     * @param shift see {@link Estimates#write}; −1 where there is neither shift nor unit
     * @param size most replicates in a block
     */
    public LaneFitter(
            Batch batch,
            ReplicateSource.Drawer drawer,
            LaneCriterion criterion,
            Alone alone,
            ProfiledCriterion single,
            WarmStart start,
            int entries,
            int shift,
            int size) {
        this.criterion = criterion;
        this.drawer = drawer;
        this.alone = alone;
        SingularDirections directions = new SingularDirections(single.parameters(), single.blocks());
        double degrees = new Profile(batch.statistics(), batch.method()).degrees();
        ScoringStep scoring = start.regular() ? new ScoringStep(single, start.x(), degrees) : null;
        this.search = new LaneSearch(criterion, directions, start, scoring);
        this.estimates = new Estimates(batch.statistics(), single.parameters(), batch.options());
        this.drawn = Lanes.of(entries, size);
        this.shift = shift;
        this.x = new double[start.x().length];
        this.gamma = new double[batch.statistics().p()];
        boolean covariance = batch.options().standardErrors() || batch.options().tested() != null;
        this.fixedInverse = covariance ? new double[gamma.length * gamma.length] : null;
    }

    @Override
    public void fit(ReplicateBlock next) {
        block = next;
        drawer.draw(block.first(), block.count(), drawn);
        search.run(drawn, block.count(), this);
    }

    @Override
    public void close() {
        criterion.close();
    }

    @Override
    public void minimum(int i, int lane, boolean singular) {
        for (int e = 0; e < x.length; e++) {
            x[e] = search.x(e, lane);
        }
        criterion.gamma(lane, gamma);
        if (fixedInverse != null) {
            criterion.fixedInverse(lane, fixedInverse);
        }
        double degrees = criterion.degrees(lane);
        double rSquared = criterion.rSquared(lane);
        Estimates.Solved solved = new Estimates.Solved(x, search.value(lane), degrees, rSquared, gamma, fixedInverse);
        estimates.write(block, i, solved, shift < 0 ? null : drawn, i, shift);
        block.status()[i] = ReplicateStatus.CONVERGED;
        block.singular()[i] = singular;
        block.evaluations()[i] = search.evaluations(lane);
        block.gradientNorm()[i] = search.gradientNorm(lane);
    }

    @Override
    public void none(int i) {
        alone.fit(drawn, i, block, i);
    }
}
