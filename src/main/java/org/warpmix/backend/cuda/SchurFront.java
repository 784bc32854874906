package org.warpmix.backend.cuda;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.stream.IntStream;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.FrontPattern;
import org.warpmix.likelihood.FrontSize;

/**
 * The front of one crossed model in the memory of a device: the launches of {@code native/schur.cu}, a method for each kernel, of
 * its name; the factor and the inverse are those of {@link LargeCholesky}.
 */
final class SchurFront implements DenseFront {

    private static final int THREADS = 256;
    /** Columns of a level that the kernels are compiled for at most. */
    static final int WIDEST = 12;
    /** From where loops are not unrolled. */
    private static final int LARGE = 4;

    private final Device device;
    private final FrontPattern pattern;
    private final int order;
    private final int blocks;
    private final Stream stream;
    private final Blas blas;
    private final Program program;
    private final DeviceArray front;
    private final DeviceArray first;
    private final DeviceArray baseStart;
    private final DeviceArray baseRow;
    private final DeviceArray baseValue;
    private final DeviceArray lambdaAt;
    private final DeviceArray lambda;
    private final DeviceArray sequence;
    private final DeviceArray touchStart;
    private final DeviceArray touchNode;
    private final DeviceArray touchColumn;
    private final DeviceArray start;
    private final DeviceArray position;
    private final DeviceArray values;
    private final DeviceArray k;
    private final DeviceArray pivots;
    private final DeviceArray solution;
    private final LargeCholesky cholesky;
    private final int lambdas;
    private Inverse inverse;
    private int inverted;
    private final Deque<Resource> open = new ArrayDeque<>();

    /** @throws OutOfDeviceMemory where it does not fit */
    SchurFront(Device device, FrontPattern pattern) {
        this.device = device;
        this.pattern = pattern;
        order = pattern.order();
        blocks = pattern.blocks();
        int[] touched = new int[blocks + 1];
        int[] at = lambdaAt(pattern);
        lambdas = lambdas(pattern);
        boolean complete = false;
        try {
            stream = keep(device.stream());
            blas = keep(device.blas(stream));
            front = allocate((long) order * order * Double.BYTES);
            first = keep(device.ints(pattern.first()));
            baseStart = keep(device.ints(pattern.baseStart()));
            baseRow = keep(device.ints(pattern.baseRow()));
            baseValue = keep(device.doubles(pattern.baseValue()));
            lambdaAt = keep(device.ints(at));
            lambda = allocate((long) lambdas * Double.BYTES);
            start = keep(device.ints(pattern.start()));
            position = keep(device.ints(pattern.position()));
            values = keep(device.doubles(pattern.values()));
            k = allocate((long) pattern.nodes() * pattern.q() * pattern.q() * Double.BYTES);
            int[] blockOf = blockOf(pattern);
            int[] nodes = transpose(pattern, blockOf, touched, false);
            touchStart = keep(device.ints(touched));
            touchNode = keep(device.ints(nodes));
            touchColumn = keep(device.ints(transpose(pattern, blockOf, touched, true)));
            sequence = keep(device.ints(mostFirst(work(touched, nodes))));
            pivots = allocate(2L * order * Double.BYTES);
            solution = allocate((long) order * Double.BYTES);
            program = device.program("schur.cu", defines(pattern));
            cholesky = new LargeCholesky(order, front, device, stream, blas, program, this::keep);
            complete = true;
        } finally {
            if (!complete) {
                closeAll();
            }
        }
    }

    /** Bytes of device memory that a front takes for evaluations of the criterion. */
    static long bytes(FrontSize size) {
        long order = size.order();
        return Double.BYTES * (order * order + 3 * order + size.data() * size.slots() + size.columns() * size.q())
                + Double.BYTES * (long) size.nodes() * size.q() * size.q()
                + Integer.BYTES * (3 * size.columns() + 5 * order + size.data() + size.nodes());
    }

    /** Bytes that a gradient takes beside them. */
    static long inverseBytes(FrontSize size) {
        long ofNode = (long) size.q() * size.q() + (long) size.slots() * size.slots();
        return Double.BYTES
                        * (LargeCholesky.inverseWork(size.order())
                                + 2 * size.columns() * size.q()
                                + size.data() * size.slots())
                + Double.BYTES * ofNode * size.nodes()
                + Integer.BYTES * ((long) size.order() + size.nodes());
    }

