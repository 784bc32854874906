package org.warpmix.inference;

/**
 * A confidence interval from a likelihood profile: the values of a parameter with {@code d − d̂} up to the quantile of χ²₁.
 *
 * @param name of the parameter
 * @param level e.g. 0.95
 * @param estimate by ML; NaN of a correlation with an effect that has no variance
 * @param lower end
 * @param upper end
 * @param lowerEnd what the lower end is
 * @param upperEnd what the upper end is
 */
public record ProfileInterval(
        String name, double level, double estimate, double lower, double upper, End lowerEnd, End upperEnd) {

    /** What an end of an interval is. */
    public enum End {
        /** The profile crosses the level there. */
        CROSSED,
        /** The edge of the parameter's range, where the profile is still within the level: the other end alone is a bound. */
        BOUNDARY,
        /** The profile could not be followed up to the level; the end is infinite or the edge of the range. */
        NOT_FOUND
    }
}
