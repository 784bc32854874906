package org.warpmix.backend.cuda;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;
import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.lanes.Alone;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.ParametricStatistics;

/**
 * What the kernels of a model with one grouping factor take by themselves, on the first device: it lies in the backend's
 * package, and looks into {@link GroupedFitter}, because the seam of backends shows whole batches only.
 *
 * @param replicates of the block that was timed
 * @param team threads that work on one
 * @param draw seconds of drawParametric, median of the runs, as all that follow
 * @param refit of refit
 * @param copy of the copy of the estimates to the host
 * @param block of a block from drawing to the columns on the host, one stream alone
 * @param refitRegisters of a thread
 * @param drawRegisters of a thread
 */
public record KernelTimes(
        int replicates,
        int team,
        double draw,
        double refit,
        double copy,
        double block,
        int drawRegisters,
        int refitRegisters) {

    private static final int LARGEST_BLOCK = 1 << 18;
    private static final int LARGEST_BLOCK_OF_TEAMS = 1 << 14;

    /**
     * Times blocks as large as the backend's, or smaller.
     *
     * @param batch of {@link ParametricStatistics}
     * @param most replicates of a block
     */
    public static KernelTimes of(Batch batch, int most, int runs) {
        try (Device device = Device.open(0)) {
            GroupedModel model = new GroupedModel(batch);
            int count = Math.min(most, model.team == 1 ? LARGEST_BLOCK : LARGEST_BLOCK_OF_TEAMS);
            ParametricStatistics source = (ParametricStatistics) batch.source();
            Stream stream = device.stream();
            ParametricFeed feed = new ParametricFeed(device, stream, source, model);
            GroupedFitter fitter = new GroupedFitter(
                    device,
                    stream,
                    new GroupedDesign(device, model),
                    feed,
                    source.drawer(),
                    ResponseLayout.of(batch.statistics()).size(),
                    Alone.ofResponses(batch, ProfiledCriterion.of(batch.statistics(), batch.method())));
            ReplicateBlock block = new ReplicateBlock(
                    1, count, model.parameters, batch.statistics().p(), batch.options());
            fitter.fit(block); // takes the memory, too
            DeviceArray statistics = (DeviceArray) inside(fitter, "statistics");
            DeviceArray estimates = (DeviceArray) inside(fitter, "estimates");
            HostArray results = (HostArray) inside(fitter, "results");
            DeviceArray counter = (DeviceArray) inside(fitter, "counter");
            Method refit = GroupedFitter.class.getDeclaredMethod("refit", int.class, long.class, long.class);
            refit.setAccessible(true);
            long entryStride = model.team == 1 ? count : 1;
            long replicateStride = model.team == 1 ? 1 : feed.entries();
            double[][] seconds = new double[4][runs];
            for (int run = 0; run < runs; run++) {
                seconds[0][run] = seconds(stream, () -> feed.fill(1, count, statistics, entryStride, replicateStride));
                counter.clear(stream);
                seconds[1][run] = seconds(stream, () -> refit.invoke(fitter, count, entryStride, replicateStride));
                seconds[2][run] = seconds(
                        stream, () -> estimates.download(stream, results, 0, (long) model.estimates() * count, 0));
                long before = System.nanoTime();
                fitter.fit(block);
                seconds[3][run] = (System.nanoTime() - before) / 1e9;
            }
            Arrays.stream(seconds).forEach(Arrays::sort);
            return new KernelTimes(
                    count,
                    model.team,
                    seconds[0][runs / 2],
                    seconds[1][runs / 2],
                    seconds[2][runs / 2],
                    seconds[3][runs / 2],
                    ((Kernel) inside(feed, "kernel")).registers(),
                    ((GroupedDesign) inside(fitter, "design")).kernel.registers());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("GroupedFitter is not what this benchmark knows: " + e, e);
        }
    }

    /** Work on a stream. */
    @FunctionalInterface
    private interface Work {
        void queue() throws ReflectiveOperationException;
    }

    /** Seconds between two events around the work. */
    private static double seconds(Stream stream, Work work) throws ReflectiveOperationException {
        CUevent before = new CUevent();
        CUevent after = new CUevent();
        check(JCudaDriver.cuEventCreate(before, 0));
        check(JCudaDriver.cuEventCreate(after, 0));
        check(JCudaDriver.cuEventRecord(before, stream.handle()));
        work.queue();
        check(JCudaDriver.cuEventRecord(after, stream.handle()));
        stream.synchronize();
        float[] milliseconds = new float[1];
        check(JCudaDriver.cuEventElapsedTime(milliseconds, before, after));
        check(JCudaDriver.cuEventDestroy(before));
        check(JCudaDriver.cuEventDestroy(after));
        return milliseconds[0] / 1e3;
    }

    private static Object inside(Object object, String field) throws ReflectiveOperationException {
        Field inside = object.getClass().getDeclaredField(field);
        inside.setAccessible(true);
        return inside.get(object);
    }

    private static void check(int code) {
        if (code != 0) {
            throw new IllegalStateException("A call for an event failed with code " + code + ".");
        }
    }
}
