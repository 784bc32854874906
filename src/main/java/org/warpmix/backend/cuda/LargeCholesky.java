package org.warpmix.backend.cuda;

/**
 * The Cholesky factor of one matrix in a device's memory, and its inverse in place, by blocks of columns: nearly all of it are
 * multiplications of tall matrices, at the full speed of the device.
 *
 * <p>With J the columns of a block and {@code > J} those after it,
 * <pre>
 * factor, from the left:     A_≥J,J −= L_≥J,&lt;J L_J,&lt;J',  A_JJ = L_JJ L_JJ',  L_>J,J = A_>J,J L_JJ'⁻¹
 * X = L⁻¹, from the right:   X_JJ = L_JJ⁻¹,  X_>J,J = −X_>J,>J (L_>J,J X_JJ)
 * X'X, from the top:         [X'X]_J,≤J = X_≥J,J' X_≥J,≤J
 * </pre>
 *
 * <p>It goes by parts since orders beyond 46,340, whose entries 31 bits do not count, ask for cuSOLVER's 64-bit calls, and JCuda hands
 * these the pointers for the size of their work space wrongly. cuBLAS's 64-bit calls reach over the whole matrix here, and cuSOLVER
 * sees blocks alone.
 */
final class LargeCholesky {

    /** Columns of a block: enough for the multiplications to run at full speed, and little beside the order. */
    static final int BLOCK = 512;
    /** Rows of X that are multiplied at a time; what lies above its diagonal in a piece is multiplied for nothing. */
    private static final int ROWS = 8192;

    private static final int THREADS = 256;

    private final int order;
    private final Blas blas;
    private final Stream stream;
    private final Program program;
    private final DeviceArray a;
    private final DeviceArray work;
    private final DeviceArray info;
    private final int[] failed;

    /**
     * For a matrix that lies on a device, or will.
     *
     * @param program schur.cu
     * @param keeper keeps what is taken
     */
    LargeCholesky(int order, DeviceArray a, Device device, Stream stream, Blas blas, Program program, Keeper keeper) {
        this.order = order;
        this.a = a;
        this.stream = stream;
        this.blas = blas;
        this.program = program;
        work = keeper.keep(device.allocate(
                (long) Double.BYTES * Math.max(1, blas.choleskyWork(Math.min(BLOCK, order), a, order))));
        failed = new int[(order + BLOCK - 1) / BLOCK];
        info = keeper.keep(device.allocate((long) Integer.BYTES * failed.length));
    }

    /** Keeps resources until their owner is closed. */
    @FunctionalInterface
    interface Keeper {
        DeviceArray keep(DeviceArray array);
    }

    /** Doubles of work space that {@link #invert} asks for. */
    static long inverseWork(int order) {
        return (long) Math.min(BLOCK, order) * (order + Math.min(BLOCK, order));
    }

    /** Factors; 0, or the order of the first leading minor that is not positive. */
    int factor() {
        for (int j = 0; j < order; j += BLOCK) {
            int width = Math.min(BLOCK, order - j);
            int below = order - j - width;
            if (j > 0) {
                blas.multiply(false, true, order - j, width, j, -1, a, j, order, a, j, order, 1, a, at(j, j), order);
            }
            blas.cholesky(width, a, at(j, j), order, work, info, j / BLOCK);
            if (below > 0) {
                blas.solveLower(true, below, width, a, at(j, j), order, a, at(j + width, j), order);
            }
        }
        stream.synchronize();
        info.download(failed, failed.length, 0);
        for (int block = 0; block < failed.length; block++) {
            if (failed[block] != 0) {
                return block * BLOCK + failed[block];
            }
        }
        return 0;
    }

    /**
     * Puts the inverse of the leading columns in their place, both its triangles.
     *
     * @param columns how many
     * @param room work space
     */
    void invert(int columns, DeviceArray room) {
        launch("cleared", columns, order, a);
        for (int j = (columns - 1) / BLOCK * BLOCK; j >= 0; j -= BLOCK) {
            invertBlock(j, columns, room);
        }
        for (int j = 0; j < columns; j += BLOCK) {
            int width = Math.min(BLOCK, columns - j);
            blas.multiply(
                    true, false, width, j + width, columns - j, 1, a, at(j, j), order, a, j, order, 0, room, 0, width);
            launch("restored", j + width, order, j, width, room, a);
        }
        launch("mirrored", columns, order, columns, a);
    }

    /** The columns of X that a block has. */
    private void invertBlock(int j, int columns, DeviceArray room) {
        int width = Math.min(BLOCK, columns - j);
        int next = j + width;
        int below = columns - next;
        long product = (long) width * width;
        launch("identity", width, width, room);
        blas.solveLower(false, width, width, a, at(j, j), order, room, 0, width);
        if (below > 0) {
            blas.multiply(
                    false,
                    false,
                    below,
                    width,
                    width,
                    1,
                    a,
                    at(next, j),
                    order,
                    room,
                    0,
                    width,
                    0,
                    room,
                    product,
                    below);
        }
        for (int from = next; from < columns; from += ROWS) {
            int rows = Math.min(ROWS, columns - from);
            blas.multiply(
                    false,
                    false,
                    rows,
                    width,
                    from + rows - next,
                    -1,
                    a,
                    at(from, next),
                    order,
                    room,
                    product,
                    below,
                    0,
                    a,
                    at(from, j),
                    order);
        }
        program.kernel("restored")
                .launch(stream, width, THREADS, 0, order, j, width, room, a.at(at(0, j) * Double.BYTES));
    }

    private long at(int i, int j) {
        return (long) j * order + i;
    }

    private void launch(String kernel, int grid, Object... arguments) {
        if (grid > 0) {
            program.kernel(kernel).launch(stream, grid, THREADS, 0, arguments);
        }
    }
}
