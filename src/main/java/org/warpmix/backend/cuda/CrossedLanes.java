package org.warpmix.backend.cuda;

import java.nio.DoubleBuffer;
import java.util.List;
import org.warpmix.backend.lanes.LaneCriterion;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.Profile;
import org.warpmix.model.RandomTerm;

/**
 * The criterion of a model with several grouping factors over lanes of responses, on a device. The search stays on the host:
 * per lane and evaluation only the covariance factors travel there, and the criterion, its gradient and the fixed effects
 * back. Formulas are those of {@code native/crossed.cu}. Not for several threads at once; the thread that uses it has made
 * the device its own.
 */
final class CrossedLanes implements LaneCriterion {

    /** Predicted excess at which a search ends, as on the cpu backend for these models. */
    private static final double TOLERANCE = 1e-11;

    /** Beyond this a level's matrices leave the registers, and the host is the better place. */
    private static final int MOST_COLUMNS = 12;

    private static final int MOST_LANES = 4096;
    private static final long MOST_LOCKED = 1L << 30;
    /** The part of the free memory that is asked for at most: the libraries and the system want some. */
    private static final double SHARE = 0.9;

    private final CrossedWork work;
    private final CrossedProducts design;
    private final int lanes;
    private final double degrees;
    private final int[] entriesOfX;
    private final int[] responsePlaces;
    /** Where each lane stood among those evaluated last. */
    private final int[] place;

    private CrossedLanes(CrossedWork work, Parameters parameters, int lanes) {
        this.work = work;
        this.design = work.design;
        this.lanes = lanes;
        this.degrees = work.profile.degrees();
        this.entriesOfX = design.entriesOfX(parameters);
        this.responsePlaces = design.responsePlaces();
        this.place = new int[lanes];
    }

    /** Whether a design is one for this criterion. */
    static boolean suits(Crossproducts design) {
        List<LevelProducts> factors = design.factors();
        if (factors.size() < 2) {
            return false;
        }
        CrossedProducts products = new CrossedProducts(design);
        long dense = products.width() - 1L;
        boolean suits = Math.max(products.rows(), dense) * dense <= Integer.MAX_VALUE - 8; // one array of the JVM
        for (LevelProducts factor : factors) {
            suits &= factor.q() <= MOST_COLUMNS;
            for (RandomTerm term : factor.block().terms()) {
                suits &= term.covariance().basisFree();
            }
        }
        return suits;
    }

    /** Bytes of a device's memory that this criterion takes with so many lanes. */
    static long bytes(Device device, Crossproducts design, int lanes) {
        CrossedProducts products = new CrossedProducts(design);
        return products.bytes() + lanes * CrossedWork.bytesPerLane(device, products);
    }

    /**
     * As many lanes as wanted, or as fit into what the device has free.
     *
     * @param design one that {@link #suits}
     * @throws OutOfDeviceMemory where not one lane fits
     */
    static CrossedLanes of(Device device, Crossproducts design, Method method, Parameters parameters, int wantedLanes) {
        CrossedProducts products = new CrossedProducts(design);
        Profile profile = new Profile(design, method);
        long perLane = CrossedWork.bytesPerLane(device, products);
        long free = device.freeBytes();
        long fitting = (long) ((SHARE * free - products.bytes()) / perLane);
        long locked = MOST_LOCKED / (Double.BYTES * (long) (products.rows() + products.width()));
        int lanes = (int) Math.min(Math.min(wantedLanes, MOST_LANES), Math.min(fitting, locked));
        while (lanes > 0) {
            if (lanes > LibraryFront.GROUP) {
                lanes -= lanes % LibraryFront.GROUP;
            }
            try {
                CrossedWork work = new CrossedWork(device, design, products, profile, lanes);
                return new CrossedLanes(work, parameters, lanes);
            } catch (OutOfDeviceMemory e) {
                lanes /= 2; // others took what was free
            }
        }
        throw new OutOfDeviceMemory("One replicate of this model takes "
                + Driver.bytes(products.bytes() + perLane) + " on " + device + ", which has " + Driver.bytes(free)
                + " free. Use the cpu backend, or leave out rare levels.");
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public double tolerance() {
        return TOLERANCE;
    }

    @Override
    public void load(int[] into, int count, double[][] drawn, int first, boolean[] sound) {
        DoubleBuffer responses = work.responses().buffer();
        int size = design.rows() + design.width();
        int yy = responsePlaces.length - 1;
        for (int i = 0; i < count; i++) {
            double square = drawn[yy][first + i];
            sound[i] = square > 0 && square < Double.POSITIVE_INFINITY;
        }
        for (int e = 0; e <= yy; e++) {
            for (int i = 0; i < count; i++) {
                if (sound[i]) {
                    responses.put(into[i] * size + responsePlaces[e], drawn[e][first + i]);
                }
            }
        }
        for (int from = 0; from < count; ) { // what lies side by side goes as one
            int to = from;
            while (to < count && sound[to] && into[to] - into[from] == to - from) {
                to++;
            }
            if (to > from) {
                work.load(into[from], to - from);
            }
            from = Math.max(to, from + 1);
        }
    }

    @Override
    public void evaluate(double[][] x, int[] occupied, int count, double[] value, double[][] gradient) {
        DoubleBuffer points = work.points().buffer();
        for (int i = 0; i < count; i++) {
            int lane = occupied[i];
            place[lane] = i;
            points.put(i, Double.longBitsToDouble(lane));
            int at = lanes + i * design.lambdas;
            for (int e = 0; e < entriesOfX.length; e++) {
                points.put(at + e, entriesOfX[e] < 0 ? 0 : x[entriesOfX[e]][lane]);
            }
            points.put(at + entriesOfX.length, 1);
        }
        work.evaluate(count);
        for (int i = 0; i < count; i++) {
            int lane = occupied[i];
            value[lane] = result(lane, 0);
            for (int e = 0; e < entriesOfX.length; e++) {
                if (entriesOfX[e] >= 0) {
                    gradient[entriesOfX[e]][lane] = result(lane, 2 + e);
                }
            }
        }
    }

    @Override
    public double rSquared(int lane) {
        return result(lane, 1);
    }

    @Override
    public double degrees(int lane) {
        return degrees;
    }

    @Override
    public void gamma(int lane, double[] gamma) {
        for (int e = 0; e < design.p; e++) {
            gamma[e] = result(lane, 1 + design.lambdas + e);
        }
    }

    @Override
    public void fixedInverse(int lane, double[] inverse) {
        for (int e = 0; e < design.p * design.p; e++) {
            inverse[e] = result(lane, 1 + design.lambdas + design.p + e);
        }
    }

    private double result(int lane, int entry) {
        return work.results().buffer().get(place[lane] * CrossedWork.stride(design) + entry);
    }

    @Override
    public void close() {
        work.close();
    }
}
