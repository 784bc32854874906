package org.warpmix.inference;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.inference.VarianceProducts.Entry;
import org.warpmix.linalg.Lapack;

/**
 * {@link VarianceProducts} of a model with several grouping factors, set by set of levels that meet ({@link LevelSets}).
 *
 * <p>Within a set of order m: G sparse, {@code K = Λ(I + Λ'GΛ)⁻¹Λ'} dense, {@code C = (I − GK) Z̃'W}, and the columns of
 * {@code S = G(I − KG)} level by level. Time O(m³) for the inverse and O(m) per entry of G; 8m² bytes.
 */
final class ComponentProducts {

    private final List<LevelProducts> factors;
    private final double[][] lambda;
    private final double[] basis;
    private final VarianceProducts into;
    private final LevelSets sets;
    private final int width;
    /** Place of each column within its set. */
    private final int[] place;

    private int[] columns;
    private int m;
    /** Per factor the places of the first columns of its levels in the set. */
    private int[][] levels;

    private double[] k;
    /** C by rows. */
    private double[] c;
    /** Columns of S of one level. */
    private double[][] s;
    /** Per φ and column of that level: {@code Σ_l (S_lb C_la + S_la C_lb)}. */
    private double[][][] y;

    ComponentProducts(Crossproducts statistics, double[][] lambda, double[] basis, VarianceProducts into) {
        this.factors = statistics.factors();
        this.lambda = lambda;
        this.basis = basis;
        this.into = into;
        this.sets = new LevelSets(statistics);
        this.width = into.width;
        this.place = new int[sets.firstColumn[factors.size()]];
    }

    /** @throws IllegalArgumentException where a set is too large for the memory */
    void add() {
        checkMemory();
        for (int set = 0; set < sets.sets(); set++) {
            columns = sets.columns(set);
            m = columns.length;
            for (int i = 0; i < m; i++) {
                place[columns[i]] = i;
            }
            levels = new int[factors.size()][];
            int from = 0;
            for (int f = 0; f < levels.length; f++) {
                int to = from;
                while (to < m && columns[to] < sets.firstColumn[f + 1]) {
                    to++;
                }
                int first = from;
                int q = factors.get(f).q();
                levels[f] = new int[(to - from) / q];
                Arrays.setAll(levels[f], l -> first + l * q);
                from = to;
            }
            invert();
            solve();
            for (int f = 0; f < levels.length; f++) {
                s = new double[factors.get(f).q()][m];
                y = new double[into.count()][s.length][width];
                for (int at : levels[f]) {
                    columnsOfS(at);
                    collect(f, at);
                }
            }
        }
    }

    private void checkMemory() {
        long order = sets.largest();
        long needed = 8 * order * order;
        if (order * order > Integer.MAX_VALUE - 8
                || needed > 0.7 * Runtime.getRuntime().maxMemory()) {
            throw new IllegalArgumentException("Kenward and Roger's method needs the covariances of " + order
                    + " random effects with each other, " + Math.round(needed / 1e9) + " GB; the JVM may take "
                    + Math.round(Runtime.getRuntime().maxMemory() / 1e9)
                    + " GB and one array 17 GB. Satterthwaite's (--df satterthwaite) does without.");
        }
    }

    /** K of the set, both triangles. */
    private void invert() {
        k = new double[m * m];
        for (int j = 0; j < m; j++) {
            for (int e = sets.start[columns[j]]; e < sets.start[columns[j] + 1]; e++) {
                k[place[sets.row[e]] + j * m] = sets.value[e];
            }
        }
        multiply(true);
        for (int j = 0; j < m; j++) {
            k[j + j * m] += 1;
        }
        Lapack lapack = Lapack.forSize(m);
        if (!lapack.factor(k, m, m)) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        lapack.invert(k, m, m);
        for (int j = 0; j < m; j++) {
            for (int i = j + 1; i < m; i++) {
                k[j + i * m] = k[i + j * m];
            }
        }
        multiply(false);
    }

    /** {@code k ← Λ'kΛ}, or {@code ΛkΛ'}. */
    private void multiply(boolean transposed) {
        for (int f = 0; f < levels.length; f++) {
            double[] l = lambda[f];
            int q = factors.get(f).q();
            for (int at : levels[f]) {
                for (int step = 0;
                        step < q;
                        step++) { // a row of the product needs those after it, or before it, unchanged
                    int a = transposed ? step : q - 1 - step;
                    for (int j = 0; j < m; j++) {
                        k[at + a + j * m] = combined(l, a, q, transposed, at + j * m, 1);
                    }
                }
            }
        }
        for (int f = 0; f < levels.length; f++) {
            double[] l = lambda[f];
            int q = factors.get(f).q();
            for (int at : levels[f]) {
                for (int step = 0; step < q; step++) {
                    int a = transposed ? step : q - 1 - step;
                    for (int i = 0; i < m; i++) {
                        k[i + (at + a) * m] = combined(l, a, q, transposed, i + at * m, m);
                    }
                }
            }
        }
    }

