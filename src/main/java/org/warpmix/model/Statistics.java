package org.warpmix.model;

import java.util.Arrays;

/** Sums over a column. */
final class Statistics {

    private Statistics() {}

    /** The mean, corrected once for rounding. */
    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double rest = 0;
        for (double value : values) {
            rest += value - mean;
        }
        return mean + rest / values.length;
    }

    /** {@code √(Σ (x − center)² / (n − 1))}. */
    static double spread(double[] values, double center) {
        double sum = 0;
        for (double value : values) {
            sum += (value - center) * (value - center);
        }
        return Math.sqrt(sum / (values.length - 1));
    }

    /** Mean per code; {@code NaN} for a code that no row has. Negative codes are left out. */
    static double[] means(double[] values, int[] codes, int levels) {
        double[] sums = new double[levels];
        int[] counts = new int[levels];
        for (int i = 0; i < values.length; i++) {
            if (codes[i] >= 0 && !Double.isNaN(values[i])) {
                sums[codes[i]] += values[i];
                counts[codes[i]]++;
            }
        }
        for (int l = 0; l < levels; l++) {
            sums[l] /= counts[l];
        }
        return sums;
    }

    static int distinct(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int count = sorted.length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.length; i++) {
            count += sorted[i] != sorted[i - 1] ? 1 : 0;
        }
        return count;
    }

    static boolean isConstant(double[] values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }
}
