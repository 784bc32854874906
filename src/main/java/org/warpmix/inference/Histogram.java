package org.warpmix.inference;

import java.util.Arrays;

/**
 * Counts of numbers in bins, for quantiles of more of them than memory holds.
 *
 * <p>A sample fixes the grid. Seven eighths of the bins, of one width, cover its quantiles 0.0001 to 0.9999 (by every eighth
 * number) and a quarter of that range beyond on each side; a sixteenth on each side covers what else the sample has and as far
 * again as the sample is wide; the outermost bins take what lies still further. Within a bin ranks are spread evenly. So a
 * quantile is wrong by less than a bin: with 2^18 bins and a bell shape 5e-5 of a standard deviation at most, and far less
 * where the density is smooth. Where many numbers are the smallest or the largest one, as at a variance of zero, quantiles
 * there are exact.
 */
final class Histogram {

    private static final double TAIL = 1e-4;
    private static final double MARGIN = 0.25;
    private static final double NARROWEST = 0x1p-40;
    private static final int STRIDE = 8;

    private final long[] counts;
    private final int outer;
    private final double from;
    private final double low;
    private final double high;
    private final double to;
    private final double outerLowBins;
    private final double innerBins;
    private final double outerHighBins;
    private long n;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long atMin;
    private long atMax;

    /**
     * @param sample finite; counted, not modified
     * @param bins a multiple of 16
     */
    Histogram(double[] sample, int bins) {
        counts = new long[bins];
        outer = bins / 16;
        double[] some = new double[(sample.length + STRIDE - 1) / STRIDE];
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < sample.length; i++) {
            smallest = Math.min(smallest, sample[i]);
            largest = Math.max(largest, sample[i]);
            some[i / STRIDE] = sample[i];
        }
        Arrays.sort(some);
        int tail = (int) (TAIL * some.length);
        double first = some[tail];
        double last = some[some.length - 1 - tail];
        double narrowest = Math.max(NARROWEST * Math.max(Math.abs(smallest), Math.abs(largest)), Double.MIN_NORMAL);
        double margin = Math.max(MARGIN * (last - first), narrowest);
        double wide = Math.max(largest - smallest, narrowest);
        low = first - margin;
        high = last + margin;
        from = Math.min(smallest, low) - wide;
        to = Math.max(largest, high) + wide;
        outerLowBins = outer / (low - from);
        innerBins = (bins - 2 * outer) / (high - low);
        outerHighBins = outer / (to - high);
        add(sample, sample.length);
    }

    void add(double[] values, int count) {
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (value <= min) {
                atMin = value == min ? atMin + 1 : 1;
                min = value;
            }
            if (value >= max) {
                atMax = value == max ? atMax + 1 : 1;
                max = value;
            }
            counts[bin(value)]++;
        }
        n += count;
    }

    private int bin(double value) {
        if (value >= low && value < high) {
            return Math.min(outer + (int) ((value - low) * innerBins), counts.length - outer - 1);
        }
        return value < low
                ? (int) Math.max(0, (value - from) * outerLowBins)
                : (int) Math.min(counts.length - 1, counts.length - outer + (value - high) * outerHighBins);
    }

    /** Where a bin begins. */
    private double edge(int bin) {
        if (bin <= outer) {
            return from + bin / outerLowBins;
        }
        int beyond = bin - (counts.length - outer);
        return beyond < 0 ? low + (bin - outer) / innerBins : high + beyond / outerHighBins;
    }

    /** The order statistic of a rank, which need not be whole. */
    double at(double rank) {
        if (rank <= atMin || rank > n - atMax) {
            return rank <= atMin ? min : max;
        }
        long before = 0;
        int bin = 0;
        while (before + counts[bin] < rank - 0.5) {
            before += counts[bin++];
        }
        double start = Math.max(min, edge(bin));
        double end = Math.min(max, edge(bin + 1));
        return start + (end - start) * (rank - 0.5 - before) / counts[bin];
    }
}
