package org.warpmix.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Quantiles of a stream of numbers: exact while the numbers are few enough to be held, by a {@link Histogram} from then on.
 *
 * <p>The quantile p is the order statistic of rank (n+1)p. Between two of them it is interpolated on the normal scale, as R's
 * {@code boot.ci} has it (Davison and Hinkley 1997, Bootstrap Methods and their Application, equation 5.8); below rank 1 and
 * above rank n it is the first and the last.
 */
public final class Quantiles {

    private final int mostHeld;
    private final int bins;
    private List<double[]> held = new ArrayList<>();
    private double[] sorted;
    private Histogram histogram;
    private long n;

    /**
     * @param mostHeld how many numbers are held before there is a histogram
     * @param bins of the histogram
     */
    public Quantiles(int mostHeld, int bins) {
        this.mostHeld = mostHeld;
        this.bins = bins;
    }

    /** Adds the first numbers of an array; they are finite. */
    public void add(double[] values, int count) {
        n += count;
        if (histogram == null && n > mostHeld) {
            histogram = new Histogram(joined(), bins);
            held = null;
        }
        if (histogram == null) {
            held.add(Arrays.copyOf(values, count));
            sorted = null;
        } else {
            histogram.add(values, count);
        }
    }

    /** The quantile p; NaN where there are no numbers. */
    public synchronized double at(double p) {
        double rank = (n + 1) * p;
        if (n == 0 || Double.isNaN(rank)) {
            return Double.NaN;
        }
        if (histogram != null) {
            return histogram.at(rank);
        }
        double[] values = sorted();
        int below = (int) rank;
        if (below < 1 || below >= n) {
            return values[below < 1 ? 0 : values.length - 1];
        }
        double low = values[below - 1];
        if (rank == below) {
            return low;
        }
        double from = Normal.quantile(below / (n + 1.0));
        double to = Normal.quantile((below + 1) / (n + 1.0));
        return low + (Normal.quantile(p) - from) / (to - from) * (values[below] - low);
    }

    private double[] sorted() {
        if (sorted == null) {
            sorted = joined();
            Arrays.sort(sorted);
            held = new ArrayList<>(List.of(sorted));
        }
        return sorted;
    }

    private double[] joined() {
        double[] all = new double[held.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (double[] chunk : held) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        return all;
    }
}
