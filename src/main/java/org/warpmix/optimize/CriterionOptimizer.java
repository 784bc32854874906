package org.warpmix.optimize;

import java.util.Arrays;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * Minimises the criterion over all covariance matrices and certifies what it found.
 *
 * <p>d depends on a factor Λ only through ΛΛ', so no bounds are needed: a variance of zero is an interior point, where
 * the gradient vanishes by symmetry. Whether such a point is a minimum is decided by the growth of d when the variance is
 * let in ({@link Boundary}), and elsewhere by the Hessian ({@link Curvature}). Where either says no, the search goes on
 * from a lower point. Directions that end within 1e-5 σ of zero are put to zero exactly when that does not raise d.
 */
public final class CriterionOptimizer {

    /** Predicted excess over the minimum at which the search ends and a Newton step, where there is one, takes over. */
    private static final double TOLERANCE = 1e-9;

    private static final double TOLERANCE_WITHOUT_HESSIAN = 1e-12;

    /** The same for a search that goes on because one was content too early. */
    private static final double TOLERANCE_AGAIN = 1e-15;

    /** Predicted excess over the minimum, by the Hessian, beyond which a point is not taken as the minimum. */
    private static final double DOUBTFUL = 1e-7;

    /** What a gradient costs, in values, from which on each evaluation counts. */
    private static final double DEAR = 2;

    private static final int LIMIT = 2000;
    private static final int ESCAPES = 10;
    private static final int NEWTON_STEPS = 5;
    /** Predicted excess that no further Newton step is worth. */
    private static final double POLISHED = 1e-14;
    /** How much lower a point must be to go on from there. */
    private static final double LOWER = 1e-7;

    private static final double FARTHEST_START = 100;

    private final ProfiledCriterion criterion;
    private final Parameters parameters;
    private final Boundary boundary;

    private CriterionOptimizer(ProfiledCriterion criterion) {
        this.criterion = criterion;
        this.parameters = criterion.parameters();
        this.boundary = new Boundary(criterion);
    }

    /**
     * Minimises from a start.
     *
     * @param start as x of {@link Parameters}; entries beyond ±100, where d is flat, are taken as ±100; not modified
     */
    public static Optimum minimize(ProfiledCriterion criterion, double[] start) {
        return new CriterionOptimizer(criterion).run(start);
    }

    /** The criterion at a point as an {@link Optimum} that nobody searched for: one evaluation. */
    public static Optimum evaluate(ProfiledCriterion criterion, double[] x) {
        double[] gradient = new double[x.length];
        double value = criterion.value(x, gradient);
        return new Optimum(
                x.clone(),
                value,
                Bfgs.Ending.NOT_SEARCHED,
                1,
                largest(gradient),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                new Boundary(criterion).singular(x));
    }

    private Optimum run(double[] start) {
        double[] near = start.clone();
        for (int i = 0; i < near.length; i++) {
            near[i] = Math.max(-FARTHEST_START, Math.min(FARTHEST_START, near[i]));
        }
        boolean dear = criterion.gradientCost() >= DEAR;
        boolean certify = !dear && start.length <= Curvature.LARGEST;
        double tolerance = certify ? TOLERANCE : TOLERANCE_WITHOUT_HESSIAN;
        boolean anywhere = dear && Arrays.equals(start, parameters.start());
        Bfgs.Minimum minimum;
        int evaluations = 0;
        if (anywhere && LogSearch.suits(criterion)) {
            minimum = LogSearch.minimize(criterion, criterion.momentStart(), tolerance, LIMIT);
        } else {
            double[] first = anywhere ? criterion.momentStart() : near;
            minimum = search(criterion.expectationMaximization(first), tolerance, LIMIT);
            evaluations++;
        }
        evaluations += minimum.evaluations();
        if (minimum.ending() == Bfgs.Ending.NO_VALUE) {
            minimum = search(parameters.start(), tolerance, LIMIT);
            evaluations += minimum.evaluations();
        }
        Boundary.Probe probe = new Boundary.Probe(Double.NaN, null);
        Curvature curvature = Curvature.UNKNOWN;
        double[] below = null;
        for (int i = 0; i <= ESCAPES && minimum.ending() != Bfgs.Ending.NO_VALUE; i++) {
            minimum = boundary.settle(minimum);
            probe = boundary.probe(minimum);
            below = probe.below();
            if (below == null) {
                curvature = certify ? Curvature.of(criterion, minimum) : Curvature.UNKNOWN;
                minimum = polish(minimum, curvature);
                below = curvature.indefinite() ? alongside(minimum, curvature.direction()) : null;
                if (below == null && curvature.excess(minimum.gradient()) > DOUBTFUL) {
                    below = minimum.x(); // the search was content too early: again, with a fresh approximation of H
                }
            }
            if (below == null || i == ESCAPES || evaluations >= LIMIT) {
                break;
            }
            minimum = search(below, TOLERANCE_AGAIN, LIMIT - evaluations);
            evaluations += minimum.evaluations();
        }
        return new Optimum(
                minimum.x(),
                minimum.value(),
                ending(minimum, below, curvature),
                evaluations,
                largest(minimum.gradient()),
                curvature.known() ? curvature.excess(minimum.gradient()) : minimum.decrement(),
                curvature.smallest(),
                probe.curvature(),
                boundary.singular(minimum.x()));
    }

