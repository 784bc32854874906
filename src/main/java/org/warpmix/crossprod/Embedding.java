package org.warpmix.crossprod;

import java.util.Arrays;
import org.warpmix.linalg.SymmetricEigen;

/**
 * How one design lies in the span of another on the same rows: {@code X̃_S = X̃_L C} and, where both have one grouping factor with
 * the same groups, {@code Z̃_S = Z̃_L A}, S the smaller design and L the larger.
 */
public final class Embedding {

    /** Length of what is left of a column, relative to the column, under which it is taken as rounding. */
    private static final double ROUNDING = 1e-7;

    private static final double SINGULAR = 1e-12;

    private final double[] fixed;
    private final boolean fixedWithin;
    private final double[] random;
    private final int[] levels;

    private Embedding(double[] fixed, boolean fixedWithin, double[] random, int[] levels) {
        this.fixed = fixed;
        this.fixedWithin = fixedWithin;
        this.random = random;
        this.levels = levels;
    }

    /**
     * Finds C and A by least squares, in two passes over the rows.
     *
     * @param smaller of the same rows and weights as the larger
     */
    public static Embedding of(Crossproducts smaller, Crossproducts larger) {
        double[] c = new double[larger.p() * smaller.p()];
        boolean within = fixed(smaller, larger, c);
        int[] levels = smaller.classes() == null || larger.classes() == null
                ? null
                : sameGroups(
                        smaller.factors().get(0).block().factor().codes(),
                        larger.factors().get(0).block().factor().codes(),
                        smaller.factors().get(0).levels(),
                        larger.factors().get(0).levels());
        double[] a = levels == null ? null : random(smaller, larger);
        return new Embedding(c, within, a, a == null ? null : levels);
    }

    /** Whether the smaller design's fixed effects lie in the larger's column space. */
    public boolean fixedWithin() {
        return fixedWithin;
    }

    /** C, p_L×p_S column-major; shared, not to be modified. */
    public double[] fixed() {
        return fixed;
    }

    /** A, q_L×q_S column-major, or {@code null} where it does not exist; shared, not to be modified. */
    public double[] random() {
        return random;
    }

    /** The smaller design's level of each of the larger's, where there is an A; shared, not to be modified. */
    public int[] levels() {
        return levels;
    }

    private static boolean fixed(Crossproducts smaller, Crossproducts larger, double[] c) {
        int pS = smaller.p();
        int pL = larger.p();
        int n = smaller.n();
        double[] s = new double[FixedBasis.BLOCK * (pS + 1)];
        double[] l = new double[FixedBasis.BLOCK * (pL + 1)];
        double[] rest = new double[pS];
        for (int pass = 0; pass < 2; pass++) {
            for (int from = 0; from < n; from += FixedBasis.BLOCK) {
                int rows = Math.min(FixedBasis.BLOCK, n - from);
                smaller.fixed().rows(from, rows, s);
                larger.fixed().rows(from, rows, l);
                for (int k = 0; k < pS; k++) {
                    int column = k * FixedBasis.BLOCK;
                    for (int j = 0; j < pL; j++) {
                        if (pass == 0) {
                            c[j + k * pL] += Products.dot(l, j * FixedBasis.BLOCK, s, column, rows);
                        } else {
                            for (int i = 0; i < rows; i++) {
                                s[column + i] -= c[j + k * pL] * l[j * FixedBasis.BLOCK + i];
                            }
                        }
                    }
                    rest[k] += pass == 0 ? 0 : Products.dot(s, column, s, column, rows);
                }
            }
        }
        for (double square : rest) {
            if (!(square <= ROUNDING * ROUNDING)) {
                return false;
            }
        }
        return true;
    }

    /** The level of the first factor for each of the second where these are the same groups, else {@code null}. */
    private static int[] sameGroups(int[] codes, int[] others, int count, int otherCount) {
        if (count != otherCount) {
            return null;
        }
        int[] map = new int[otherCount];
        Arrays.fill(map, -1);
        for (int i = 0; i < codes.length; i++) {
            if (map[others[i]] < 0) {
                map[others[i]] = codes[i];
            } else if (map[others[i]] != codes[i]) {
                return null;
            }
        }
        return map; // as many levels on both sides, and every one occurs: one to one
    }

    /** A, or {@code null} where the columns do not lie in the larger's span. */
    private static double[] random(Crossproducts smaller, Crossproducts larger) {
        LevelProducts inner = smaller.factors().get(0);
        LevelProducts outer = larger.factors().get(0);
        int qS = inner.q();
        int qL = outer.q();
        double[] gram = new double[qL * qL];
        for (int e = 0; e < outer.g().length; e++) {
            gram[e % gram.length] += outer.g()[e];
        }
        double[] weights = smaller.fixed().rootWeights();
        double[] products = new double[qL * qS];
        double[] square = new double[qS];
        double[] zS = new double[qS];
        double[] zL = new double[qL];
        double[] a = null;
        double[] rest = new double[qS];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < smaller.n(); i++) {
                double root = weights == null ? 1 : weights[i];
                row(inner.block(), i, root, zS);
                row(outer.block(), i, root, zL);
                for (int k = 0; k < qS; k++) {
                    double value = zS[k];
                    for (int j = 0; j < qL; j++) {
                        if (pass == 0) {
                            products[j + k * qL] += zL[j] * value;
                        } else {
                            zS[k] -= a[j + k * qL] * zL[j];
                        }
                    }
                    square[k] += pass == 0 ? value * value : 0;
                    rest[k] += pass == 0 ? 0 : zS[k] * zS[k];
                }
            }
            a = pass == 0 ? solve(gram, products, qL, qS) : a;
        }
        for (int k = 0; k < qS; k++) {
            if (!(rest[k] <= ROUNDING * ROUNDING * square[k])) {
                return null;
            }
        }
        return a;
    }

    /** A row of Z̃. */
    private static void row(RandomBlock block, int i, double root, double[] row) {
        double[][] z = block.z();
        double[] basis = block.innerBasis();
        int q = z.length;
        for (int j = 0; j < q; j++) {
            double sum = 0;
            for (int a = 0; a <= j; a++) {
                sum += z[a][i] * basis[a + j * q];
            }
            row[j] = root * sum;
        }
    }

    /** {@code G⁻ B}. */
    private static double[] solve(double[] gram, double[] b, int n, int columns) {
        SymmetricEigen spectrum = SymmetricEigen.of(gram, n);
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        double[] x = new double[n * columns];
        for (int e = 0; e < n; e++) {
            if (!(values[e] > SINGULAR * values[n - 1])) {
                continue;
            }
            for (int k = 0; k < columns; k++) {
                double along = 0;
                for (int i = 0; i < n; i++) {
                    along += vectors[i + e * n] * b[i + k * n];
                }
                for (int i = 0; i < n; i++) {
                    x[i + k * n] += along / values[e] * vectors[i + e * n];
                }
            }
        }
        return x;
    }
}
