package org.warpmix.backend.cuda;

import java.nio.DoubleBuffer;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.replicate.ReplicateSource;

/** Statistics of responses that are drawn on the host, copied over while the device may be at other work. */
final class ResponseFeed implements StatisticsFeed {

    private final Device device;
    private final Stream stream;
    private final ReplicateSource.Drawer drawer;
    private final ResponseLayout layout;
    private double[][] drawn;
    private HostArray staging;

    ResponseFeed(Device device, Stream stream, ReplicateSource.Responses source, ResponseLayout layout) {
        this.device = device;
        this.stream = stream;
        this.drawer = source.drawer();
        this.layout = layout;
    }

    @Override
    public int entries() {
        return layout.size();
    }

    @Override
    public int shiftEntry() {
        return layout.shift();
    }

    @Override
    public void reserve(int count) {
        close();
        staging = device.hostDoubles(Math.multiplyExact(count, layout.size()));
        drawn = new double[layout.size()][count];
    }

    @Override
    public void fill(long first, int count, DeviceArray statistics, long entryStride, long replicateStride) {
        drawer.draw(first, count, drawn);
        DoubleBuffer buffer = staging.buffer();
        for (int e = 0; e < drawn.length; e++) {
            if (replicateStride == 1) {
                buffer.put((int) (e * entryStride), drawn[e], 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    buffer.put((int) (e * entryStride + i * replicateStride), drawn[e][i]);
                }
            }
        }
        statistics.upload(stream, staging, 0, (long) count * drawn.length, 0);
    }

    @Override
    public void close() {
        if (staging != null) {
            staging.close();
            staging = null;
        }
    }
}
