package org.warpmix.inference;

/**
 * The distribution of one column of replicates, reckoned as they come.
 *
 * <p>Numbers are gathered to chunks of one size before anything is added up, so the result is the same bits however the
 * column was cut into blocks.
 */
public final class Distribution {

    private static final int CHUNK = 1024;

    private final double estimate;
    private final Moments moments = new Moments();
    private final Quantiles quantiles;
    private final double[] chunk = new double[CHUNK];
    private int gathered;
    private long below;
    private long ties;

    /** @param estimate what the numbers are counted against */
    public Distribution(double estimate, Quantiles quantiles) {
        this.estimate = estimate;
        this.quantiles = quantiles;
    }

    /** Adds the first numbers of a column, those that are not finite left out. */
    public void add(double[] values, int count) {
        for (int i = 0; i < count; i++) {
            double value = values[i];
            if (Math.abs(value) <= Double.MAX_VALUE) {
                chunk[gathered++] = value;
                if (gathered == CHUNK) {
                    flush();
                }
            }
        }
    }

    /** Adds up what is gathered; nothing may be added afterwards. */
    public void finish() {
        flush();
    }

    private void flush() {
        for (int i = 0; i < gathered; i++) {
            double difference = chunk[i] - estimate;
            below += Double.doubleToRawLongBits(difference) >>> 63; // no branch: it would be a coin's toss
            ties += difference == 0 ? 1 : 0;
        }
        moments.add(chunk, gathered);
        quantiles.add(chunk, gathered);
        gathered = 0;
    }

    public Moments moments() {
        return moments;
    }

    public double quantile(double p) {
        return quantiles.at(p);
    }

    /** Share of the numbers below the estimate, those equal to it counted by half. */
    public double shareBelow() {
        return (below + 0.5 * ties) / moments.count();
    }

    /**
     * Monte Carlo standard error of a quantile: half the distance of the quantiles one binomial standard deviation of their
     * ranks to either side, {@code ±√(p(1−p)/n)}.
     */
    public double quantileError(double p) {
        double spread = Math.sqrt(p * (1 - p) / moments.count());
        return (quantile(Math.min(1, p + spread)) - quantile(Math.max(0, p - spread))) / 2;
    }
}