    @Override
    public void load(double[] base, double[] rows) {
        device.makeCurrent();
        baseValue.upload(base, 0);
        values.upload(rows, 0);
    }

    @Override
    public int factor(double[][] lambdaOfFactors, double[] kOfNodes) {
        device.makeCurrent();
        double[] all = new double[lambdas];
        int next = 0;
        for (double[] each : lambdaOfFactors) {
            System.arraycopy(each, 0, all, next, each.length);
            next += each.length;
        }
        lambda.upload(all, 0);
        k.upload(kOfNodes, 0);
        base();
        subtract();
        scaledBlocks();
        return factor();
    }

    int factor() {
        return cholesky.factor();
    }

    /** Waits for what was launched. */
    void synchronize() {
        stream.synchronize();
    }

    @Override
    public double[] pivots() {
        device.makeCurrent();
        launch("pivots", (order + THREADS - 1) / THREADS, order, front, pivots);
        stream.synchronize();
        double[] result = new double[2 * order];
        pivots.download(result, result.length, 0);
        return result;
    }

    @Override
    public void solveTransposed(double[] x) {
        device.makeCurrent();
        solution.upload(x, 0);
        blas.solveLowerTransposed(x.length, front, order, solution);
        stream.synchronize();
        solution.download(x, x.length, 0);
    }

    @Override
    public void invert(int columns, double[] gathered, double[] nodes) {
        device.makeCurrent();
        if (inverse == null) {
            inverse = new Inverse();
        }
        inverted = columns;
        cholesky.invert(columns, inverse.room);
        inverse.gathered();
        inverse.scaledRows();
        inverse.images();
        inverse.quadratics();
        stream.synchronize();
        inverse.gathered.download(gathered, gathered.length, 0);
        inverse.nodes.download(nodes, nodes.length, 0);
    }

    @Override
    public double entry(int i, int j) {
        device.makeCurrent();
        double[] entry = new double[1];
        front.download(entry, 1, (long) j * order + i);
        return entry[0];
    }

    void base() {
        launch("base", blocks, order, first, baseStart, baseRow, baseValue, front);
    }

    void subtract() {
        launch(
                "subtract",
                blocks,
                order,
                sequence,
                first,
                touchStart,
                touchNode,
                touchColumn,
                start,
                position,
                values,
                k,
                front);
    }

    void scaledBlocks() {
        launch("scaledBlocks", blocks, order, blocks, first, lambdaAt, lambda, front);
    }

    private void launch(String kernel, int grid, Object... arguments) {
        if (grid > 0) {
            program.kernel(kernel).launch(stream, grid, THREADS, 0, arguments);
        }
    }

    /** What a gradient needs beside the factor; taken at the first one. */
    private final class Inverse {
        private final DeviceArray room;
        private final DeviceArray rows;
        private final DeviceArray image;
        private final DeviceArray gathered;
        private final DeviceArray nodes;
        private final DeviceArray blockOf;
        private final DeviceArray factors;
        private final DeviceArray nodeSequence;

        Inverse() {
            room = allocate(LargeCholesky.inverseWork(order) * Double.BYTES);
            rows = allocate((long) pattern.values().length * Double.BYTES);
            image = allocate((long) pattern.values().length * Double.BYTES);
            gathered = allocate((long) pattern.baseValue().length * Double.BYTES);
            nodes = allocate((long) pattern.nodes() * stride(pattern) * Double.BYTES);
            blockOf = keep(device.ints(SchurFront.blockOf(pattern)));
            factors = keep(device.ints(pattern.factors()));
            long[] columns = new long[pattern.nodes()];
            for (int v = 0; v < columns.length; v++) {
                columns[v] = (long) pattern.start()[v + 1] - pattern.start()[v];
            }
            nodeSequence = keep(device.ints(mostFirst(columns)));
        }

        void gathered() {
            launch("gathered", blocks, order, inverted, first, baseStart, baseRow, front, gathered);
        }

        void scaledRows() {
            launch("scaledRows", pattern.nodes(), first, blockOf, lambdaAt, lambda, start, position, values, rows);
        }

