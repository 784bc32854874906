package org.warpmix.backend.cuda;

import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** The result codes of the driver's calls: JCuda hands them back, and each is looked at here. */
final class Driver {

    private Driver() {}

    /**
     * @param call the driver's function
     * @throws OutOfDeviceMemory where that is the code
     * @throws DeviceException where it is another than success
     */
    static void check(int code, String call, Device device) {
        if (code != CUresult.CUDA_SUCCESS) {
            throw failure(code, call, device, "");
        }
    }

    /** The exception for a code; {@code detail} is empty or begins with a separator. */
    static DeviceException failure(int code, String call, Device device, String detail) {
        String message = call + " failed on " + device + ": " + describe(code) + detail;
        return code == CUresult.CUDA_ERROR_OUT_OF_MEMORY
                ? new OutOfDeviceMemory(message + "; " + bytes(device.freeBytesOr(-1)) + " free.")
                : new DeviceException(message + ".");
    }

    /** A code's name, number and text. */
    static String describe(int code) {
        String[] name = new String[1];
        String[] text = new String[1];
        boolean known = JCudaDriver.cuGetErrorName(code, name) == 0 && JCudaDriver.cuGetErrorString(code, text) == 0;
        return known ? name[0] + " (" + code + ", " + text[0] + ")" : "code " + code;
    }

    static String bytes(long bytes) {
        return bytes < 0 ? "an unknown number of bytes" : String.format(java.util.Locale.ROOT, "%,d bytes", bytes);
    }
}
