package org.warpmix.backend.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * One GPU with its primary context. Several threads may use it; each calls {@link #makeCurrent} first. Whatever was
 * taken from it and is still open is given back when it is closed.
 */
final class Device implements AutoCloseable {

    /** The oldest generation that the kernels are compiled for. */
    static final int OLDEST_ARCHITECTURE = 75;

    static final String EMULATED = "Warpmix emulated";

    private static final ThreadLocal<Device> CURRENT = new ThreadLocal<>();

    private final int ordinal;
    private final CUdevice handle = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final String name;
    private final int architecture;
    private final Set<Resource> open = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Map<String, Program> programs = new HashMap<>();
    private boolean closed;

    private Device(int ordinal) {
        this.ordinal = ordinal;
        Driver.check(JCudaDriver.cuDeviceGet(handle, ordinal), "cuDeviceGet", this);
        name = name(handle, this);
        architecture = 10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        Driver.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain", this);
    }

    /**
     * Takes a device into use and makes it the calling thread's.
     *
     * @param ordinal from 0, among those that CUDA_VISIBLE_DEVICES leaves
     * @throws LibraryMissing where there is no driver
     * @throws DeviceException where it cannot be used
     */
    static Device open(int ordinal) {
        Device device = openAny(ordinal);
        if (device.architecture < OLDEST_ARCHITECTURE) {
            device.close();
            throw new DeviceException(device + " has compute capability " + device.architecture / 10 + "."
                    + device.architecture % 10 + ", the kernels need 7.5 or later. Use the cpu backend.");
        }
        return device;
    }

    /** As {@link #open}, even where the kernels do not run on it. */
    static Device openAny(int ordinal) {
        Libraries.driver();
        int code = JCudaDriver.cuInit(0);
        if (code != 0) {
            throw new DeviceException("cuInit failed: " + Driver.describe(code) + ".");
        }
        Device device = new Device(ordinal);
        try {
            device.makeCurrent();
            return device;
        } catch (DeviceException e) {
            JCudaDriver.cuDevicePrimaryCtxRelease(device.handle);
            throw e;
        }
    }

    int ordinal() {
        return ordinal;
    }

    String name() {
        return name;
    }

    /** Whether it is the host in a GPU's clothes, as the tests use it. */
    boolean emulated() {
        return name.startsWith(EMULATED);
    }

    /** Ten times the compute capability: 90 for 9.0. */
    int architecture() {
        return architecture;
    }

    int multiprocessors() {
        return attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    }

    /** The most shared memory that a block may ask for. */
    int sharedBytesPerBlock() {
        return attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    }

    long freeBytes() {
        long[] free = new long[1];
        Driver.check(JCudaDriver.cuMemGetInfo(free, new long[1]), "cuMemGetInfo", this);
        return free[0];
    }

    /** As {@link #freeBytes}, for a message. */
    long freeBytesOr(long unknown) {
        long[] free = new long[1];
        return JCudaDriver.cuMemGetInfo(free, new long[1]) == 0 ? free[0] : unknown;
    }

    long totalBytes() {
        long[] total = new long[1];
        Driver.check(JCudaDriver.cuDeviceTotalMem(total, handle), "cuDeviceTotalMem", this);
        return total[0];
    }

    /** Bytes of the arrays on the device that are still open. */
    long openBytes() {
        synchronized (open) {
            return open.stream()
                    .mapToLong(resource -> resource instanceof DeviceArray array ? array.bytes() : 0)
                    .sum();
        }
    }

    /** Lets the calling thread use it. */
    void makeCurrent() {
        Driver.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent", this);
        CURRENT.set(this);
    }

    /** @throws OutOfDeviceMemory where there is less */
    DeviceArray allocate(long bytes) {
        return keep(new DeviceArray(this, bytes));
    }

    /** An array with these values. */
    DeviceArray doubles(double... values) {
        DeviceArray array = allocate((long) values.length * Double.BYTES);
        try {
            array.upload(values, 0);
            return array;
        } catch (DeviceException e) {
            array.close();
            throw e;
        }
    }

    /** An array with these values. */
    DeviceArray ints(int... values) {
        DeviceArray array = allocate((long) values.length * Integer.BYTES);
        try {
            array.upload(values, 0);
            return array;
        } catch (DeviceException e) {
            array.close();
            throw e;
        }
    }

    /** @throws OutOfDeviceMemory where there is less memory to lock */
    HostArray hostDoubles(int count) {
        return keep(new HostArray(this, count));
    }

    Stream stream() {
        return keep(new Stream(this));
    }

    /** @throws LibraryMissing where cuBLAS or cuSOLVER is not there */
    Blas blas(Stream stream) {
        Libraries.blas();
        return keep(new Blas(this, stream));
    }

    /**
     * A file of kernels with macros defined, compiled at most once and kept until the device is closed.
     *
     * @param file of the directory native, such as {@code criterion.cu}
     * @throws LibraryMissing where it is not in the cache and nothing can compile it
     */
    Program program(String file, Map<String, String> defines) {
        synchronized (programs) {
            String key = file + " " + new TreeMap<>(defines);
            Program program = programs.get(key);
            if (program == null) {
                program = keep(new Program(this, key, Images.image(file, defines, architecture, emulated())));
                programs.put(key, program);
            }
            return program;
        }
    }

    /** Blocks of a kernel that one multiprocessor holds at a time. */
    int blocksPerMultiprocessor(Kernel kernel, int threads, int sharedBytes) {
        return kernel.occupancy(threads, sharedBytes);
    }

    private <R extends Resource> R keep(R resource) {
        open.add(resource);
        return resource;
    }

    /** Gives a resource back whatever device is the thread's. */
    void release(Resource resource) {
        open.remove(resource);
        Device before = CURRENT.get();
        makeCurrent();
        try {
            resource.release();
        } finally {
            if (before != null && before != this) {
                before.makeCurrent();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Resource> left;
        synchronized (open) {
            left = new ArrayList<>(open);
        }
        Collections.reverse(left);
        DeviceException first = null;
        for (Resource resource : left) {
            try {
                resource.close();
            } catch (DeviceException e) {
                first = first == null ? e : first;
            }
        }
        if (CURRENT.get() == this) {
            CURRENT.remove();
        }
        int code = JCudaDriver.cuDevicePrimaryCtxRelease(handle);
        if (first != null) {
            throw first;
        }
        Driver.check(code, "cuDevicePrimaryCtxRelease", this);
    }

    @Override
    public String toString() {
        return name == null ? "device " + ordinal : "device " + ordinal + " (" + name + ")";
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        Driver.check(JCudaDriver.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute", this);
        return value[0];
    }

    private static String name(CUdevice handle, Device device) {
        byte[] name = new byte[256];
        Driver.check(JCudaDriver.cuDeviceGetName(name, name.length, handle), "cuDeviceGetName", device);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }
}
