package org.warpmix.backend.cuda;

import java.nio.file.Path;
import jcuda.driver.JCudaDriver;

/** Asks the driver. */
final class DriverProbe implements Discovery.Probe {

    @Override
    public String environment(String variable) {
        return System.getenv(variable);
    }

    @Override
    public void load() {
        Libraries.driver();
    }

    @Override
    public int initialize() {
        return JCudaDriver.cuInit(0);
    }

    @Override
    public String describe(int code) {
        return Driver.describe(code);
    }

    @Override
    public int driverVersion() {
        int[] version = new int[1];
        return JCudaDriver.cuDriverGetVersion(version) == 0 ? version[0] : 0;
    }

    @Override
    public int count() {
        int[] count = new int[1];
        return JCudaDriver.cuDeviceGetCount(count) == 0 ? count[0] : 0;
    }

    @Override
    public Discovery.Card card(int ordinal) {
        try (Device device = Device.openAny(ordinal)) {
            return new Discovery.Card(
                    ordinal,
                    device.name(),
                    device.architecture(),
                    device.totalBytes(),
                    device.freeBytes(),
                    device.emulated(),
                    null);
        } catch (DeviceException e) {
            return new Discovery.Card(ordinal, "device " + ordinal, 0, 0, 0, false, e.getMessage());
        }
    }

    @Override
    public String find(String library) {
        return text(Libraries.find(library));
    }

    @Override
    public String findOther(String library) {
        return text(Libraries.findOther(library));
    }

    @Override
    public boolean nvcc() {
        return Nvcc.command(System.getenv("PATH")) != null;
    }

    private static String text(Path path) {
        return path == null ? null : path.toString();
    }
}
