package org.warpmix.optimize;

import java.util.Arrays;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * The spectrum of the Hessian of the criterion at a point, from differences of its exact gradient.
 *
 * @param smallest smallest eigenvalue, NaN where the Hessian was not formed
 * @param largest largest eigenvalue
 * @param direction unit eigenvector of the smallest
 * @param excess ½ g'H⁻¹g over the directions in which H is clearly positive: how far above its minimum the criterion is
 */
record Curvature(double smallest, double largest, double[] direction, double excess) {

    /** Of a Hessian that was not formed. */
    static final Curvature UNKNOWN = new Curvature(Double.NaN, Double.NaN, null, Double.NaN);

    private static final double DIFFERENCE = 1e-5;
    private static final double INDEFINITE = 1e-5;
    private static final int LARGEST = 60;

    /** The spectrum at a minimum: as many evaluations as x has entries, none where these are more than 60. */
    static Curvature of(ProfiledCriterion criterion, Bfgs.Minimum minimum) {
        int k = minimum.x().length;
        if (k > LARGEST || !(minimum.value() < Double.POSITIVE_INFINITY)) {
            return UNKNOWN;
        }
        double[] hessian = new double[k * k];
        double[] x = minimum.x().clone();
        double[] gradient = new double[k];
        for (int j = 0; j < k; j++) {
            double at = x[j];
            x[j] = at + DIFFERENCE * Math.max(1, Math.abs(at));
            double step = x[j] - at;
            criterion.value(x, gradient);
            x[j] = at;
            for (int i = 0; i < k; i++) {
                double slope = 0.5 * (gradient[i] - minimum.gradient()[i]) / step;
                hessian[i + j * k] += slope;
                hessian[j + i * k] += slope;
            }
        }
        SymmetricEigen spectrum = SymmetricEigen.of(hessian, k);
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        double excess = 0;
        for (int j = 0; j < k; j++) {
            double slope = 0;
            for (int i = 0; i < k; i++) {
                slope += vectors[i + j * k] * minimum.gradient()[i];
            }
            if (values[j] > INDEFINITE * values[k - 1]) {
                excess += 0.5 * slope * slope / values[j];
            }
        }
        return new Curvature(values[0], values[k - 1], Arrays.copyOf(vectors, k), excess);
    }

    /** Whether the point is clearly not a minimum. */
    boolean indefinite() {
        return smallest < -INDEFINITE * Math.max(largest, 1);
    }
}
