package org.warpmix.backend.cuda;

import org.warpmix.backend.Batch;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.LevelSquares;
import org.warpmix.replicate.ReplicateSource;

/** Samples of whole groups: how often each is taken comes from the host, the sums are made on the device, see {@code copies.cu}. */
final class CopiesFeed implements StatisticsFeed {

    private static final int THREADS = 128;

    private final Device device;
    private final Stream stream;
    private final GroupedModel model;
    private final ReplicateSource.Drawer drawer;
    private final Crossproducts design;
    private final int levels;
    private final int classCount;
    private final DeviceArray starts;
    private final DeviceArray levelNumbers;
    private final DeviceArray b;
    private final DeviceArray ww;
    private final DeviceArray rows;
    private final DeviceArray logWeights;
    private final Kernel kernel;
    private double[][] drawn;
    private HostArray staging;
    private DeviceArray copies;

    CopiesFeed(Device device, Stream stream, Batch batch, LevelSquares squares, GroupedModel model) {
        this.device = device;
        this.stream = stream;
        this.model = model;
        this.drawer = ((ReplicateSource.Multiplicities) batch.source()).drawer();
        this.design = batch.statistics();
        GroupClasses classes = design.classes();
        LevelProducts products = classes.products();
        this.levels = products.levels();
        this.classCount = classes.classes();
        int[] first = new int[classCount + 1];
        int[] numbers = new int[levels];
        for (int c = 0; c < classCount; c++) {
            first[c + 1] = first[c] + classes.size(c);
            for (int i = 0; i < classes.size(c); i++) {
                numbers[first[c] + i] = classes.level(c, i);
            }
        }
        double[] rowCounts = new double[levels];
        for (int l = 0; l < levels; l++) {
            rowCounts[l] = products.rows()[l];
        }
        this.starts = device.ints(first);
        this.levelNumbers = device.ints(numbers);
        this.b = device.doubles(products.b());
        this.ww = device.doubles(squares.ww());
        this.rows = device.doubles(rowCounts);
        this.logWeights = device.doubles(squares.logWeights());
        this.kernel = device.program("copies.cu", model.copiesMacros()).kernel("sumCopies");
    }

    @Override
    public int entries() {
        return model.entries;
    }

    @Override
    public int shiftEntry() {
        return -1;
    }

    @Override
    public void reserve(int count) {
        release();
        copies = device.allocate((long) count * levels * Double.BYTES);
        staging = device.hostDoubles(Math.multiplyExact(count, levels));
        drawn = new double[levels][count];
    }

    @Override
    public void fill(long first, int count, DeviceArray statistics, long entryStride, long replicateStride) {
        drawer.draw(first, count, drawn);
        for (int l = 0; l < levels; l++) {
            staging.buffer().put(l * count, drawn[l], 0, count);
        }
        copies.upload(stream, staging, 0, (long) count * levels, 0);
        sumCopies(count, statistics, entryStride, replicateStride);
    }

    private void sumCopies(int count, DeviceArray statistics, long entryStride, long replicateStride) {
        long threads = (long) count * (classCount + 1);
        kernel.launch(
                stream,
                Math.toIntExact((threads + THREADS - 1) / THREADS),
                THREADS,
                0,
                statistics,
                entryStride,
                replicateStride,
                copies,
                count,
                starts,
                levelNumbers,
                classCount,
                b,
                ww,
                rows,
                logWeights,
                levels,
                model.xyEntry,
                2 * Math.log(design.fixed().scale()),
                design.fixed().logDet());
    }

    private void release() {
        if (copies != null) {
            copies.close();
            copies = null;
        }
        if (staging != null) {
            staging.close();
            staging = null;
        }
    }

    @Override
    public void close() {
        release();
        starts.close();
        levelNumbers.close();
        b.close();
        ww.close();
        rows.close();
        logWeights.close();
    }
}
