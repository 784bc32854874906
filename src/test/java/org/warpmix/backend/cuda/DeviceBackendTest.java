package org.warpmix.backend.cuda;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.warpmix.backend.BackendContract;

/** The CUDA backend on a real GPU; fails where there is none. */
@Tag("cuda")
class DeviceBackendTest extends BackendContract {

    private static CudaBackend backend;

    @BeforeAll
    static void open() {
        backend = new CudaBackend();
    }

    @AfterAll
    static void close() {
        if (backend != null) {
            backend.close();
        }
    }

    @Override
    protected CudaBackend backend() {
        return backend;
    }

    @Override
    protected boolean fitsDesigns() {
        return false;
    }
}
