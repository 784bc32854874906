package org.warpmix.backend;

import org.warpmix.backend.cpu.CpuBackend;

class CpuBackendTest extends BackendContract {

    @Override
    protected Backend backend() {
        return new CpuBackend();
    }
}
