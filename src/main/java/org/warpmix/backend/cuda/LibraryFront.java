package org.warpmix.backend.cuda;

/**
 * The criterion, the estimates and H̄ of fronts too large for shared memory, by cuSOLVER and cuBLAS: H = LL', LX = I, X'X.
 *
 * <p>The libraries may choose their algorithm by the number of matrices, so they are always handed a whole group: what comes
 * out for a replicate then does not depend on its company. Where fewer are asked for, the rest are what was left of others.
 */
final class LibraryFront {

    /** Matrices in a call. Reckoned, not measured: enough to occupy a card where one block has a matrix of its own. */
    static final int GROUP = 32;

    private final CrossedWork work;
    private final CrossedProducts design;
    private final int group;
    private final Blas blas;
    private final DeviceArray x;
    private final DeviceArray vectors;
    private final DeviceArray squares;
    private final DeviceArray info;
    private final DeviceArray addressesOfH;
    private final DeviceArray addressesOfX;

    /** @param group matrices in a call; the work space holds a whole number of groups */
    LibraryFront(CrossedWork work, int group) {
        this.work = work;
        this.design = work.design;
        this.group = group;
        Device device = work.device;
        long width = design.width();
        blas = work.keep(device.blas(work.stream));
        x = work.keep(device.allocate(Double.BYTES * width * width * group));
        vectors = work.keep(device.allocate(Double.BYTES * width * group));
        squares = work.keep(device.allocate(Double.BYTES * width * group));
        info = work.keep(device.allocate((long) Integer.BYTES * group));
        addressesOfH = work.keep(device.allocate((long) Long.BYTES * group));
        addressesOfX = work.keep(device.allocate((long) Long.BYTES * group));
    }

    /** Bytes for each matrix of a group. */
    static long bytesPerLane(CrossedProducts design) {
        long width = design.width();
        return Double.BYTES * (width * width + 2 * width) + 2 * Long.BYTES + Integer.BYTES;
    }

    /** From S to the criterion, the estimates and H̄ of so many places. */
    void solve(int count) {
        int width = design.width();
        int inverted = work.profile.reml() ? width - 1 : design.m;
        long size = (long) width * width;
        for (int from = 0; from < count; from += group) {
            int places = Math.min(group, count - from);
            long first = from * size;
            scaledFront(from, places);
            addresses(work.hbar.at(first * Double.BYTES), addressesOfH);
            addresses(x.pointer(), addressesOfX);
            blas.choleskyLower(width, addressesOfH, width, info, group);
            blas.triangularSolveLower(false, width - 1, width - 1, addressesOfH, width, addressesOfX, width, group);
            solution(from, places);
            blas.multiply(
                    true, false, inverted, inverted, inverted, 1, x, 0, width, size, x, 0, width, size, 0, work.hbar,
                    first, width, size, group);
            embedded(from, places, inverted);
        }
    }

    private void scaledFront(int from, int count) {
        long first = (long) from * design.width() * design.width() * Double.BYTES;
        work.launch(
                work.fronts,
                "scaledFront",
                work.ofWarps(count, design.width()),
                count,
                design.m,
                design.p,
                work.first(),
                work.order(),
                work.at(),
                work.lambda(from),
                design.lambdas,
                work.s.at(first),
                work.hbar.at(first),
                x);
    }

    private void addresses(Object matrices, DeviceArray addresses) {
        long size = (long) design.width() * design.width();
        work.launch(work.fronts, "addresses", 1, group, matrices, size, addresses);
    }

    private void solution(int from, int count) {
        int width = design.width();
        int stride = CrossedWork.stride(design);
        work.launch(
                work.fronts,
                "solution",
                count,
                design.m,
                design.p,
                design.lambdas,
                work.profile.reml() ? 1 : 0,
                work.profile.degrees(),
                work.profile.constant(),
                design.levels,
                work.logs.at((long) from * design.levels * Double.BYTES),
                info,
                work.hbar.at((long) from * width * width * Double.BYTES),
                x,
                vectors,
                squares,
                work.results.at((long) from * stride * Double.BYTES),
                stride);
    }

    private void embedded(int from, int count, int inverted) {
        int width = design.width();
        long first = (long) from * width * width * Double.BYTES;
        work.launch(
                work.fronts,
                "embedded",
                work.ofWarps(count, width),
                count,
                width,
                inverted,
                vectors,
                work.hbar.at(first));
    }
}