    /** Newton steps as long as they make the gradient smaller: the last digits, which the criterion itself cannot show. */
    private Bfgs.Minimum polish(Bfgs.Minimum minimum, Curvature curvature) {
        if (!curvature.known()) {
            return minimum;
        }
        Bfgs.Minimum best = minimum;
        for (int i = 0; i < NEWTON_STEPS && (i == 0 || curvature.excess(best.gradient()) > POLISHED); i++) {
            double[] x = curvature.newton(best.x(), best.gradient());
            double[] gradient = new double[x.length];
            double value = criterion.value(x, gradient);
            if (!(value <= best.value() + SingularDirections.rounding(best.value()))
                    || !(largest(gradient) < largest(best.gradient()))) {
                break;
            }
            best = new Bfgs.Minimum(x, value, gradient, best.decrement(), best.evaluations(), best.ending());
        }
        return best;
    }

    /**
     * The search's own verdict, overruled where the Hessian was formed: a lower point or a predicted excess refute it, and
     * where there is neither it is confirmed, though the search could not go on because rounding hid any descent.
     */
    private static Bfgs.Ending ending(Bfgs.Minimum minimum, double[] below, Curvature curvature) {
        Bfgs.Ending ending = minimum.ending();
        if (below != null && ending == Bfgs.Ending.CONVERGED) {
            return Bfgs.Ending.STALLED;
        }
        if (!curvature.known() || ending == Bfgs.Ending.NO_VALUE) {
            return ending;
        }
        boolean minimal = below == null && curvature.excess(minimum.gradient()) <= DOUBTFUL;
        if (ending == Bfgs.Ending.EVALUATION_LIMIT && !minimal) {
            return ending;
        }
        return minimal ? Bfgs.Ending.CONVERGED : Bfgs.Ending.STALLED;
    }

    private Bfgs.Minimum search(double[] start, double tolerance, int limit) {
        return Bfgs.minimize(criterion::value, start, parameters.scale(), tolerance, limit);
    }

    /** A lower point in a direction of negative curvature, or null where rounding hides it. */
    private double[] alongside(Bfgs.Minimum minimum, double[] direction) {
        double lowest = minimum.value() - Math.max(LOWER, SingularDirections.rounding(minimum.value()));
        double[] best = null;
        for (double step = 1; step > 1e-3; step /= 4) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double[] x = minimum.x().clone();
                for (int i = 0; i < x.length; i++) {
                    x[i] += sign * step * direction[i];
                }
                double value = criterion.value(x);
                if (value < lowest) {
                    lowest = value;
                    best = x;
                }
            }
        }
        return best;
    }

    private static double largest(double[] gradient) {
        double largest = 0;
        for (double entry : gradient) {
            largest = Math.max(largest, Math.abs(entry));
        }
        return largest;
    }
}
