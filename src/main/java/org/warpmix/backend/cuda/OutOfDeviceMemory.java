package org.warpmix.backend.cuda;

/** Less memory than was asked for is free on a device. */
final class OutOfDeviceMemory extends DeviceException {

    OutOfDeviceMemory(String message) {
        super(message);
    }
}
