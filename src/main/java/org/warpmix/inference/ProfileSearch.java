package org.warpmix.inference;

import java.util.Arrays;
import java.util.List;
import org.warpmix.likelihood.HeldCriterion;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.optimize.Bfgs;

/**
 * Optimises the free coordinates of a profile for one value after another.
 *
 * <p>The search moves in coordinates in which the Hessian at the estimate is the identity, from where the points before lead to in
 * a straight line: a few evaluations each.
 */
final class ProfileSearch {

    private static final double DIFFERENCE = 1e-5;
    /** Least curvature, relative to the largest. */
    private static final double FLAT = 1e-6;

    private static final double TOLERANCE = 1e-12;
    private static final int LIMIT = 1000;
    /** First step, relative to the value, where the curvature tells none. */
    private static final double UNKNOWN = 0.1;

    /** Longest step, as a multiple of that before. */
    private static final double LONGEST = 4;

    private final HeldCriterion criterion;
    private final double minimum;
    private final int k;
    /** Columns are the axes of the search, k×k. */
    private final double[] axes;

    private final double[] full;
    private final double curvature;
    private final Point origin;
    private double shortfall;

    /**
     * A point of a profile.
     *
     * @param held value of the coordinate that is held
     * @param free what is optimal there
     * @param zeta |ζ|
     * @param slope derivative of |ζ| by what is held; 0 at the estimate
     */
    record Point(double held, double[] free, double zeta, double slope) {}

    /**
     * @param estimate where d has its minimum
     * @param minimum the smallest d
     */
    ProfileSearch(HeldCriterion criterion, HeldCriterion.Place estimate, double minimum) {
        this.criterion = criterion;
        this.minimum = minimum;
        this.k = criterion.free();
        this.axes = new double[k * k];
        this.full = new double[k + 1];
        double[] free = estimate.free().clone();
        criterion.leaveZero(free);
        double[] hessian = hessian(estimate.held(), free);
        SymmetricEigen spectrum = SymmetricEigen.of(leading(hessian), k);
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        double largest = 1;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        double schur = hessian[k + k * (k + 1)];
        for (int e = 0; e < k; e++) {
            double width = 1 / Math.sqrt(Math.max(Math.abs(values[e]), FLAT * largest));
            double along = 0;
            for (int i = 0; i < k; i++) {
                axes[i + e * k] = width * vectors[i + e * k];
                along += axes[i + e * k] * hessian[i + k * (k + 1)];
            }
            schur -= along * along;
        }
        this.curvature = schur;
        this.origin = new Point(estimate.held(), estimate.free(), 0, 0);
    }

    /** The estimate. */
    Point origin() {
        return origin;
    }

    /** The smallest d. */
    double minimum() {
        return minimum;
    }

    /** How far below it a point came. */
    double shortfall() {
        return shortfall;
    }

    /** Where, by the last point of a side, |ζ| may reach a target. */
    double ahead(List<Point> side, int sign, double target) {
        Point last = side.get(side.size() - 1);
        double step;
        if (side.size() == 1) {
            step = target * (curvature > 0 ? Math.sqrt(2 / curvature) : UNKNOWN * Math.max(1, Math.abs(last.held())));
        } else {
            double before = Math.abs(last.held() - side.get(side.size() - 2).held());
            double slope = sign * last.slope();
            step = slope > 0 ? Math.min((target - last.zeta()) / slope, LONGEST * before) : LONGEST * before;
        }
        return last.held() + sign * step;
    }

    /**
     * Optimises at a value.
     *
     * @param near points to begin from: on a straight line through the last two
     * @return {@code null} where d cannot be evaluated
     */
    Point at(double held, List<Point> near) {
        double[] start = start(held, near);
        criterion.leaveZero(start);
        double[] ones = new double[k];
        Arrays.fill(ones, 1);
        double[] z = new double[k];
        Bfgs.Minimum found = Bfgs.minimize(
                (w, gradient) -> {
                    place(start, w, z);
                    double value = criterion.value(held, z, full);
                    for (int e = 0; e < k; e++) {
                        double sum = 0;
                        for (int i = 0; i < k; i++) {
                            sum += axes[i + e * k] * full[i];
                        }
                        gradient[e] = sum;
                    }
                    return value;
                },
                new double[k],
                ones,
                TOLERANCE,
                LIMIT);
        if (!(found.value() < Double.POSITIVE_INFINITY)) {
            return null;
        }
        double[] free = new double[k];
        place(start, found.x(), free);
        double value = criterion.value(held, free, full);
        shortfall = Math.max(shortfall, minimum - value);
        double zeta = Math.sqrt(Math.max(0, value - minimum));
        return new Point(held, free, zeta, zeta == 0 ? 0 : full[k] / (2 * zeta));
    }

    private double[] start(double held, List<Point> near) {
        Point last = near.get(near.size() - 1);
        double[] start = last.free().clone();
        if (near.size() > 1) {
            Point before = near.get(near.size() - 2);
            double share = (held - last.held()) / (last.held() - before.held());
            for (int i = 0; i < k; i++) {
                start[i] += share * (last.free()[i] - before.free()[i]);
            }
        }
        return start;
    }

    private void place(double[] start, double[] w, double[] z) {
        for (int i = 0; i < k; i++) {
            double sum = start[i];
            for (int e = 0; e < k; e++) {
                sum += axes[i + e * k] * w[e];
            }
            z[i] = sum;
        }
    }

    /** By the free coordinates and what is held, from central differences of the gradient. */
    private double[] hessian(double held, double[] free) {
        double[] hessian = new double[(k + 1) * (k + 1)];
        double[] at = free.clone();
        double[] up = new double[k + 1];
        double[] down = new double[k + 1];
        for (int j = 0; j <= k; j++) {
            double centre = j < k ? free[j] : held;
            double step = DIFFERENCE * Math.max(0.1, Math.abs(centre));
            boolean ofHeld = j == k;
            if (!ofHeld) {
                at[j] = centre + step;
            }
            criterion.value(ofHeld ? held + step : held, at, up);
            if (!ofHeld) {
                at[j] = centre - step;
            }
            criterion.value(ofHeld ? held - step : held, at, down);
            if (!ofHeld) {
                at[j] = centre;
            }
            for (int i = 0; i <= k; i++) {
                double slope = 0.25 * (up[i] - down[i]) / step;
                hessian[i + j * (k + 1)] += slope;
                hessian[j + i * (k + 1)] += slope;
            }
        }
        return hessian;
    }

    private double[] leading(double[] hessian) {
        double[] leading = new double[k * k];
        for (int j = 0; j < k; j++) {
            System.arraycopy(hessian, j * (k + 1), leading, j * k, k);
        }
        return leading;
    }
}