        void images() {
            launch(
                    "images",
                    pattern.nodes(),
                    order,
                    order - inverted,
                    nodeSequence,
                    start,
                    position,
                    rows,
                    front,
                    image);
        }

        void quadratics() {
            launch(
                    "quadratics",
                    pattern.nodes(),
                    order - inverted,
                    pattern.factors().length / 3,
                    factors,
                    start,
                    position,
                    values,
                    rows,
                    image,
                    k,
                    stride(pattern),
                    nodes);
        }
    }

    private static Map<String, String> defines(FrontPattern pattern) {
        String q = Integer.toString(pattern.q());
        String slots = Integer.toString(pattern.slots());
        return Math.max(pattern.q(), pattern.slots()) > LARGE
                ? Map.of("WM_Q", q, "WM_SLOTS", slots, "WM_LARGE", "1")
                : Map.of("WM_Q", q, "WM_SLOTS", slots);
    }

    /** Numbers of a node that {@link #invert} gives. */
    static int stride(FrontPattern pattern) {
        return pattern.q() * pattern.q() + lambdas(pattern);
    }

    private static int lambdas(FrontPattern pattern) {
        int[] factors = pattern.factors();
        int size = 0;
        for (int f = 0; f < factors.length; f += 3) {
            size += factors[f + 2] * factors[f + 2];
        }
        return size;
    }

    /** Where Λ of each block begins, −1 for those that have none. */
    private static int[] lambdaAt(FrontPattern pattern) {
        int[] factors = pattern.factors();
        int[] begin = new int[factors.length / 3 + 1];
        for (int f = 0; 3 * f < factors.length; f++) {
            begin[f + 1] = begin[f] + factors[3 * f + 2] * factors[3 * f + 2];
        }
        return IntStream.of(pattern.factor()).map(f -> f < 0 ? -1 : begin[f]).toArray();
    }

    private static int[] blockOf(FrontPattern pattern) {
        int[] blockOf = new int[pattern.order()];
        for (int block = 0; block < pattern.blocks(); block++) {
            for (int c = pattern.first()[block]; c < pattern.first()[block + 1]; c++) {
                blockOf[c] = block;
            }
        }
        return blockOf;
    }

    /**
     * The nodes that meet each block, ascending, or where the block begins among the node's columns.
     *
     * @param starts overwritten by where each block's begin
     */
    private static int[] transpose(FrontPattern pattern, int[] blockOf, int[] starts, boolean columns) {
        int[] position = pattern.position();
        Arrays.fill(starts, 0);
        for (int place : position) {
            if (place == pattern.first()[blockOf[place]]) {
                starts[blockOf[place] + 1]++;
            }
        }
        for (int block = 1; block < starts.length; block++) {
            starts[block] += starts[block - 1];
        }
        int[] next = starts.clone();
        int[] entries = new int[starts[starts.length - 1]];
        for (int v = 0; v < pattern.nodes(); v++) {
            for (int e = pattern.start()[v]; e < pattern.start()[v + 1]; e++) {
                int block = blockOf[position[e]];
                if (position[e] == pattern.first()[block]) {
                    entries[next[block]++] = columns ? e - pattern.start()[v] : v;
                }
            }
        }
        return entries;
    }

    /** How many columns the nodes of each block have together. */
    private long[] work(int[] starts, int[] nodes) {
        long[] work = new long[blocks];
        for (int block = 0; block < blocks; block++) {
            for (int e = starts[block]; e < starts[block + 1]; e++) {
                work[block] += THREADS + pattern.start()[nodes[e] + 1] - pattern.start()[nodes[e]];
            }
        }
        return work;
    }

    private static int[] mostFirst(long[] work) {
        return IntStream.range(0, work.length)
                .boxed()
                .sorted((a, b) -> Long.compare(work[b], work[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private <R extends Resource> R keep(R resource) {
        open.push(resource);
        return resource;
    }

    private DeviceArray allocate(long bytes) {
        return keep(device.allocate(bytes));
    }

    /** Gives everything back. */
    @Override
    public void close() {
        device.makeCurrent();
        closeAll();
    }

    private void closeAll() {
        DeviceException failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (DeviceException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
