package org.warpmix.backend;

import org.warpmix.backend.reference.ReferenceBackend;

class ReferenceBackendTest extends BackendContract {

    @Override
    Backend backend() {
        return new ReferenceBackend();
    }
}
