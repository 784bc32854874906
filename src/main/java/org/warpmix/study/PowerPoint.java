package org.warpmix.study;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Power at a point of a curve.
 *
 * @param groups number of groups; 0 for as many as there are
 * @param rows of each group; 0 for as many as there are
 * @param effect value of the coefficient tested
 * @param power share of the replicates in which the test rejects
 * @param lower end of Wilson's 95 % interval of the power
 * @param upper end of it
 * @param singular share of the replicates with a singular fit
 * @param untested replicates without a test: a fit that failed, or no degrees of freedom
 */
public record PowerPoint(
        int groups,
        int rows,
        double effect,
        Measure power,
        double lower,
        double upper,
        double singular,
        long untested) {

    private static final double LEVEL = 0.95;

    static PowerPoint of(int groups, int rows, double effect, Tally tally, TestMethod test) {
        Measure power = tally.rejection(tally.parameters().get(0), test);
        double[] interval = wilson(power.value(), (double) power.count());
        return new PowerPoint(
                groups,
                rows,
                effect,
                power,
                interval[0],
                interval[1],
                tally.singular().value(),
                tally.replicates() - power.count());
    }

    /** Wilson 1927, J. Am. Stat. Assoc. 22, doi:10.1080/01621459.1927.10502953. */
    static double[] wilson(double share, double n) {
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - LEVEL) / 2);
        double unit = 1 + z * z / n;
        double centre = (share + z * z / (2 * n)) / unit;
        double half = z / unit * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        return new double[] {Math.max(0, centre - half), Math.min(1, centre + half)};
    }
}
