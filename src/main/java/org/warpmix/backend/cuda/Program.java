package org.warpmix.backend.cuda;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/** A file of kernels, compiled for a device and loaded there. */
final class Program extends Resource {

    private final CUmodule module = new CUmodule();
    private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();
    private final String name;

    /**
     * @param name for messages
     * @param image machine code, or PTX that ends with a zero byte
     */
    Program(Device device, String name, byte[] image) {
        super(device);
        this.name = name;
        int code = JCudaDriver.cuModuleLoadData(module, image);
        if (code != 0) {
            throw Driver.failure(code, "cuModuleLoadData", device, "; program " + name);
        }
    }

    Kernel kernel(String kernel) {
        return kernels.computeIfAbsent(kernel, this::find);
    }

    private Kernel find(String kernel) {
        CUfunction function = new CUfunction();
        int code = JCudaDriver.cuModuleGetFunction(function, module, kernel);
        if (code != 0) {
            throw Driver.failure(code, "cuModuleGetFunction", device, "; kernel " + kernel + " of program " + name);
        }
        return new Kernel(device, kernel, function);
    }

    @Override
    void release() {
        Driver.check(JCudaDriver.cuModuleUnload(module), "cuModuleUnload", device);
    }
}
