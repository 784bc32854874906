package org.warpmix.backend.cuda;

import java.nio.DoubleBuffer;
import java.util.Arrays;
import org.warpmix.backend.BlockFitter;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.backend.lanes.Alone;
import org.warpmix.replicate.ReplicateSource;

/**
 * Fits blocks of replicates of a model with one grouping factor on a device, the whole search of each there. What it cannot vouch
 * for is drawn again and fitted on the host, alone, as every backend does. A block that does not fit into the device's memory is
 * cut in halves until it does.
 */
final class GroupedFitter implements BlockFitter {

    private static final int THREADS = 128;
    private static final int NONE = 0;
    private static final int AT_BOUNDARY = 2;

    private final Device device;
    private final Stream stream;
    private final GroupedDesign design;
    private final GroupedModel model;
    private final StatisticsFeed feed;
    private final ReplicateSource.Drawer again;
    private final int drawnEntries;
    private final Alone alone;
    private final DeviceArray counter;
    private final int mostBlocks;
    private DeviceArray statistics;
    private DeviceArray estimates;
    private HostArray results;
    private int capacity;

    /**
     * A worker with a stream of its own.
     *
     * @param again draws a replicate again for {@code alone}
     * @param drawnEntries how many entries it draws
     */
    GroupedFitter(
            Device device,
            Stream stream,
            GroupedDesign design,
            StatisticsFeed feed,
            ReplicateSource.Drawer again,
            int drawnEntries,
            Alone alone) {
        this.device = device;
        this.stream = stream;
        this.design = design;
        this.model = design.model;
        this.feed = feed;
        this.again = again;
        this.drawnEntries = drawnEntries;
        this.alone = alone;
        this.counter = device.ints(0);
        this.mostBlocks = device.multiprocessors()
                * Math.max(1, device.blocksPerMultiprocessor(design.kernel, blockThreads(), 0));
    }

    @Override
    public void fit(ReplicateBlock block) {
        device.makeCurrent();
        if (capacity == 0) {
            reserve(block.count());
        }
        for (int from = 0; from < block.count(); from += capacity) {
            fit(block, from, Math.min(capacity, block.count() - from));
        }
    }

    /** Takes memory for so many replicates at a time, or half as many, and so on. */
    private void reserve(int wanted) {
        int count = wanted;
        while (true) {
            try {
                feed.reserve(count);
                statistics = device.allocate((long) Double.BYTES * feed.entries() * count);
                estimates = device.allocate((long) Double.BYTES * model.estimates() * count);
                results = device.hostDoubles(model.estimates() * count);
                capacity = count;
                return;
            } catch (OutOfDeviceMemory e) {
                release();
                if (count == 1) {
                    throw e;
                }
                count = (count + 1) / 2;
            }
        }
    }

    private void fit(ReplicateBlock block, int from, int count) {
        long entryStride = model.team == 1 ? count : 1;
        long replicateStride = model.team == 1 ? 1 : feed.entries();
        feed.fill(block.first() + from, count, statistics, entryStride, replicateStride);
        counter.clear(stream);
        refit(count, entryStride, replicateStride);
        estimates.download(stream, results, 0, (long) model.estimates() * count, 0);
        stream.synchronize();
        read(block, from, count);
    }

    private int blockThreads() {
        return Math.max(THREADS, model.team);
    }

    private void refit(int count, long entryStride, long replicateStride) {
        int perBlock = blockThreads() / model.team;
        design.kernel.launch(
                stream,
                Math.min(mostBlocks, (count + perBlock - 1) / perBlock),
                blockThreads(),
                0,
                estimates,
                (long) count,
                counter,
                statistics,
                entryStride,
                replicateStride,
                count,
                design.classInts,
                design.g,
                design.sums,
                design.b,
                design.xx,
                model.classInts.length / 4,
                model.degrees,
                model.constant,
                model.xyEntry,
                model.yyEntry,
                feed.shiftEntry(),
                design.start,
                design.inverse,
                design.scoring,
                model.scoring == null ? 0 : 1,
                model.scoring == null ? 1.0 : model.scoring.variance(),
                design.bases,
                design.r,
                design.origin,
                design.tested,
                design.centre);
    }

    /** From the columns of the device to those of the block. */
    private void read(ReplicateBlock block, int from, int count) {
        DoubleBuffer buffer = results.buffer();
        int column = 1;
        buffer.get(count * column++, block.criterion(), from, count);
        buffer.get(count * column++, block.sigma(), from, count);
        buffer.get(count * column++, block.gradientNorm(), from, count);
        for (double[] theta : block.theta()) {
            buffer.get(count * column++, theta, from, count);
        }
        for (double[] beta : block.beta()) {
            buffer.get(count * column++, beta, from, count);
        }
        if (block.standardErrors() != null) {
            for (double[] error : block.standardErrors()) {
                buffer.get(count * column++, error, from, count);
            }
        }
        if (block.wald() != null) {
            if (model.tested.length > 0) {
                buffer.get(count * column, block.wald(), from, count);
            } else {
                Arrays.fill(block.wald(), from, from + count, 0);
            }
        }
        for (int i = 0; i < count; i++) {
            int outcome = (int) buffer.get(i);
            block.evaluations()[from + i] = outcome / 4;
            if (outcome % 4 == NONE) {
                fitAlone(block, from + i);
            } else {
                block.status()[from + i] = ReplicateStatus.CONVERGED;
                block.singular()[from + i] = outcome % 4 == AT_BOUNDARY;
            }
        }
    }

    private void fitAlone(ReplicateBlock block, int i) {
        block.clear(i);
        double[][] drawn = new double[drawnEntries][1];
        again.draw(block.first() + i, 1, drawn);
        alone.fit(drawn, 0, block, i);
    }

    private void release() {
        for (Resource resource : new Resource[] {statistics, estimates, results}) {
            if (resource != null) {
                resource.close();
            }
        }
        statistics = null;
        estimates = null;
        results = null;
    }

    @Override
    public void close() {
        release();
        counter.close();
        feed.close();
        stream.close();
    }
}
