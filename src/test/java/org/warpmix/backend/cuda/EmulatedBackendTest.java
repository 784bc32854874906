package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.warpmix.backend.BackendContract;

/** The CUDA backend, end to end, on the emulated device. */
class EmulatedBackendTest extends BackendContract {

    private static CudaBackend backend;

    @BeforeAll
    static void open() {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
        EmulatedDevice.use();
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
