package org.warpmix.inference;

/**
 * A confidence interval from a bootstrap.
 *
 * @param type how it was made
 * @param level e.g. 0.95
 * @param lower NaN where it cannot be had, as are all ends of a parameter that no replicate has
 * @param upper as lower
 * @param lowerError Monte Carlo standard error of the lower end: how far another seed would put it
 * @param upperError of the upper end
 */
public record Interval(
        IntervalType type, double level, double lower, double upper, double lowerError, double upperError) {}
