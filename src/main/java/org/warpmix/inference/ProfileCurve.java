package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.inference.ProfileInterval.End;
import org.warpmix.likelihood.HeldCriterion;

/**
 * The likelihood profile of one parameter as its signed root, {@code ζ = sign(value − estimate) √(d − d̂)}, with d −2 log-likelihood,
 * all other parameters optimised, and d̂ its minimum. Where the likelihood is that of a normal distribution ζ is a straight line;
 * what it bends by is what a Wald interval leaves out.
 *
 * <p>Bates et al. 2015, J. Stat. Softw. 67(1), section 5.1. Points are about 0.4 apart in ζ, to ±3.2 or the edge of the parameter's
 * range. An end of an interval is no interpolation between them: there d is optimised and within 1e-8 of the level (or of the
 * rounding of d, where that is more).
 */
public final class ProfileCurve {

    private static final double SPACING = 0.4;
    private static final int POINTS = 8;
    /** How close to its place, in ζ, a point has to be. */
    private static final double SLACK = 0.04;

    /** How far a curve is followed, in spacings, by steps that fall short. */
    private static final int MOST_POINTS = 60;

    private static final int MOST_STEPS = 40;
    private static final double EXACT = 1e-9;
    private static final double ROUNDING = 1e-12;

    private final String name;
    private final double estimate;
    private final HeldCriterion criterion;
    private final ProfileSearch search;
    /** From the estimate downwards and upwards, the estimate first in both. */
    private final List<ProfileSearch.Point> below;

    private final List<ProfileSearch.Point> above;

    private ProfileCurve(String name, double estimate, HeldCriterion criterion, ProfileSearch search) {
        this.name = name;
        this.estimate = estimate;
        this.criterion = criterion;
        this.search = search;
        this.below = new ArrayList<>(List.of(search.origin()));
        this.above = new ArrayList<>(List.of(search.origin()));
        if (Double.isNaN(estimate)) {
            return;
        }
        for (int k = 1; k <= POINTS; k++) {
            follow(below, -1, k * SPACING);
            follow(above, 1, k * SPACING);
        }
    }

    static ProfileCurve of(String name, HeldCriterion criterion, double[] x, double minimum) {
        HeldCriterion.Place place = criterion.estimate(x);
        double estimate = criterion.parameter(place.held());
        // A variance of zero has no correlations: d is the same whatever they are said to be.
        boolean undefined = criterion.isIdle(place);
        return new ProfileCurve(
                name, undefined ? Double.NaN : estimate, criterion, new ProfileSearch(criterion, place, minimum));
    }

    /** Name of the parameter. */
    public String name() {
        return name;
    }

    /** The maximum-likelihood estimate; NaN of a correlation with an effect that has no variance. */
    public double estimate() {
        return estimate;
    }

    /** Values of the parameter, ascending, the estimate among them. */
    public double[] values() {
        return join(true);
    }

    /** ζ at these values. */
    public double[] zeta() {
        return join(false);
    }

    /** How far below the fit's d̂ the profile came: beyond rounding, the fit is not the maximum. */
    public double shortfall() {
        return search.shortfall();
    }

    /**
     * A confidence interval.
     *
     * @param level e.g. 0.95
     * @throws IllegalArgumentException for a level outside (0, 1)
     */
    public ProfileInterval interval(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "The level of an interval was " + level + ". Levels are between 0 and 1, e.g. 0.95.");
        }
        double target = Normal.quantile((1 + level) / 2);
        if (Double.isNaN(estimate)) {
            double lowest = criterion.parameter(criterion.lowest());
            double highest = criterion.parameter(criterion.highest());
            return new ProfileInterval(name, level, estimate, lowest, highest, End.BOUNDARY, End.BOUNDARY);
        }
        follow(below, -1, target + SLACK);
        follow(above, 1, target + SLACK);
        return new ProfileInterval(
                name,
                level,
                estimate,
                limit(below, -1, target),
                limit(above, 1, target),
                end(below, -1, target),
                end(above, 1, target));
    }

    private double[] join(boolean values) {
        double[] joined = new double[below.size() + above.size() - 1];
        for (int i = 0; i < joined.length; i++) {
            boolean down = i < below.size();
            ProfileSearch.Point point = down ? below.get(below.size() - 1 - i) : above.get(i - below.size() + 1);
            double sign = i < below.size() - 1 ? -1 : 1;
            joined[i] = values ? criterion.parameter(point.held()) : sign * point.zeta();
        }
        return joined;
    }

    /** Goes on along a side until |ζ| is near a target or past it, at the edge, or no further. */
    private void follow(List<ProfileSearch.Point> side, int sign, double target) {
        while (last(side).zeta() < target - SLACK && !isAtEdge(last(side).held(), sign) && side.size() < MOST_POINTS) {
            double next = clip(search.ahead(side, sign, target), sign);
            if (next == last(side).held()) {
                return;
            }
            ProfileSearch.Point point = search.at(next, side);
            if (point == null) {
                return;
            }
            side.add(point);
        }
    }

    private End end(List<ProfileSearch.Point> side, int sign, double target) {
        if (last(side).zeta() >= target) {
            return End.CROSSED;
        }
        return isAtEdge(last(side).held(), sign) ? End.BOUNDARY : End.NOT_FOUND;
    }

    private double limit(List<ProfileSearch.Point> side, int sign, double target) {
        if (last(side).zeta() < target) {
            return criterion.parameter(sign < 0 ? criterion.lowest() : criterion.highest());
        }
        int after = 1;
        while (side.get(after).zeta() < target) {
            after++;
        }
        ProfileSearch.Point inner = side.get(after - 1);
        ProfileSearch.Point outer = side.get(after);
        ProfileSearch.Point best = outer.zeta() - target < target - inner.zeta() ? outer : inner;
        double tolerance = Math.max(EXACT, ROUNDING * Math.abs(search.minimum()));
        for (int step = 0; step < MOST_STEPS; step++) {
            double excess = best.zeta() * best.zeta() - target * target;
            if (Math.abs(excess) <= tolerance) {
                break;
            }
            // Newton's step on ζ, from the nearer side of the bracket, else halving
            double next = best.held() + (target - best.zeta()) / best.slope();
            double low = Math.min(inner.held(), outer.held());
            double high = Math.max(inner.held(), outer.held());
            if (!(next > low && next < high)) {
                next = 0.5 * (low + high);
                if (next == low || next == high) {
                    break;
                }
            }
            ProfileSearch.Point point = search.at(next, List.of(inner, outer));
            if (point == null) {
                break;
            }
            if (point.zeta() < target) {
                inner = point;
            } else {
                outer = point;
            }
            best = point;
        }
        return criterion.parameter(best.held());
    }

    private boolean isAtEdge(double held, int sign) {
        return sign < 0 ? held <= criterion.lowest() : held >= criterion.highest();
    }

    private double clip(double held, int sign) {
        return sign < 0 ? Math.max(held, criterion.lowest()) : Math.min(held, criterion.highest());
    }

    private static ProfileSearch.Point last(List<ProfileSearch.Point> side) {
        return side.get(side.size() - 1);
    }
}
