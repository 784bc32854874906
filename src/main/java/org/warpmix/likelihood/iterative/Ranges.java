package org.warpmix.likelihood.iterative;

import org.warpmix.linalg.MatrixWorkers;

/**
 * Work by the {@link MatrixWorkers}. The items are cut into ranges by their number alone, and sums are taken range by range,
 * so that no bit depends on the threads.
 */
final class Ranges {

    private static final int RANGES = 64;
    private static final int LARGEST_RANGE = 512;

    /** Does a range of the items. */
    @FunctionalInterface
    interface Range {
        void work(int from, int to);
    }

    /** Adds what a range of the items contributes. */
    @FunctionalInterface
    interface Terms {
        void add(int from, int to, double[] sums);
    }

    private Ranges() {}

    /** Works on all items from 0. */
    static void each(int items, Range range) {
        int size = size(items);
        MatrixWorkers.forEach((items + size - 1) / size, r -> range.work(r * size, Math.min(items, (r + 1) * size)));
    }

    /** The sums over all items from 0, as many as asked for. */
    static double[] sums(int items, int count, Terms terms) {
        int size = size(items);
        double[][] parts = new double[(items + size - 1) / size][count];
        MatrixWorkers.forEach(parts.length, r -> terms.add(r * size, Math.min(items, (r + 1) * size), parts[r]));
        double[] sums = new double[count];
        for (double[] part : parts) {
            for (int c = 0; c < count; c++) {
                sums[c] += part[c];
            }
        }
        return sums;
    }

    private static int size(int items) {
        return Math.max(1, Math.min(LARGEST_RANGE, items / RANGES));
    }
}
