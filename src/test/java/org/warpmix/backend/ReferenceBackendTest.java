package org.warpmix.backend;

import org.warpmix.backend.reference.ReferenceBackend;

class ReferenceBackendTest extends BackendContract {

    @Override
    protected Backend backend() {
        return new ReferenceBackend();
    }
}
