package org.warpmix.backend.cpu;

import java.util.function.Supplier;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.BlockRunner;
import org.warpmix.backend.SingleFit;
import org.warpmix.backend.lanes.Alone;
import org.warpmix.backend.lanes.LaneCriterion;
import org.warpmix.backend.lanes.LaneFitter;
import org.warpmix.backend.lanes.WarmStart;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelSquares;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.RandomTerm;
import org.warpmix.replicate.ReplicateSource;

/**
 * The fast backend that needs nothing but a JVM. Models with one grouping factor run on lanes ({@link GroupLanes}), several
 * replicates in lock-step; an evaluation of a model with several factors is a batch of blocks itself, so these run one
 * replicate per thread. Every search begins at the batch's start with the Hessian found there.
 */
public final class CpuBackend implements Backend {

    private static final int MOST_LANES = 64;
    private static final int FEWEST_LANES = 8;
    private static final long LANE_BYTES = 64L << 20;
    private static final long BLOCK_BYTES = 4L << 20;
    private static final int LARGEST_BLOCK = 2048;
    private static final int LARGEST_BLOCK_OF_SINGLES = 16;
    private static final int BLOCKS_PER_THREAD = 4;

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public void run(Batch batch, long first, long count, Sink sink) {
        if (batch.source() instanceof ReplicateSource.Designs designs) {
            double[] theta = ProfiledCriterion.of(batch.statistics(), batch.method())
                    .parameters()
                    .toTheta(batch.start());
            SingleFit single = new SingleFit(batch);
            BlockFitter fitter = block -> {
                for (int i = 0; i < block.count(); i++) {
                    single.design(designs.design(block.first() + i), theta, block, i);
                }
            };
            BlockRunner.run(batch, first, count, blockSize(batch, 1, 1, count), () -> fitter, sink);
            return;
        }
        ProfiledCriterion observed = ProfiledCriterion.of(batch.statistics(), batch.method());
        WarmStart start = WarmStart.of(observed, batch.start());
        boolean copies = batch.source() instanceof ReplicateSource.Multiplicities;
        int lanes = lanes(batch, observed, copies);
        int entries = copies
                ? batch.statistics().factors().get(0).levels()
                : ResponseLayout.of(batch.statistics()).size();
        int size = blockSize(batch, lanes, entries, count);
        Supplier<BlockFitter> fitters =
                copies ? ofCopies(batch, start, lanes, entries, size) : ofResponses(batch, start, lanes, entries, size);
        BlockRunner.run(batch, first, count, size, fitters, sink);
    }

    private static Supplier<BlockFitter> ofResponses(Batch batch, WarmStart start, int lanes, int entries, int size) {
        Crossproducts design = batch.statistics();
        Method method = batch.method();
        ResponseLayout layout = ResponseLayout.of(design);
        return () -> {
            ProfiledCriterion single = ProfiledCriterion.of(design, method);
            LaneCriterion criterion = lanes == 1
                    ? new SingleLane(design, method, single)
                    : new GroupLanes(LaneStatistics.ofResponses(design, method, lanes), method, single.parameters());
            Alone alone = Alone.ofResponses(batch, single);
            ReplicateSource.Drawer drawer = ((ReplicateSource.Responses) batch.source()).drawer();
            return new LaneFitter(batch, drawer, criterion, alone, single, start, entries, layout.shift(), size);
        };
    }

    private static Supplier<BlockFitter> ofCopies(Batch batch, WarmStart start, int lanes, int entries, int size) {
        Crossproducts design = batch.statistics();
        Method method = batch.method();
        LevelSquares squares = LevelSquares.of(batch.data(), design);
        return () -> {
            ProfiledCriterion single = ProfiledCriterion.of(design, method);
            LaneCriterion criterion = new GroupLanes(
                    LaneStatistics.ofCopies(design, method, squares, lanes), method, single.parameters());
            Alone alone = Alone.ofCopies(batch);
            ReplicateSource.Drawer drawer = ((ReplicateSource.Multiplicities) batch.source()).drawer();
            return new LaneFitter(batch, drawer, criterion, alone, single, start, entries, -1, size);
        };
    }

    private static int lanes(Batch batch, ProfiledCriterion criterion, boolean copies) {
        if (batch.statistics().classes() == null) {
            return 1;
        }
        for (RandomBlock block : criterion.blocks()) {
            for (RandomTerm term : block.terms()) {
                if (!term.covariance().basisFree()) {
                    return 1;
                }
            }
        }
        long perLane = LaneStatistics.bytes(batch.statistics(), copies);
        int lanes = MOST_LANES;
        while (lanes > FEWEST_LANES && lanes * perLane > LANE_BYTES) {
            lanes /= 2;
        }
        return lanes;
    }

    /** Blocks that stay in the cache, enough of them for all threads, and none smaller than the lanes. */
    private static int blockSize(Batch batch, int lanes, int entries, long count) {
        long fitting = BLOCK_BYTES / (8L * entries);
        long most = lanes == 1 ? LARGEST_BLOCK_OF_SINGLES : LARGEST_BLOCK;
        long share = count / ((long) BLOCKS_PER_THREAD * batch.options().threads());
        return (int) Math.max(lanes, Math.min(Math.min(fitting, most), share));
    }
}