    private double combined(double[] l, int a, int q, boolean transposed, int at, int stride) {
        double sum = 0;
        for (int r = transposed ? a : 0; r < (transposed ? q : a + 1); r++) {
            sum += (transposed ? l[r + a * q] : l[a + r * q]) * k[at + r * stride];
        }
        return sum;
    }

    /** {@code C = B − G K B}, with B in the basis that makes W'V⁻¹W the identity. */
    private void solve() {
        double[][] b = new double[width][m];
        for (int f = 0; f < levels.length; f++) {
            double[] given = factors.get(f).b();
            int q = factors.get(f).q();
            for (int at : levels[f]) {
                int from = (columns[at] - sets.firstColumn[f]) * width;
                for (int x = 0; x < width; x++) {
                    for (int z = 0; z < width; z++) {
                        for (int a = 0; a < q; a++) {
                            b[x][at + a] += given[from + a + z * q] * basis[z + x * width];
                        }
                    }
                }
            }
        }
        c = new double[m * width];
        double[] solved = new double[m];
        double[] back = new double[m];
        for (int x = 0; x < width; x++) {
            Arrays.fill(solved, 0);
            for (int j = 0; j < m; j++) {
                addColumn(b[x][j], j, solved);
            }
            timesG(solved, back);
            for (int i = 0; i < m; i++) {
                c[i * width + x] = b[x][i] - back[i];
            }
        }
    }

    private void columnsOfS(int at) {
        double[] n = new double[m];
        for (int b = 0; b < s.length; b++) {
            Arrays.fill(n, 0);
            n[at + b] = 1;
            for (int e = sets.start[columns[at + b]]; e < sets.start[columns[at + b] + 1]; e++) {
                addColumn(-sets.value[e], place[sets.row[e]], n);
            }
            timesG(n, s[b]);
        }
    }

    /** {@code out += factor K_j}. */
    private void addColumn(double factor, int j, double[] out) {
        int from = j * m;
        for (int i = 0; i < m; i++) {
            out[i] += factor * k[from + i];
        }
    }

    /** {@code out = G x}, G symmetric. */
    private void timesG(double[] x, double[] out) {
        for (int j = 0; j < m; j++) {
            double sum = 0;
            for (int e = sets.start[columns[j]]; e < sets.start[columns[j] + 1]; e++) {
                sum += sets.value[e] * x[place[sets.row[e]]];
            }
            out[j] = sum;
        }
    }

    /** What the level of factor g at a place adds to all sums over pairs of levels of which it is the second. */
    private void collect(int g, int place2) {
        List<Entry> entries = into.entries;
        for (int i = 0; i < entries.size(); i++) {
            for (int col = 0; col < s.length; col++) {
                gather(entries.get(i), s[col], y[i][col]);
            }
        }
        for (int j = 0; j < entries.size(); j++) {
            Entry two = entries.get(j);
            if (two.factor() != g) {
                continue;
            }
            double[] one = s[two.row()];
            double[] other = s[two.column()];
            int rowC = (place2 + two.row()) * width;
            int rowD = (place2 + two.column()) * width;
            into.trace[j] += 2 * two.weight() * one[place2 + two.column()];
            addProduct(two.weight(), c, rowC, rowD, into.first[j]);
            for (int i = 0; i <= j; i++) {
                Entry entry = entries.get(i);
                double weight = entry.weight() * two.weight();
                double sum = 0;
                for (int l : levels[entry.factor()]) {
                    int a = l + entry.row();
                    int b = l + entry.column();
                    sum += other[a] * one[b] + one[a] * other[b];
                }
                into.traces[i + j * entries.size()] += 2 * weight * sum;
                double[] second = into.second[into.pair(i, j)];
                addProduct(weight, y[i][two.row()], rowD, second);
                addProduct(weight, y[i][two.column()], rowC, second);
            }
        }
    }

    private void gather(Entry entry, double[] column, double[] out) {
        Arrays.fill(out, 0);
        for (int l : levels[entry.factor()]) {
            int a = l + entry.row();
            int b = l + entry.column();
            for (int x = 0; x < width; x++) {
                out[x] += column[b] * c[a * width + x] + column[a] * c[b * width + x];
            }
        }
    }

    /** {@code target += factor (u v' + v u')}, u a vector, v a row of C. */
    private void addProduct(double factor, double[] u, int v, double[] target) {
        for (int z = 0; z < width; z++) {
            for (int x = 0; x < width; x++) {
                target[x + z * width] += factor * (u[x] * c[v + z] + c[v + x] * u[z]);
            }
        }
    }

    /** The same of two rows of C. */
    private void addProduct(double factor, double[] rows, int u, int v, double[] target) {
        addProduct(factor, Arrays.copyOfRange(rows, u, u + width), v, target);
    }
}
