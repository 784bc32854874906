package org.warpmix.linalg;

/**
 * Cross-products {@code Σ vv'} of vectors v of length m, summed and factored in double-double arithmetic: about 31 digits, so
 * that vectors may lie far from zero and be nearly collinear, whatever their number and order.
 *
 * <p>A sum is the upper triangle column by column, entry (i, j), i ≤ j, at {@code j(j+1)/2 + i}, each as two numbers, high and low.
 * Products are exact by a fused multiply-add, sums are compensated: Dekker 1971, Numer. Math. 18, 224; Knuth, The Art of
 * Computer Programming 2, section 4.2.2.
 */
public final class CompensatedGram {

    /** What a pivot may be of its column's square, for one vector summed by {@link #add}, and still be rounding. */
    public static final double ROUNDING = 0x1p-99;

    private CompensatedGram() {}

    /** Numbers that a sum takes. */
    public static int size(int m) {
        return m * (m + 1);
    }

    /**
     * Adds {@code vv'}.
     *
     * @param sums added to from {@code at}
     * @param v m entries from {@code from}; not modified
     */
    public static void add(double[] sums, int at, double[] v, int from, int m) {
        int next = at;
        for (int j = 0; j < m; j++) {
            double factor = v[from + j];
            for (int i = 0; i <= j; i++) {
                double product = v[from + i] * factor;
                double rest = Math.fma(v[from + i], factor, -product);
                double high = sums[next];
                double sum = high + product;
                double back = sum - high;
                sums[next] = sum;
                sums[next + 1] += (high - (sum - back)) + (product - back) + rest;
                next += 2;
            }
        }
    }

    /** Adds one sum, of m entries each way, to another. */
    public static void merge(double[] sums, int at, double[] other, int from, int m) {
        for (int e = 0; e < size(m); e += 2) {
            addTo(sums, at + e, other[from + e], other[from + e + 1]);
        }
    }

    /** Adds a double-double number to an entry, which is normalised after. */
    public static void addTo(double[] sums, int at, double high, double low) {
        double a = sums[at];
        double sum = a + high;
        double back = sum - a;
        double rest = (a - (sum - back)) + (high - back) + sums[at + 1] + low;
        sums[at] = sum + rest;
        sums[at + 1] = rest - (sums[at] - sum);
    }

    /**
     * Vectors with the same cross-products: the rows of the triangular factor R, {@code R'R = Σ vv'}, but for those that are zero.
     *
     * @param sums not modified
     * @param rounding what a pivot may be of its column's square and still be rounding; of n vectors √n times what it is of one
     * @param rows overwritten: row k at {@code k*m}
     * @return how many, at most m
     */
    public static int factor(double[] sums, int at, int m, double rounding, double[] rows) {
        double[] g = new double[size(m)];
        for (int e = 0; e < g.length; e += 2) {
            addTo(g, e, sums[at + e], sums[at + e + 1]);
        }
        double[] ratio = new double[2 * m];
        int rank = 0;
        for (int k = 0; k < m; k++) {
            int diagonal = entry(k, k);
            double square = sums[at + diagonal];
            if (!(g[diagonal] > rounding * square)) {
                continue;
            }
            double pivot = Math.sqrt(g[diagonal]);
            for (int j = 0; j < m; j++) {
                rows[rank * m + j] = j < k ? 0 : g[entry(k, j)] / pivot;
            }
            rank++;
            for (int j = k + 1; j < m; j++) {
                divide(g, entry(k, j), diagonal, ratio, 2 * j);
                for (int i = k + 1; i <= j; i++) {
                    subtractProduct(g, entry(i, j), ratio[2 * j], ratio[2 * j + 1], entry(k, i));
                }
            }
        }
        return rank;
    }

    /** Where entry (i, j) of a sum is, i ≤ j. */
    public static int entry(int i, int j) {
        return j * (j + 1) + 2 * i;
    }

    /** ratio ← g[a] / g[b]. */
    private static void divide(double[] g, int a, int b, double[] ratio, int at) {
        double high = g[a] / g[b];
        double product = high * g[b];
        double rest = g[a] - product - Math.fma(high, g[b], -product) + g[a + 1] - high * g[b + 1];
        double low = rest / g[b];
        ratio[at] = high + low;
        ratio[at + 1] = low - (ratio[at] - high);
    }

    /** g[target] ← g[target] − x g[b]. */
    private static void subtractProduct(double[] g, int target, double high, double low, int b) {
        double product = high * g[b];
        double rest = Math.fma(high, g[b], -product) + high * g[b + 1] + low * g[b];
        addTo(g, target, -product, -rest);
    }
}
