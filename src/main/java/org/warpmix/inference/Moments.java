package org.warpmix.inference;

/**
 * Mean and central moments of numbers that come in chunks: two passes over a chunk, then the chunks are merged (Chan, Golub
 * and LeVeque 1979; Pébay 2008, Sandia report SAND2008-6212, equations 2.1 and 2.2). Nothing is lost to cancellation.
 */
public final class Moments {

    private long n;
    private double mean;
    private double m2;
    private double m3;
    private double m4;

    /** Adds the first numbers of an array. */
    public void add(double[] values, int count) {
        if (count == 0) {
            return;
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        double center = sum / count;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        for (int i = 0; i < count; i++) {
            double d = values[i] - center;
            double dd = d * d;
            s2 += dd;
            s3 += dd * d;
            s4 += dd * dd;
        }
        merge(count, center, s2, s3, s4);
    }

    /** Number of numbers in a {@link #state}. */
    public static final int STATE = 5;

    /** Count, mean and the sums {@code Σ(x − mean)^k} for k = 2, 3, 4: what {@link #merge(double[], int)} takes. */
    public double[] state() {
        return new double[] {n, mean, m2, m3, m4};
    }

    /** Merges with others, whose {@link #state} begins at a place of an array. */
    public void merge(double[] state, int at) {
        if (state[at] > 0) {
            merge((long) state[at], state[at + 1], state[at + 2], state[at + 3], state[at + 4]);
        }
    }

    /** Mean of the squares. */
    public double meanSquare() {
        return mean() * mean() + m2 / n;
    }

    /** Standard error of the mean of the squares, {@code √(Σ(x² − mean of x²)² / n(n−1))}. */
    public double meanSquareError() {
        double fourth = m4 + 4 * mean * m3 + 6 * mean * mean * m2 + n * mean * mean * mean * mean;
        double sum = fourth - n * meanSquare() * meanSquare();
        return n < 2 ? Double.NaN : Math.sqrt(Math.max(sum, 0) / n / (n - 1.0));
    }

    /** Merges with the sums {@code Σ(x − mean)^k} of others. */
    private void merge(long count, double center, double s2, double s3, double s4) {
        double a = n;
        double b = count;
        double all = a + b;
        double d = center - mean;
        double u = d / all;
        m4 += s4
                + d * u * u * u * a * b * (a * a - a * b + b * b)
                + 6 * u * u * (a * a * s2 + b * b * m2)
                + 4 * u * (a * s3 - b * m3);
        m3 += s3 + d * u * u * a * b * (a - b) + 3 * u * (a * s2 - b * m2);
        m2 += s2 + d * u * a * b;
        mean += u * b;
        n += count;
    }

    public long count() {
        return n;
    }

    /** NaN of none. */
    public double mean() {
        return n == 0 ? Double.NaN : mean;
    }

    /** {@code √(Σ(x − mean)² / (n − 1))}. */
    public double sd() {
        return n < 2 ? Double.NaN : Math.sqrt(m2 / (n - 1.0));
    }

    /** Standard error of the mean. */
    public double meanError() {
        return sd() / Math.sqrt((double) n);
    }

    /** Standard error of the standard deviation, {@code √Var(s²) / 2s} with {@code Var(s²) = (μ₄ − s⁴ (n−3)/(n−1)) / n}. */
    public double sdError() {
        double s = sd();
        double variance = (m4 / n - s * s * s * s * (n - 3.0) / (n - 1.0)) / n;
        return s == 0 ? 0 : Math.sqrt(Math.max(variance, 0)) / (2 * s);
    }

    /** Covariance of mean and standard deviation, {@code μ₃ / 2sn}. */
    public double meanSdCovariance() {
        return sd() == 0 ? 0 : m3 / n / (2 * sd() * n);
    }
}
