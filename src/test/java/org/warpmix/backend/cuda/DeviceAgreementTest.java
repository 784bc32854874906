package org.warpmix.backend.cuda;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A real GPU beside the CPU; fails where there is none. */
@Tag("cuda")
class DeviceAgreementTest extends AgreementContract {

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
    CudaBackend backend() {
        return backend;
    }
}
