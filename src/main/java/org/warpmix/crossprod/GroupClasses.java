package org.warpmix.crossprod;

import java.util.Arrays;

/**
 * The levels of one grouping factor gathered into classes of equal {@code G_j}, so that the cost of a likelihood
 * depends on the number of classes and not on the number of groups.
 *
 * <p>A class c of J_c levels with common G contributes to the likelihood only through
 * {@code S_ab = Σ_j (B_j[a,·]' B_j[b,·] + B_j[b,·]' B_j[a,·])} for a &lt; b (once for a = b), a symmetric
 * (p+1)×(p+1) matrix for each pair of columns of Z: these are kept where they are cheaper than the B_j
 * themselves ({@link #summed}). Two G are equal when all their entries agree to 44 bits.
 */
public final class GroupClasses {

    private static final long KEEP_44_BITS = -(1L << 8);

    private final LevelProducts products;
    private final int[] classStart;
    private final int[] levelsByClass;
    private final double[] g;
    private final double[][] sums;

    private GroupClasses(LevelProducts products, int[] classStart, int[] levelsByClass, double[] g, double[][] sums) {
        this.products = products;
        this.classStart = classStart;
        this.levelsByClass = levelsByClass;
        this.g = g;
        this.sums = sums;
    }

    /** Finds the classes; they are numbered in the order in which their first levels occur. */
    public static GroupClasses of(LevelProducts products) {
        int q = products.q();
        int levels = products.levels();
        int[] classOf = new int[levels];
        int[] firstLevel = new int[levels];
        int capacity = Integer.highestOneBit(Math.max(levels, 4)) << 2;
        int[] table = new int[capacity];
        int classes = 0;
        for (int j = 0; j < levels; j++) {
            int slot = hash(products.g(), j * q * q, q) & (capacity - 1);
            while (table[slot] != 0 && !equal(products.g(), firstLevel[table[slot] - 1] * q * q, j * q * q, q)) {
                slot = (slot + 1) & (capacity - 1);
            }
            if (table[slot] == 0) {
                firstLevel[classes] = j;
                table[slot] = ++classes;
            }
            classOf[j] = table[slot] - 1;
        }
        int[] start = new int[classes + 1];
        for (int c : classOf) {
            start[c + 1]++;
        }
        for (int c = 0; c < classes; c++) {
            start[c + 1] += start[c];
        }
        int[] next = Arrays.copyOf(start, classes);
        int[] byClass = new int[levels];
        for (int j = 0; j < levels; j++) {
            byClass[next[classOf[j]]++] = j;
        }
        double[] g = new double[classes * q * q];
        double[][] sums = new double[classes][];
        for (int c = 0; c < classes; c++) {
            System.arraycopy(products.g(), firstLevel[c] * q * q, g, c * q * q, q * q);
            if (sumsPay(start[c + 1] - start[c], q, products.width())) {
                sums[c] = sums(products, byClass, start[c], start[c + 1]);
            }
        }
        return new GroupClasses(products, start, byClass, g, sums);
    }

    /**
     * The same classes with another response.
     *
     * @param response its statistics in {@link ResponseLayout}'s order; not modified
     */
    GroupClasses withResponse(double[] response) {
        int q = products.q();
        int p1 = products.width();
        double[] b = products.b().clone();
        double[][] replaced = new double[sums.length][];
        int from = 0;
        for (int c = 0; c < sums.length; c++) {
            if (sums[c] == null) {
                for (int i = 0; i < size(c); i++) {
                    System.arraycopy(response, from, b, (level(c, i) + 1) * q * p1 - q, q);
                    from += q;
                }
                continue;
            }
            replaced[c] = sums[c].clone();
            int at = 0;
            for (int pair = 0; pair < q * (q + 1) / 2; pair++) {
                for (int k = 0; k < p1; k++) {
                    at += p1 - k;
                    replaced[c][at - 1] = response[from++];
                }
            }
        }
        LevelProducts levels = new LevelProducts(products.block(), p1, products.g(), b, products.rows());
        return new GroupClasses(levels, classStart, levelsByClass, g, replaced);
    }

    /** Number of classes C. */
    public int classes() {
        return sums.length;
    }

    /** Number of levels J_c of a class. */
    public int size(int c) {
        return classStart[c + 1] - classStart[c];
    }

    /** The common {@code G_c} of all classes, q×q each at {@code c*q*q}; shared, not to be modified. */
    public double[] g() {
        return g;
    }

    /** The products by level that the classes gather. */
    public LevelProducts products() {
        return products;
    }

    /** The i-th level of class c. */
    public int level(int c, int i) {
        return levelsByClass[classStart[c] + i];
    }

    /**
     * The sums of class c, or {@code null} where its levels are cheaper one by one: for each a ≤ b, in the order
     * (0,0), (0,1), …, (0,q−1), (1,1), …, the lower triangle of S_ab column by column; shared, not to be modified.
     */
    public double[] summed(int c) {
        return sums[c];
    }

    /** Compares the multiplications of an evaluation from sums with those from the levels. */
    private static boolean sumsPay(int size, int q, int width) {
        long pairs = q * (q + 1L) / 2;
        long triangle = width * (width + 1L) / 2;
        return size > 1 && pairs * triangle < size * (q * (long) q * width + q * triangle);
    }

    private static double[] sums(LevelProducts products, int[] byClass, int from, int to) {
        int q = products.q();
        int width = products.width();
        double[] sums = new double[q * (q + 1) / 2 * (width * (width + 1) / 2)];
        for (int i = from; i < to; i++) {
            addLevel(products, byClass[i], 1, sums);
        }
        return sums;
    }

    /**
     * Adds what copies of a level contribute to the sums of its class.
     *
     * @param sums in the order of {@link #summed}; added to
     */
    public static void addLevel(LevelProducts products, int level, double copies, double[] sums) {
        int q = products.q();
        int width = products.width();
        double[] b = products.b();
        int at = level * q * width;
        int next = 0;
        for (int a = 0; a < q; a++) {
            for (int c = a; c < q; c++) {
                for (int k = 0; k < width; k++) {
                    double bak = copies * b[at + a + k * q];
                    double bck = copies * b[at + c + k * q];
                    for (int l = k; l < width; l++) {
                        double product = bak * b[at + c + l * q];
                        sums[next++] += a == c ? product : product + bck * b[at + a + l * q];
                    }
                }
            }
        }
    }

    private static int hash(double[] g, int at, int q) {
        long hash = 0;
        for (int e = 0; e < q * q; e++) {
            hash = (hash ^ rounded(g[at + e])) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash ^ hash >>> 32);
    }

    private static boolean equal(double[] g, int at, int other, int q) {
        for (int e = 0; e < q * q; e++) {
            if (rounded(g[at + e]) != rounded(g[other + e])) {
                return false;
            }
        }
        return true;
    }

    private static long rounded(double value) {
        return (Double.doubleToLongBits(value) + (1L << 7)) & KEEP_44_BITS;
    }
}
