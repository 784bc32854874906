package org.warpmix.study;

/**
 * A figure of a study with its Monte Carlo standard error.
 *
 * @param value NaN where it is not defined
 * @param error by Morris, White and Crowther 2019, table 6
 * @param count of the replicates that it is from
 */
public record Measure(double value, double error, long count) {

    /** A share of replicates. */
    static Measure share(double of, double all) {
        double share = of / all;
        return new Measure(share, Math.sqrt(share * (1 - share) / all), (long) all);
    }
}
