package org.warpmix.study;

/**
 * Which responses are missing. {@code logit P(missing) = logit(rate) + slope z}, z what it depends on, in standard deviations from its
 * mean. Immutable.
 *
 * <p>Completely at random where it depends on nothing; at random where it depends on a predictor or on the response of the row before
 * in the same cell of the design's grouping factors, where that is observed.
 *
 * @param rate the probability where what it depends on is at its mean
 * @param on a numeric column, {@link #PREVIOUS}, or {@code null} for nothing
 * @param slope of the logit; 0 where it depends on nothing
 * @param dropout whether all later rows of the cell are missing, too
 */
public record Missing(double rate, String on, double slope, boolean dropout) {

    /** What names the response of the row before. */
    public static final String PREVIOUS = "previous";

    public Missing {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException(
                    "A rate of missing responses of " + rate + ". It is at least 0 and below 1.");
        }
        if (!Double.isFinite(slope) || on == null && slope != 0) {
            throw new IllegalArgumentException("Missing responses with the slope " + slope + " on "
                    + (on == null ? "nothing" : on) + ". Say what they depend on, and give a finite slope.");
        }
    }

    /** Responses that are missing completely at random. */
    public static Missing completelyAtRandom(double rate) {
        return new Missing(rate, null, 0, false);
    }

    /** The probability at z. */
    double probability(double z) {
        return 1 / (1 + (1 - rate) / rate * Math.exp(-slope * z));
    }
}
