package org.warpmix.optimize;

import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * Minimises the criterion over all covariance matrices and certifies what it found.
 *
 * <p>d depends on a factor Λ only through ΛΛ', so no bounds are needed: a variance of zero is an interior point, where
 * the gradient vanishes by symmetry. Whether such a point is a minimum is decided by the growth of d when the variance is
 * let in: for a unit vector v in the null space of Φ = ΛΛ', {@code d(Φ + τ² vv') = d(Φ) + τ² v'Nv + O(τ⁴)} with
 * {@code N = ∂d/∂Φ}, so that N must be positive semi-definite there (the Karush-Kuhn-Tucker condition on the cone of
 * covariance matrices). Where it is not, the search goes on from there. Directions that end within 1e-5 σ of zero are put
 * to zero exactly when that does not raise d.
 */
public final class CriterionOptimizer {

    /** Predicted excess over the minimum at which the search ends. */
    public static final double TOLERANCE = 1e-12;

    /** Standard deviation relative to σ, along a standardised direction, under which a covariance counts as singular. */
    public static final double SINGULAR = 1e-4;

    private static final double NEGLIGIBLE = 1e-5;
    private static final double PROBE = 1e-2;
    private static final double DIFFERENCE = 1e-5;
    private static final int LIMIT = 2000;
    private static final int ESCAPES = 10;
    private static final int LARGEST_HESSIAN = 60;

    private final ProfiledCriterion criterion;
    private final Parameters parameters;
    private double boundaryCurvature;

    private CriterionOptimizer(ProfiledCriterion criterion) {
        this.criterion = criterion;
        this.parameters = criterion.parameters();
    }

    /**
     * Minimises from a start.
     *
     * @param start as x of {@link Parameters}; not modified
     */
    public static Optimum minimize(ProfiledCriterion criterion, double[] start) {
        return new CriterionOptimizer(criterion).run(start);
    }

    /** The criterion at a point as an {@link Optimum} that nobody searched for: one evaluation, not converged. */
    public static Optimum evaluate(ProfiledCriterion criterion, double[] x) {
        double[] gradient = new double[x.length];
        double value = criterion.value(x, gradient);
        return new Optimum(
                x.clone(),
                value,
                Bfgs.Ending.EVALUATION_LIMIT,
                1,
                largest(gradient),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                new CriterionOptimizer(criterion).singular(x));
    }

    private Optimum run(double[] start) {
        Bfgs.Minimum minimum = search(criterion.expectationMaximization(start), LIMIT);
        int evaluations = 1 + minimum.evaluations();
        for (int i = 0; i < ESCAPES && minimum.ending() != Bfgs.Ending.NO_VALUE && evaluations < LIMIT; i++) {
            minimum = settle(minimum);
            double[] escape = escape(minimum);
            if (escape == null) {
                break;
            }
            Bfgs.Minimum next = search(escape, LIMIT - evaluations);
            evaluations += next.evaluations();
            minimum = next;
        }
        return new Optimum(
                minimum.x(),
                minimum.value(),
                minimum.ending(),
                evaluations,
                largest(minimum.gradient()),
                minimum.decrement(),
                minimum.ending() == Bfgs.Ending.NO_VALUE ? Double.NaN : curvature(minimum),
                boundaryCurvature,
                singular(minimum.x()));
    }

    private Bfgs.Minimum search(double[] start, int limit) {
        return Bfgs.minimize(criterion::value, start, parameters.scale(), TOLERANCE, limit);
    }

