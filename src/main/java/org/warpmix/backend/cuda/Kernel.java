package org.warpmix.backend.cuda;

import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS;

import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** A function that a device runs on many threads. */
final class Kernel {

    /** Shared memory that a kernel gets without asking. */
    private static final int SHARED = 48 << 10;

    private final Device device;
    private final String name;
    private final CUfunction function;
    private int shared = SHARED; // bytes allowed by now

    Kernel(Device device, String name, CUfunction function) {
        this.device = device;
        this.name = name;
        this.function = function;
    }

    String name() {
        return name;
    }

    /**
     * Queues a launch.
     *
     * @param grid number of blocks
     * @param block threads of each
     * @param sharedBytes dynamic shared memory of each block
     * @param arguments in the kernel's order: {@link DeviceArray}, {@link CUdeviceptr}, Integer, Long or Double
     */
    void launch(Stream stream, int grid, int block, int sharedBytes, Object... arguments) {
        allowShared(sharedBytes);
        NativePointerObject[] pointers = new NativePointerObject[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            pointers[i] = pointer(arguments[i]);
        }
        int code = JCudaDriver.cuLaunchKernel(
                function, grid, 1, 1, block, 1, 1, sharedBytes, stream.handle(), Pointer.to(pointers), null);
        if (code != 0) {
            throw Driver.failure(
                    code,
                    "cuLaunchKernel",
                    device,
                    "; kernel " + name + ", " + grid + " blocks of " + block + " threads, " + sharedBytes
                            + " bytes of shared memory");
        }
    }

    private static Pointer pointer(Object argument) {
        if (argument instanceof DeviceArray array) {
            return Pointer.to(array.pointer());
        } else if (argument instanceof CUdeviceptr address) {
            return Pointer.to(address);
        } else if (argument instanceof Integer number) {
            return Pointer.to(new int[] {number});
        } else if (argument instanceof Long number) {
            return Pointer.to(new long[] {number});
        } else if (argument instanceof Double number) {
            return Pointer.to(new double[] {number});
        }
        throw new IllegalArgumentException("no kernel takes " + argument);
    }

    /** Lets a launch have more shared memory than every kernel has. */
    synchronized void allowShared(int bytes) {
        if (bytes > shared) {
            int code = JCudaDriver.cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes);
            if (code != 0) {
                throw Driver.failure(
                        code,
                        "cuFuncSetAttribute",
                        device,
                        "; kernel " + name + " asks for " + bytes + " bytes of shared memory, a block has at most "
                                + device.sharedBytesPerBlock());
            }
            shared = bytes;
        }
    }

    /** Registers that each thread takes. */
    int registers() {
        return attribute(CU_FUNC_ATTRIBUTE_NUM_REGS);
    }

    /** Memory that each thread takes beyond registers; more than zero where they were too few. */
    int localBytes() {
        return attribute(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    }

    /** Blocks that one multiprocessor holds at a time. */
    int occupancy(int threads, int sharedBytes) {
        allowShared(sharedBytes);
        int[] blocks = new int[1];
        Driver.check(
                JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, threads, sharedBytes),
                "cuOccupancyMaxActiveBlocksPerMultiprocessor",
                device);
        return blocks[0];
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        Driver.check(JCudaDriver.cuFuncGetAttribute(value, attribute, function), "cuFuncGetAttribute", device);
        return value[0];
    }
}
