package org.warpmix.benchmarks;

import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.warpmix.backend.cuda.Discovery;

/** A GPU as its driver shows it. It keeps the primary context, so that what is free does not depend on others doing so. */
final class Gpu implements AutoCloseable {

    private static final int COPIES = 10;

    private final Discovery.Card card;
    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();

    private Gpu(Discovery.Card card) {
        this.card = card;
        check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, card.ordinal()));
        check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    }

    /** All that can be used; the first is the calling thread's. */
    static List<Gpu> all() {
        Discovery found = Discovery.cuda(); // which loads the driver
        if (found.status() != Discovery.Status.AVAILABLE) {
            throw new IllegalStateException(found.message());
        }
        List<Gpu> all = new ArrayList<>();
        for (Discovery.Card card : found.cards()) {
            if (card.problem() == null) {
                all.add(new Gpu(card));
            }
        }
        all.get(0).makeCurrent();
        return all;
    }

    void makeCurrent() {
        check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
    }

    long freeBytes() {
        makeCurrent();
        long[] free = new long[1];
        check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }

    /**
     * Double-precision operations a second at the highest clock, a multiplication with its addition counted as two: 64 lanes of a
     * multiprocessor on 8.0, 9.0 and 10.0, 2 on the others. The tensor cores' double precision is not counted.
     */
    double doublePeak() {
        int lanes = switch (card.architecture()) {
            case 80, 90, 100 -> 64;
            default -> 2;
        };
        double clock = 1e3 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
        return 2.0 * lanes * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT) * clock;
    }

    /** Bytes read and written a second by copies within its memory, as measured: less than the data sheet has. */
    double copyRate() {
        makeCurrent();
        long bytes = Math.min(1L << 30, freeBytes() / 4);
        CUdeviceptr from = new CUdeviceptr();
        CUdeviceptr to = new CUdeviceptr();
        CUstream stream = new CUstream();
        CUevent before = new CUevent();
        CUevent after = new CUevent();
        check("cuMemAlloc", JCudaDriver.cuMemAlloc(from, bytes));
        check("cuMemAlloc", JCudaDriver.cuMemAlloc(to, bytes));
        check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, 0));
        check("cuEventCreate", JCudaDriver.cuEventCreate(before, 0));
        check("cuEventCreate", JCudaDriver.cuEventCreate(after, 0));
        check("cuMemsetD8Async", JCudaDriver.cuMemsetD8Async(from, (byte) 0, bytes, stream));
        check("cuMemcpyDtoDAsync", JCudaDriver.cuMemcpyDtoDAsync(to, from, bytes, stream));
        check("cuEventRecord", JCudaDriver.cuEventRecord(before, stream));
        for (int copy = 0; copy < COPIES; copy++) {
            check("cuMemcpyDtoDAsync", JCudaDriver.cuMemcpyDtoDAsync(to, from, bytes, stream));
        }
        check("cuEventRecord", JCudaDriver.cuEventRecord(after, stream));
        check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
        float[] milliseconds = new float[1];
        check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(milliseconds, before, after));
        check("cuEventDestroy", JCudaDriver.cuEventDestroy(before));
        check("cuEventDestroy", JCudaDriver.cuEventDestroy(after));
        check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream));
        check("cuMemFree", JCudaDriver.cuMemFree(from));
        check("cuMemFree", JCudaDriver.cuMemFree(to));
        return 2.0 * COPIES * bytes / (milliseconds[0] / 1e3);
    }

    private int attribute(int number) {
        int[] value = new int[1];
        check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, number, device));
        return value[0];
    }

    @Override
    public void close() {
        check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device));
    }

    @Override
    public String toString() {
        return card.name() + ", compute capability " + card.capability();
    }

    private static void check(String call, int code) {
        if (code != 0) {
            throw new IllegalStateException(call + " failed with code " + code + ".");
        }
    }
}
