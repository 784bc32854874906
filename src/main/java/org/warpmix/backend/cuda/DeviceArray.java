package org.warpmix.backend.cuda;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** An array in a device's memory. Positions and counts are in elements, doubles where nothing else is said. */
final class DeviceArray extends Resource {

    private final CUdeviceptr pointer = new CUdeviceptr();
    private final long bytes;

    DeviceArray(Device device, long bytes) {
        super(device);
        this.bytes = bytes;
        int code = JCudaDriver.cuMemAlloc(pointer, Math.max(1, bytes));
        if (code != 0) {
            throw Driver.failure(code, "cuMemAlloc", device, "; " + Driver.bytes(bytes) + " asked for");
        }
    }

    long bytes() {
        return bytes;
    }

    CUdeviceptr pointer() {
        return pointer;
    }

    CUdeviceptr at(long byteOffset) {
        return pointer.withByteOffset(byteOffset);
    }

    /** Copies from page-locked memory; returns before it is done. */
    void upload(Stream stream, HostArray from, long firstDouble, long count, long toDouble) {
        inside(toDouble, count, Double.BYTES);
        from.inside(firstDouble, count);
        if (count > 0) {
            int code = JCudaDriver.cuMemcpyHtoDAsync(
                    at(toDouble * Double.BYTES), from.at(firstDouble), count * Double.BYTES, stream.handle());
            checkCopy(code, "cuMemcpyHtoDAsync", count * Double.BYTES);
        }
    }

    /** Copies to page-locked memory; returns before it is done. */
    void download(Stream stream, HostArray into, long firstDouble, long count, long fromDouble) {
        inside(fromDouble, count, Double.BYTES);
        into.inside(firstDouble, count);
        if (count > 0) {
            int code = JCudaDriver.cuMemcpyDtoHAsync(
                    into.at(firstDouble), at(fromDouble * Double.BYTES), count * Double.BYTES, stream.handle());
            checkCopy(code, "cuMemcpyDtoHAsync", count * Double.BYTES);
        }
    }

    /** Copies and waits. */
    void upload(double[] from, long toDouble) {
        upload(Pointer.to(from), from.length, toDouble, Double.BYTES);
    }

    /** Copies and waits. */
    void upload(int[] from, long toInt) {
        upload(Pointer.to(from), from.length, toInt, Integer.BYTES);
    }

    /** Copies the first {@code count} and waits. */
    void download(double[] into, int count, long fromDouble) {
        download(Pointer.to(into), into.length, count, fromDouble, Double.BYTES);
    }

    /** Copies the first {@code count} and waits. */
    void download(int[] into, int count, long fromInt) {
        download(Pointer.to(into), into.length, count, fromInt, Integer.BYTES);
    }

    /** Sets all bytes to zero; returns before it is done. */
    void clear(Stream stream) {
        checkCopy(
                JCudaDriver.cuMemsetD8Async(pointer, (byte) 0, Math.max(1, bytes), stream.handle()),
                "cuMemsetD8Async",
                bytes);
    }

    private void upload(Pointer from, int count, long to, int size) {
        inside(to, count, size);
        if (count > 0) {
            long length = (long) count * size;
            checkCopy(JCudaDriver.cuMemcpyHtoD(at(to * size), from, length), "cuMemcpyHtoD", length);
            // from memory that is not page-locked the call returns before the last part has arrived, and our streams
            // do not wait for the default one
            checkCopy(JCudaDriver.cuStreamSynchronize(null), "cuStreamSynchronize", length);
        }
    }

    private void download(Pointer into, int room, int count, long from, int size) {
        inside(from, count, size);
        if (count > room) {
            throw new IndexOutOfBoundsException(count + " elements into an array of " + room);
        }
        if (count > 0) {
            long length = (long) count * size;
            checkCopy(JCudaDriver.cuMemcpyDtoH(into, at(from * size), length), "cuMemcpyDtoH", length);
        }
    }

    private void inside(long first, long count, int size) {
        if (first < 0 || count < 0 || first + count > bytes / size) {
            throw new IndexOutOfBoundsException(
                    "elements " + first + " to " + (first + count) + " of an array of " + bytes / size);
        }
    }

    private void checkCopy(int code, String call, long length) {
        if (code != 0) {
            throw Driver.failure(code, call, device, "; " + Driver.bytes(length) + " of " + Driver.bytes(bytes));
        }
    }

    @Override
    void release() {
        Driver.check(JCudaDriver.cuMemFree(pointer), "cuMemFree", device);
    }
}
