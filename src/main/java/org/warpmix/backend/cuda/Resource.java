package org.warpmix.backend.cuda;

import java.util.concurrent.atomic.AtomicBoolean;

/** What a device holds for us until it is closed; closing it again does nothing. */
abstract class Resource implements AutoCloseable {

    final Device device;

    private final AtomicBoolean closed = new AtomicBoolean();

    Resource(Device device) {
        this.device = device;
    }

    /** Gives it back; the device's context is current. */
    abstract void release();

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            device.release(this);
        }
    }
}
