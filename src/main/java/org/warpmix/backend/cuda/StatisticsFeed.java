package org.warpmix.backend.cuda;

/** Where the statistics of replicates come from; serves one worker. */
interface StatisticsFeed extends AutoCloseable {

    /** Numbers of statistics per replicate. */
    int entries();

    /** First entry of the shift of the response, or −1 where its statistics have neither shift nor unit. */
    int shiftEntry();

    /** Prepares for so many replicates at a time. */
    void reserve(int count);

    /**
     * Queues what fills the statistics of consecutive replicates.
     *
     * @param statistics entry e of replicate {@code first + i} goes to {@code e entryStride + i replicateStride}
     */
    void fill(long first, int count, DeviceArray statistics, long entryStride, long replicateStride);

    @Override
    void close();
}
