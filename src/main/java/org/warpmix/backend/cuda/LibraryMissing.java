package org.warpmix.backend.cuda;

/** A library that the GPU is used through is not there or does not load; the message says which, and the way out. */
final class LibraryMissing extends DeviceException {

    private final String library;

    /** @param library its file's name, or {@code jcuda} */
    LibraryMissing(String library, String message, Throwable cause) {
        super(message, cause);
        this.library = library;
    }

    String library() {
        return library;
    }
}
