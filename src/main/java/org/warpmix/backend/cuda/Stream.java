package org.warpmix.backend.cuda;

import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** A queue of work on a device; what lies in different queues may run at the same time. */
final class Stream extends Resource {

    private final CUstream handle = new CUstream();

    Stream(Device device) {
        super(device);
        Driver.check(
                JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate", device);
    }

    CUstream handle() {
        return handle;
    }

    /** Waits until all its work is done; what failed on the way is thrown here. */
    void synchronize() {
        Driver.check(JCudaDriver.cuStreamSynchronize(handle), "cuStreamSynchronize", device);
    }

    @Override
    void release() {
        Driver.check(JCudaDriver.cuStreamDestroy(handle), "cuStreamDestroy", device);
    }
}
