package org.warpmix.backend.cuda;

/**
 * A call to a GPU or one of its libraries that failed. The message is one line: the call, the code by name and in
 * words, the device, and where it is about memory the bytes asked for and free.
 */
public class DeviceException extends RuntimeException {

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
