package org.warpmix.backend.lanes;

import java.util.Arrays;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.optimize.SingularDirections;

/**
 * Where the searches of a batch begin: the batch's start, with no variance at zero, where the gradient could not lead away, and
 * the inverse Hessian of the observed response's criterion there, made positive definite.
 *
 * @param x the point
 * @param inverse lower triangle, packed column by column
 * @param regular whether the point is the batch's start itself
 */
public record WarmStart(double[] x, double[] inverse, boolean regular) {

    private static final double LEAST_DEVIATION = 0.1;
    private static final double DIFFERENCE = 1e-3;
    private static final double[] POINTS = {-2, -1, 1, 2};
    private static final double[] WEIGHTS = {1 / 12.0, -2 / 3.0, 2 / 3.0, -1 / 12.0};
    /** Least curvature, relative to the largest. */
    private static final double FLAT = 0.01;

    /**
     * The start of a batch.
     *
     * @param criterion that of the response observed
     * @param start where the batch begins
     */
    public static WarmStart of(ProfiledCriterion criterion, double[] start) {
        SingularDirections directions = new SingularDirections(criterion.parameters(), criterion.blocks());
        double[] x = directions.awayFromZero(start, LEAST_DEVIATION);
        double[] gradient = new double[x.length];
        if (!(criterion.value(x, gradient) < Double.POSITIVE_INFINITY)) {
            x = criterion.parameters().start();
            if (!(criterion.value(x, gradient) < Double.POSITIVE_INFINITY)) {
                return new WarmStart(x, pack(diagonal(criterion.parameters().scale()), x.length), false);
            }
        }
        return new WarmStart(x, pack(inverse(hessian(criterion, x), x.length), x.length), Arrays.equals(x, start));
    }

    /**
     * By differences of the gradient to fourth order: with a Hessian this close the first step of a balanced design is the last
     * one, too.
     */
    private static double[] hessian(ProfiledCriterion criterion, double[] x) {
        int k = x.length;
        double[] hessian = new double[k * k];
        double[] at = x.clone();
        double[] gradient = new double[k];
        for (int j = 0; j < k; j++) {
            double step = DIFFERENCE * Math.max(1, Math.abs(x[j]));
            for (int point = 0; point < POINTS.length; point++) {
                at[j] = x[j] + POINTS[point] * step;
                criterion.value(at, gradient);
                for (int i = 0; i < k; i++) {
                    double slope = 0.5 * WEIGHTS[point] * gradient[i] / step;
                    hessian[i + j * k] += slope;
                    hessian[j + i * k] += slope;
                }
            }
            at[j] = x[j];
        }
        return hessian;
    }

    private static double[] inverse(double[] hessian, int k) {
        SymmetricEigen spectrum = SymmetricEigen.of(hessian, k);
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        double largest = Math.max(Math.abs(values[0]), Math.abs(values[k - 1]));
        double[] inverse = new double[k * k];
        for (int e = 0; e < k; e++) {
            double weight = 1 / Math.max(Math.abs(values[e]), FLAT * largest);
            for (int j = 0; j < k; j++) {
                for (int i = 0; i < k; i++) {
                    inverse[i + j * k] += weight * vectors[i + e * k] * vectors[j + e * k];
                }
            }
        }
        return inverse;
    }

    private static double[] diagonal(double[] entries) {
        double[] matrix = new double[entries.length * entries.length];
        for (int i = 0; i < entries.length; i++) {
            matrix[i * (entries.length + 1)] = entries[i];
        }
        return matrix;
    }

    private static double[] pack(double[] full, int k) {
        double[] packed = new double[k * (k + 1) / 2];
        int next = 0;
        for (int j = 0; j < k; j++) {
            for (int i = j; i < k; i++) {
                packed[next++] = full[i + j * k];
            }
        }
        return packed;
    }
}
