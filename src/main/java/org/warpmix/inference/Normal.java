package org.warpmix.inference;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** The standard normal distribution. */
public final class Normal {

    private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

    private Normal() {}

    public static double density(double z) {
        return STANDARD.density(z);
    }

    public static double probability(double z) {
        return STANDARD.cumulativeProbability(z);
    }

    /** ±∞ at 1 and 0. */
    public static double quantile(double p) {
        return STANDARD.inverseCumulativeProbability(p);
    }
}
