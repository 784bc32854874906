package org.warpmix.optimize;

import org.warpmix.likelihood.ProfiledCriterion;

/**
 * What happens where a covariance matrix is singular: variances that vanish, and whether they should.
 *
 * <p>For a unit vector v in the null space of Φ = ΛΛ', {@code d(Φ + τ² vv') = d(Φ) + τ² v'Nv + O(τ⁴)} with
 * {@code N = ∂d/∂Φ}: at a minimum N is positive semi-definite there (the Karush-Kuhn-Tucker condition on the cone of
 * covariance matrices).
 */
final class Boundary {

    private final ProfiledCriterion criterion;
    private final SingularDirections directions;
    private boolean trimmed;

    Boundary(ProfiledCriterion criterion) {
        this.criterion = criterion;
        this.directions = new SingularDirections(criterion.parameters(), criterion.blocks());
    }

    /**
     * What letting in a variance does.
     *
     * @param curvature the smallest v'Nv over the singular directions; +∞ where there is none
     * @param below a point below the minimum, or {@code null}
     */
    record Probe(double curvature, double[] below) {}

    /**
     * Puts small directions to zero where that lowers d, since a search may be content in a flat valley on its way there, and
     * negligible ones where d allows it.
     */
    Bfgs.Minimum settle(Bfgs.Minimum minimum) {
        Bfgs.Minimum lower = moved(minimum, directions.withoutBelow(minimum.x(), SingularDirections.PROBE), 0);
        trimmed |= lower.evaluations() > minimum.evaluations();
        return moved(lower, directions.settled(lower.x()), SingularDirections.rounding(lower.value()));
    }

    /** The minimum at another point, unless d is higher there. */
    private Bfgs.Minimum moved(Bfgs.Minimum minimum, double[] x, double allowed) {
        if (x == null) {
            return minimum;
        }
        double[] gradient = new double[x.length];
        double value = criterion.value(x, gradient);
        if (!(value <= minimum.value() + allowed)) {
            return minimum;
        }
        return new Bfgs.Minimum(x, value, gradient, minimum.decrement(), minimum.evaluations() + 1, minimum.ending());
    }

    /** Looks along the singular directions of every term. */
    Probe probe(Bfgs.Minimum minimum) {
        Probe probe = probe(minimum, SingularDirections.PROBE);
        return probe.below() == null && trimmed ? probe(minimum, SingularDirections.FINE_PROBE) : probe;
    }

    private Probe probe(Bfgs.Minimum minimum, double deviation) {
        double smallest = Double.POSITIVE_INFINITY;
        double[] below = null;
        for (double[] point : directions.letIn(minimum.x(), deviation)) {
            double growth = criterion.value(point) - minimum.value();
            double curvature = growth / (deviation * deviation);
            if (curvature < smallest) {
                smallest = curvature;
                below = growth < -SingularDirections.rounding(minimum.value()) ? point : null;
            }
        }
        return new Probe(smallest, below);
    }

    /** Per term, in the model's order, whether its covariance matrix is singular. */
    boolean[] singular(double[] x) {
        return directions.singular(x);
    }
}
