package org.warpmix.benchmarks;

import org.warpmix.random.Variates;

/**
 * How many rows each level of a grouping factor has, spread as such counts are in ratings data: a log-normal on top of the
 * fewest, cut off at the most.
 *
 * <p>{@code d = min(most, fewest + (median − fewest) exp(τz))} with z standard normal; τ is found so that all add up to the
 * total. With what is published of MovieLens 25M this gives back, for users, a largest count near 32,000, and for movies
 * near 13,000 with 50 ratings or more, neither of which goes into it.
 *
 * @param levels how many levels there are
 * @param fewest rows of any level, at least
 * @param median rows of the level in the middle
 * @param most rows of any level, at most
 */
record Degrees(int levels, int fewest, int median, int most) {

    private static final int HALVINGS = 60;
    private static final double WIDEST = 16;

    /**
     * Counts that add up to a total.
     *
     * @throws IllegalArgumentException where the bounds do not allow the total
     */
    int[] draw(int total, Variates variates) {
        if (total < (long) levels * fewest || total > (long) levels * most) {
            throw new IllegalArgumentException(total + " rows cannot be spread over " + levels + " levels of " + fewest
                    + " to " + most + " rows each. Ask for more rows or fewer levels.");
        }
        double[] z = new double[levels];
        for (int i = 0; i < levels; i++) {
            z[i] = variates.normal();
        }
        double low = 0;
        double high = WIDEST;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (sum(z, middle) < total) {
                low = middle;
            } else {
                high = middle;
            }
        }
        int[] counts = new int[levels];
        long missing = total;
        for (int i = 0; i < levels; i++) {
            counts[i] = (int) Math.rint(count(z[i], high));
            missing -= counts[i];
        }
        for (int i = 0; missing != 0; i = (i + 1) % levels) { // what rounding left, one row a level
            int step = missing > 0 ? 1 : -1;
            if (counts[i] + step >= fewest && counts[i] + step <= most) {
                counts[i] += step;
                missing -= step;
            }
        }
        return counts;
    }

    private double sum(double[] z, double spread) {
        double sum = 0;
        for (double each : z) {
            sum += count(each, spread);
        }
        return sum;
    }

    private double count(double z, double spread) {
        return Math.min(most, fewest + (median - fewest) * StrictMath.exp(spread * z));
    }
}
