package org.warpmix.backend.cuda;

/** A library that the GPU is used through is not there or does not load; the message says which, and the way out. */
final class LibraryMissing extends DeviceException {

    LibraryMissing(String message) {
        super(message);
    }

    LibraryMissing(String message, Throwable cause) {
        super(message, cause);
    }
}
