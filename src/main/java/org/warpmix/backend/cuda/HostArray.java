package org.warpmix.backend.cuda;

import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Doubles in page-locked memory of the host, which a device copies from and to by itself. */
final class HostArray extends Resource {

    private final Pointer pointer = new Pointer();
    private final DoubleBuffer buffer;

    HostArray(Device device, int count) {
        super(device);
        long bytes = (long) count * Double.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(count + " doubles, more than one buffer takes");
        }
        int code = JCudaDriver.cuMemAllocHost(pointer, Math.max(1, bytes));
        if (code != 0) {
            throw Driver.failure(
                    code, "cuMemAllocHost", device, "; " + Driver.bytes(bytes) + " of page-locked memory asked for");
        }
        buffer = pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    }

    /** The memory, in native order; not to be touched once this is closed. */
    DoubleBuffer buffer() {
        return buffer;
    }

    long count() {
        return buffer.capacity();
    }

    Pointer at(long firstDouble) {
        return pointer.withByteOffset(firstDouble * Double.BYTES);
    }

    void inside(long first, long count) {
        if (first < 0 || count < 0 || first + count > count()) {
            throw new IndexOutOfBoundsException(
                    "elements " + first + " to " + (first + count) + " of an array of " + count());
        }
    }

    @Override
    void release() {
        Driver.check(JCudaDriver.cuMemFreeHost(pointer), "cuMemFreeHost", device);
    }
}
