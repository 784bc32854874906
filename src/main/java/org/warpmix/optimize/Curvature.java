package org.warpmix.optimize;

import java.util.Arrays;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * The Hessian H of the criterion at the end of a search, from differences of its exact gradient, by eigenvalues.
 *
 * <p>Directions whose eigenvalue is below 1e-5 of the largest are taken as flat: those that a vanished variance leaves
 * without meaning.
 */
final class Curvature {

    /** That of a Hessian which was not formed. */
    static final Curvature UNKNOWN = new Curvature(new double[0], new double[0]);

    private static final double DIFFERENCE = 1e-5;
    private static final double FLAT = 1e-5;
    /** Largest number of parameters for which the Hessian is formed. */
    static final int LARGEST = 60;

    private final double[] values;
    private final double[] vectors;

    private Curvature(double[] values, double[] vectors) {
        this.values = values;
        this.vectors = vectors;
    }

    /** The Hessian at a point: as many evaluations as x has entries, {@link #UNKNOWN} where these are more than 60. */
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
        return new Curvature(spectrum.values(), spectrum.vectors());
    }

    /** Whether the Hessian was formed. */
    boolean known() {
        return values.length > 0;
    }

    /** Smallest eigenvalue, NaN where the Hessian was not formed. */
    double smallest() {
        return known() ? values[0] : Double.NaN;
    }

    /** Unit eigenvector of the smallest eigenvalue. */
    double[] direction() {
        return Arrays.copyOf(vectors, values.length);
    }

    /** Whether the point is clearly not a minimum. */
    boolean indefinite() {
        return known() && values[0] < -FLAT * Math.max(values[values.length - 1], 1);
    }

    /**
     * {@code ½ g'H⁻¹g}, how far the criterion is above its minimum. Flat directions count with the curvature under which they
     * are called flat: along one that has no meaning the gradient is nothing, along another there is at least so much to gain.
     */
    double excess(double[] gradient) {
        double excess = 0;
        for (int j = 0; j < values.length; j++) {
            double slope = slope(j, gradient);
            excess += 0.5 * slope * slope / Math.max(values[j], FLAT * values[values.length - 1]);
        }
        return excess;
    }

    /** {@code x − H⁻¹g} over the directions that are not flat. */
    double[] newton(double[] x, double[] gradient) {
        double[] next = x.clone();
        for (int j = 0; j < values.length; j++) {
            if (values[j] > FLAT * values[values.length - 1]) {
                double length = slope(j, gradient) / values[j];
                for (int i = 0; i < next.length; i++) {
                    next[i] -= length * vectors[i + j * next.length];
                }
            }
        }
        return next;
    }

    private double slope(int j, double[] gradient) {
        double slope = 0;
        for (int i = 0; i < gradient.length; i++) {
            slope += vectors[i + j * gradient.length] * gradient[i];
        }
        return slope;
    }
}