    /** Puts negligible directions to zero, where d allows it. */
    private Bfgs.Minimum settle(Bfgs.Minimum minimum) {
        double[] x = minimum.x().clone();
        boolean changed = false;
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree()) {
                    continue;
                }
                double[] factor = parameters.factor(x, f, t);
                SymmetricEigen spectrum = spectrum(factor);
                double[] values = spectrum.values();
                int q = values.length;
                if (values[0] >= NEGLIGIBLE * NEGLIGIBLE || isZero(factor)) {
                    continue;
                }
                double[] vectors = spectrum.vectors();
                for (int j = 0; j < q; j++) {
                    double length = values[j] < NEGLIGIBLE * NEGLIGIBLE ? 0 : Math.sqrt(values[j]);
                    for (int i = 0; i < q; i++) {
                        factor[i + j * q] = vectors[i + j * q] * length;
                    }
                }
                parameters.setFactor(x, f, t, factor);
                changed = true;
            }
        }
        if (!changed) {
            return minimum;
        }
        double[] gradient = new double[x.length];
        double value = criterion.value(x, gradient);
        if (!(value <= minimum.value() + rounding(value))) {
            return minimum;
        }
        return new Bfgs.Minimum(x, value, gradient, minimum.decrement(), minimum.evaluations() + 1, minimum.ending());
    }

    /** A point below the minimum in a direction in which a variance of zero should not have stayed, or null. */
    private double[] escape(Bfgs.Minimum minimum) {
        boundaryCurvature = Double.POSITIVE_INFINITY;
        double[] best = null;
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                if (!blocks.get(f).terms().get(t).covariance().basisFree()) {
                    continue;
                }
                SymmetricEigen spectrum = spectrum(parameters.factor(minimum.x(), f, t));
                double[] values = spectrum.values();
                for (int i = 0; i < values.length && values[i] < SINGULAR * SINGULAR; i++) {
                    double[] probe = letIn(minimum.x(), f, t, spectrum, i, PROBE);
                    double growth = criterion.value(probe) - minimum.value();
                    double curvature = growth / (PROBE * PROBE);
                    if (curvature < boundaryCurvature) {
                        boundaryCurvature = curvature;
                        best = growth < -rounding(minimum.value()) ? probe : null;
                    }
                }
            }
        }
        return best;
    }

    private double[] letIn(double[] x, int f, int t, SymmetricEigen spectrum, int i, double tau) {
        double[] values = spectrum.values();
        double[] factor = spectrum.vectors();
        int q = values.length;
        for (int j = 0; j < q; j++) {
            double length = j == i ? tau : Math.sqrt(Math.max(values[j], 0));
            for (int r = 0; r < q; r++) {
                factor[r + j * q] *= length;
            }
        }
        double[] probe = x.clone();
        parameters.setFactor(probe, f, t, factor);
        return probe;
    }

    /** Smallest eigenvalue of the Hessian of d, from differences of the exact gradient. */
    private double curvature(Bfgs.Minimum minimum) {
        int k = minimum.x().length;
        if (k > LARGEST_HESSIAN) {
            return Double.NaN;
        }
        double[] hessian = new double[k * k];
        double[] x = minimum.x().clone();
        double[] gradient = new double[k];
        for (int j = 0; j < k; j++) {
            double at = x[j];
            x[j] = at + DIFFERENCE;
            criterion.value(x, gradient);
            x[j] = at;
            for (int i = 0; i < k; i++) {
                double slope = 0.5 * (gradient[i] - minimum.gradient()[i]) / DIFFERENCE;
                hessian[i + j * k] += slope;
                hessian[j + i * k] += slope;
            }
        }
        return SymmetricEigen.of(hessian, k).values()[0];
    }

    private boolean[] singular(double[] x) {
        List<RandomBlock> blocks = criterion.blocks();
        int terms = 0;
        for (RandomBlock block : blocks) {
            terms += block.terms().size();
        }
        boolean[] singular = new boolean[terms];
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                double smallest = spectrum(parameters.factor(x, f, t)).values()[0];
                singular[blocks.get(f).termNumber(t)] = smallest < SINGULAR * SINGULAR;
            }
        }
        return singular;
    }

    /** Eigenvalues and eigenvectors of {@code FF'}. */
    private static SymmetricEigen spectrum(double[] factor) {
        int q = (int) Math.round(Math.sqrt(factor.length));
        double[] phi = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                for (int r = 0; r < q; r++) {
                    phi[i + j * q] += factor[i + r * q] * factor[j + r * q];
                }
            }
        }
        return SymmetricEigen.of(phi, q);
    }

    private static boolean isZero(double[] factor) {
        for (double entry : factor) {
            if (entry != 0) {
                return false;
            }
        }
        return true;
    }

    /** How far two evaluations of one criterion may differ by rounding alone. */
    private static double rounding(double value) {
        return 1e-11 * Math.max(1, Math.abs(value));
    }

    private static double largest(double[] gradient) {
        double largest = 0;
        for (double entry : gradient) {
            largest = Math.max(largest, Math.abs(entry));
        }
        return largest;
    }
}
