package org.warpmix.backend.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.Profile;

/**
 * Work space of a number of lanes on a device, and the launches of {@code native/crossed.cu} and {@code native/front.cu}, which
 * say what each array holds: a method for each kernel, of its name. A place is the number of a lane among those evaluated.
 */
final class CrossedWork implements AutoCloseable {

    static final int THREADS = 256;
    static final int WARPS = THREADS / 32;

    /**
     * Order of the largest front that a block sweeps in its shared memory: what 227 KB hold, the most there is on Hopper cards;
     * others hold less. Larger ones go to the libraries. Reckoned, not measured: up to there the sweep reads nothing
     * from the device's memory, and the libraries do twice its operations, with a launch for every few columns. The property
     * {@code org.warpmix.cuda.front} sets another.
     */
    private static final int LARGEST_SHARED_FRONT = 231;

    private static final int LARGEST_TILE = 6;

    final Device device;
    final CrossedProducts design;
    final Profile profile;
    final Stream stream;
    final DeviceArray columns;
    /** The lanes of the places, then the covariance factors. */
    final DeviceArray points;

    final DeviceArray logs;
    final DeviceArray s;
    final DeviceArray hbar;
    final DeviceArray results;
    private final DeviceArray responses;
    private final DeviceArray pivots;
    private final DeviceArray products;
    private final DeviceArray dense;
    private final DeviceArray denseFactors;
    private final DeviceArray k;
    private final DeviceArray quadratics;
    private final DeviceArray derivatives;
    private final HostArray hostPoints;
    private final HostArray hostResponses;
    private final HostArray hostResults;
    private final LibraryFront library;
    final Program fronts;
    private final Program crossed;
    private final int lanes;
    private final int tile;
    private final Deque<Resource> open = new ArrayDeque<>();

