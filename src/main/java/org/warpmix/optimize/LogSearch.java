package org.warpmix.optimize;

import java.util.Arrays;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * The search of a criterion of which each evaluation counts, where every term is one variance: over the logarithms of the
 * relative standard deviations, in which the criterion is nearly quadratic, with a Hessian known beforehand.
 *
 * <p>Were the factors orthogonal, {@code ∂²d/∂(log λ)²} would at the minimum be about {@code 2 Σ_j s_j²} with the shrinkage
 * {@code s_j = λ²g_j/(1 + λ²g_j)} of level j; BFGS learns the rest. A variance on its way to zero is left to the search over λ
 * itself, which may reach zero.
 */
final class LogSearch {

    private LogSearch() {}

    /** Whether every entry of x is the standard deviation of a term of its own. */
    static boolean suits(ProfiledCriterion criterion) {
        return criterion.blocks().stream().allMatch(block -> block.columns() == 1);
    }

    /**
     * Minimises from a start.
     *
     * @param start positive; not modified
     */
    static Bfgs.Minimum minimize(ProfiledCriterion criterion, double[] start, double tolerance, int limit) {
        int k = start.length;
        double[] logarithms = new double[k];
        double[] inverse = new double[k * k];
        for (int f = 0; f < k; f++) {
            logarithms[f] = Math.log(start[f]);
            inverse[f * (k + 1)] =
                    1 / curvature(criterion.statistics().factors().get(f), start[f]);
        }
        Bfgs.Minimum end = Bfgs.minimize(
                (x, gradient) -> {
                    double[] lambda = exponentials(x);
                    double value = criterion.value(lambda, gradient);
                    for (int f = 0; f < k; f++) {
                        gradient[f] *= lambda[f];
                    }
                    return value;
                },
                logarithms,
                inverse,
                tolerance,
                limit);
        double[] lambda = exponentials(end.x());
        double[] gradient = end.gradient().clone();
        for (int f = 0; f < k; f++) {
            gradient[f] /= lambda[f];
        }
        return new Bfgs.Minimum(lambda, end.value(), gradient, end.decrement(), end.evaluations(), end.ending());
    }

    private static double[] exponentials(double[] x) {
        return Arrays.stream(x).map(Math::exp).toArray();
    }

    private static double curvature(LevelProducts factor, double lambda) {
        double sum = 0;
        for (double g : factor.g()) {
            double shrinkage = lambda * lambda * g / (1 + lambda * lambda * g);
            sum += 2 * shrinkage * shrinkage;
        }
        return Math.max(sum, 1);
    }
}