    /** @throws OutOfDeviceMemory where the lanes do not fit */
    CrossedWork(Device device, Crossproducts statistics, CrossedProducts design, Profile profile, int lanes) {
        this.device = device;
        this.design = design;
        this.profile = profile;
        this.lanes = lanes;
        long width = design.width();
        tile = tile(design.width());
        boolean complete = false;
        try {
            stream = keep(device.stream());
            points = allocate(1 + design.lambdas);
            responses = allocate(design.rows() + width);
            logs = allocate(design.levels);
            k = allocate((long) design.q * design.rows());
            quadratics = allocate((long) design.q * design.rows());
            s = allocate(width * width);
            hbar = allocate(width * width);
            derivatives = allocate((long) design.m * design.slots());
            results = allocate(stride(design));
            library = isShared(device, design) ? null : new LibraryFront(this, Math.min(lanes, LibraryFront.GROUP));
            pivots = keep(device.doubles(design.pivots()));
            products = keep(device.doubles(design.products(statistics)));
            dense = keep(device.doubles(design.front(statistics)));
            columns = keep(device.ints(design.columns()));
            denseFactors = keep(device.ints(design.denseFactors()));
            hostPoints = keep(device.hostDoubles(lanes * (1 + design.lambdas)));
            hostResponses = keep(device.hostDoubles(Math.toIntExact(lanes * (design.rows() + width))));
            hostResults = keep(device.hostDoubles(lanes * stride(design)));
            fronts = device.program("front.cu", Map.of("WM_SLOTS", Integer.toString(design.slots())));
            crossed = device.program(
                    "crossed.cu", Map.of("WM_Q", Integer.toString(design.q), "WM_T", Integer.toString(tile)));
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    <R extends Resource> R keep(R resource) {
        open.push(resource);
        return resource;
    }

    /** So many doubles for every lane. */
    private DeviceArray allocate(long doublesPerLane) {
        return keep(device.allocate(Double.BYTES * doublesPerLane * lanes));
    }

    /** Bytes that each lane takes on a device. */
    static long bytesPerLane(Device device, CrossedProducts design) {
        long width = design.width();
        long doubles = 1
                + design.lambdas
                + design.rows()
                + width
                + design.levels
                + 2L * design.q * design.rows()
                + 2 * width * width
                + (long) design.m * design.slots()
                + stride(design);
        return Double.BYTES * doubles + (isShared(device, design) ? 0 : LibraryFront.bytesPerLane(design));
    }

    /** How many results a lane has: d, r², derivatives by the covariance factors, γ, M_XX⁻¹. */
    static int stride(CrossedProducts design) {
        return 1 + design.lambdas + design.p + design.p * design.p;
    }

    private static boolean isShared(Device device, CrossedProducts design) {
        return design.width() <= Integer.getInteger("org.warpmix.cuda.front", LARGEST_SHARED_FRONT)
                && sharedBytes(design.width())
                        <= device.sharedBytesPerBlock() - 1024; // which the system takes, and sums
    }

    private static long sharedBytes(long width) {
        return Double.BYTES * (width * (width + 1) / 2 + 9 * width);
    }

    /**
     * A sixteenth of the edge of the tiles that a symmetric matrix is cut into: what the tiles of a triangle hold beyond it is
     * wasted, and threads with fewer than 4×4 entries read shared memory faster than it answers.
     */
    static int tile(int width) {
        int best = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int t = 1; t <= LARGEST_TILE; t++) {
            double edges = Math.ceil(width / (16.0 * t));
            double cost = edges * (edges + 1) * t * t * Math.max(1, 4.0 / t);
            if (cost < least) {
                least = cost;
                best = t;
            }
        }
        return best;
    }

    /** Where the lanes of the next evaluation are named, bits of a long each, then their covariance factors. */
    HostArray points() {
        return hostPoints;
    }

    /** Where the responses of the lanes are laid down, {@code rows() + width()} of each. */
    HostArray responses() {
        return hostResponses;
    }

    /** What an evaluation gave, {@link #stride} of each place. */
    HostArray results() {
        return hostResults;
    }

    /** Takes over the responses of consecutive lanes. */
    void load(int first, int count) {
        long size = (long) design.rows() + design.width();
        responses.upload(stream, hostResponses, first * size, count * size, first * size);
    }

    /** Evaluates so many places and waits for the results. */
    void evaluate(int count) {
        points.upload(stream, hostPoints, 0, lanes + (long) count * design.lambdas, 0);
        levels(count);
        schur(count);
        if (library == null) {
            front(count);
        } else {
            library.solve(count);
        }
        derivative(count);
        weights(count);
        quadratic(count);
        residuals(count);
        collect(count);
        results.download(stream, hostResults, 0, (long) count * stride(design), 0);
        stream.synchronize();
    }

    private void levels(int count) {
        launch(crossed, "levels", ofThreads(count), count, design.levels, pivots, lambda(), design.lambdas, k, logs);
    }

    private void schur(int count) {
        int edges = (design.width() + 16 * tile - 1) / (16 * tile);
        int grid = Math.multiplyExact(count, edges * (edges + 1) / 2);
        launch(crossed, "schur", grid, design.levels, design.width(), products, dense, responses, points, k, s);
    }

    private void front(int count) {
        int width = design.width();
        int reml = profile.reml() ? 1 : 0;
        fronts.kernel("front")
                .launch(
                        stream,
                        count,
                        THREADS,
                        Math.toIntExact(sharedBytes(width)),
                        design.m,
                        design.p,
                        first(),
                        order(),
                        at(),
                        lambda(),
                        design.lambdas,
                        reml,
                        profile.degrees(),
                        profile.constant(),
                        design.levels,
                        logs,
                        s,
                        hbar,
                        results,
                        stride(design));
    }

    private void derivative(int count) {
        launch(
                fronts,
                "derivative",
                ofWarps(count, design.m),
                count,
                design.m,
                design.p,
                first(),
                order(),
                at(),
                lambda(),
                design.lambdas,
                s,
                hbar,
                derivatives);
    }

    private void weights(int count) {
        launch(
                fronts,
                "weights",
                ofWarps(count, design.width()),
                count,
                design.m,
                design.p,
                first(),
                order(),
                at(),
                lambda(),
                design.lambdas,
                hbar,
                s);
    }

    private void quadratic(int count) {
        int levels = Math.max(1, 64 / design.q);
        int grid = Math.multiplyExact(count, (design.levels + levels - 1) / levels);
        launch(crossed, "quadratic", grid, design.levels, design.width(), products, responses, points, s, quadratics);
    }

    private void residuals(int count) {
        launch(crossed, "residuals", ofThreads(count), count, design.levels, pivots, k, quadratics);
    }

    private void collect(int count) {
        launch(
                crossed,
                "collect",
                count,
                design.levels,
                quadratics,
                lambda(),
                design.lambdas,
                (int) (denseFactors.bytes() / (4 * Integer.BYTES)),
                denseFactors,
                design.slots(),
                design.m,
                derivatives,
                results,
                stride(design));
    }

    void launch(Program program, String kernel, int grid, Object... arguments) {
        program.kernel(kernel).launch(stream, grid, THREADS, 0, arguments);
    }

    private int ofThreads(int count) {
        return Math.toIntExact(((long) count * design.levels + THREADS - 1) / THREADS);
    }

    /** Blocks for a warp for each column of each place. */
    int ofWarps(int count, int columnsOfPlace) {
        return Math.toIntExact(((long) count * columnsOfPlace + WARPS - 1) / WARPS);
    }

    /** Covariance factors of the first place. */
    private Object lambda() {
        return points.at((long) lanes * Double.BYTES);
    }

    /** The same of another place. */
    Object lambda(int place) {
        return points.at(((long) lanes + (long) place * design.lambdas) * Double.BYTES);
    }

    Object first() {
        return columns.pointer();
    }

    Object order() {
        return columns.at((long) design.width() * Integer.BYTES);
    }

    Object at() {
        return columns.at(2L * design.width() * Integer.BYTES);
    }

    /** Gives everything back. */
    @Override
    public void close() {
        DeviceException first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (DeviceException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
