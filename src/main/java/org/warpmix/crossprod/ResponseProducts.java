package org.warpmix.crossprod;

import java.util.Arrays;

/**
 * Reduces responses on the rows of a design to the statistics that a likelihood needs, in {@link ResponseLayout}'s order.
 *
 * <p>A response y is brought to {@code ỹ = W^½ (y − offset − X b)/s}, what X̃ explains of it is taken out, twice for the
 * digits, and the rest is divided by its root mean square, the unit: then {@code Z̃'ỹ} by level, {@code X̃'ỹ = 0} and
 * {@code ỹ'ỹ = n}. A response with no rest (constant, reproduced by X to rounding, or not finite) has statistics of
 * {@code NaN}.
 *
 * <p>{@code [Z X]'Y} is a matrix product over a block of responses, those innermost; the sums of each run over the rows in
 * their order, so its statistics are the same bits whatever block it is in. Immutable: it holds X̃, n×p. Each
 * {@link Reducer} holds a block of responses beside, n times {@link Reducer#lanes} numbers.
 */
public final class ResponseProducts {

    /** Root mean square of the rest against that of the response under which the rest is rounding. */
    private static final double ROUNDING = 0x1p-48;

    private static final int MOST_LANES = 64;
    private static final int LEAST_LANES = 16;
    /** Numbers of a block that stay in the second-level cache. */
    private static final int CACHED = 1 << 16;

    private final Crossproducts statistics;
    private final ResponseLayout layout;
    private final double[][] x;
    private final double[] location;
    private final double[] scale;

    private ResponseProducts(Crossproducts statistics) {
        FixedBasis fixed = statistics.fixed();
        int n = fixed.length();
        int p = statistics.p();
        this.statistics = statistics;
        this.layout = ResponseLayout.of(statistics);
        this.location = fixed.location();
        this.x = new double[p][n];
        double[] block = new double[FixedBasis.BLOCK * (p + 1)];
        for (int from = 0; from < n; from += FixedBasis.BLOCK) {
            int rows = Math.min(FixedBasis.BLOCK, n - from);
            fixed.rows(from, rows, block);
            for (int k = 0; k < p; k++) {
                System.arraycopy(block, k * FixedBasis.BLOCK, x[k], from, rows);
            }
        }
        this.scale = new double[n];
        for (int i = 0; i < n; i++) {
            scale[i] = (fixed.rootWeights() == null ? 1 : fixed.rootWeights()[i]) / fixed.scale();
        }
    }

    /** For the rows of a design. */
    public static ResponseProducts of(Crossproducts statistics) {
        return new ResponseProducts(statistics);
    }

    /** Where the statistics lie. */
    public ResponseLayout layout() {
        return layout;
    }

    /** {@code diag(X̃X̃')}: how much of each row's response least squares takes from that row itself. */
    public double[] leverages() {
        double[] leverages = new double[scale.length];
        for (double[] column : x) {
            for (int i = 0; i < leverages.length; i++) {
                leverages[i] += column[i] * column[i];
            }
        }
        return leverages;
    }

    /**
     * Coordinates {@code X̃'ỹ} of means that lie in offset + span(X).
     *
     * @param mean n numbers in the unit of the response; not modified
     * @throws IllegalArgumentException where they do not lie there
     */
    public double[] coordinates(double[] mean) {
        double[] rest = new double[mean.length];
        double size = 0;
        for (int i = 0; i < mean.length; i++) {
            rest[i] = (mean[i] - location[i]) * scale[i];
            size = Math.max(size, Math.max(Math.abs(mean[i]), Math.abs(location[i])) * scale[i]);
        }
        double[] coordinates = new double[x.length];
        for (int pass = 0; pass < 2; pass++) {
            double[] products = new double[x.length];
            for (int k = 0; k < x.length; k++) {
                products[k] = Products.dot(x[k], 0, rest, 0, rest.length);
                coordinates[k] += products[k];
            }
            for (int k = 0; k < x.length; k++) {
                for (int i = 0; i < rest.length; i++) {
                    rest[i] -= products[k] * x[k][i];
                }
            }
        }
        double left = Math.sqrt(Products.dot(rest, 0, rest, 0, rest.length) / rest.length);
        if (left > 1e-8 * (1 + size)) {
            throw new IllegalArgumentException(
                    "The means do not lie in the fixed effects of the model that is fitted to"
                            + " them. A reduced model needs the same rows and offset, and only fixed effects that the full one has.");
        }
        return coordinates;
    }

    /** For responses as they are. */
    public Reducer responses() {
        return new Reducer(null);
    }

    /**
     * For responses that are given as deviations from common means in offset + span(X).
     *
     * @param mean {@link #coordinates} of the means, length p; not modified
     */
    public Reducer deviations(double[] mean) {
        return new Reducer(mean.clone());
    }

    /** Work space for a block of responses; it serves one thread. */
    public final class Reducer {

        private final int lanes;
        private final double[] mean;
        private final double[][] rows;
        private final double[][] explained;
        private final double[][] again;
        private final double[][][] products;
        private final double[] outside;
        private final double[] size;
        private final double[] square;
        private final double[] unit;
        private final double[] inverse;
        private final double[] sum;

        private Reducer(double[] mean) {
            int n = scale.length;
            this.lanes = Math.min(MOST_LANES, Math.max(LEAST_LANES, CACHED / n));
            this.mean = mean;
            this.rows = new double[n][lanes];
            this.explained = new double[x.length][lanes];
            this.again = new double[x.length][lanes];
            this.products = new double[statistics.factors().size()][][];
            for (int f = 0; f < products.length; f++) {
                LevelProducts factor = statistics.factors().get(f);
                products[f] = new double[factor.levels() * factor.q()][lanes];
            }
            this.outside = new double[lanes];
            this.size = new double[lanes];
            this.square = new double[lanes];
            this.unit = new double[lanes];
            this.inverse = new double[lanes];
            this.sum = new double[lanes];
        }

        /** How many responses a block holds. */
        public int lanes() {
            return lanes;
        }

        /**
         * Puts a response into the block.
         *
         * @param y n numbers in the unit of the response: as it is, or its deviations from the means; not modified
         */
        public void put(int lane, double[] y) {
            outside[lane] = 0;
            if (mean == null) {
                for (int i = 0; i < rows.length; i++) {
                    rows[i][lane] = (y[i] - location[i]) * scale[i];
                }
            } else {
                for (int i = 0; i < rows.length; i++) {
                    rows[i][lane] = y[i] * scale[i];
                }
            }
        }

        /**
         * Adds to a response what it has outside of the span of condensed rows.
         *
         * @param square its sum of squares, in the square of the unit of the response
         */
        public void putOutside(int lane, double square) {
            outside[lane] =
                    square / (statistics.fixed().scale() * statistics.fixed().scale());
        }

        /**
         * Reduces the first responses of the block, which is of no use after.
         *
         * @param count at most {@link #lanes}
         * @param into {@code into[entry][at + lane]} is overwritten
         */
        public void reduce(int count, double[][] into, int at) {
            takeOutExplained(count);
            multiply(count);
            for (int r = 0; r < count; r++) {
                square[r] += outside[r];
                unit[r] = Math.sqrt(square[r] / statistics.n());
                inverse[r] = 1 / unit[r];
            }
            for (int f = 0; f < products.length; f++) {
                toBasis(statistics.factors().get(f), products[f], count);
            }
            if (statistics.classes() != null) {
                gather(statistics.classes(), count, into, at);
            } else {
                for (int f = 0; f < products.length; f++) {
                    copy(products[f], 0, products[f].length, count, into, layout.factor(f), at);
                }
            }
            for (int k = 0; k < x.length; k++) {
                Arrays.fill(into[layout.xy() + k], at, at + count, 0);
                double centre = mean == null ? 0 : mean[k];
                for (int r = 0; r < count; r++) {
                    into[layout.shift() + k][at + r] = centre + explained[k][r] + again[k][r];
                }
            }
            Arrays.fill(into[layout.yy()], at, at + count, statistics.n());
            System.arraycopy(unit, 0, into[layout.unit()], at, count);
            for (int r = 0; r < count; r++) {
                if (!(unit[r] > ROUNDING * Math.sqrt(size[r] / statistics.n()) && unit[r] < Double.POSITIVE_INFINITY)) {
                    for (int entry = 0; entry < layout.size(); entry++) {
                        into[entry][at + r] = Double.NaN;
                    }
                }
            }
        }

        /** Twice X̃'Y, the first time taken out of Y. */
        private void takeOutExplained(int count) {
            clear(explained, count);
            clear(again, count);
            Arrays.fill(size, 0, count, 0);
            for (int i = 0; i < rows.length; i++) {
                addSquares(size, rows[i], mean == null ? location[i] * scale[i] : 0, count);
                for (int k = 0; k < x.length; k++) {
                    add(explained[k], x[k][i], rows[i], count);
                }
            }
            for (int i = 0; i < rows.length; i++) {
                for (int k = 0; k < x.length; k++) {
                    add(rows[i], -x[k][i], explained[k], count);
                }
                for (int k = 0; k < x.length; k++) {
                    add(again[k], x[k][i], rows[i], count);
                }
            }
        }

        /** What is left: its squares and Z'Y. */
        private void multiply(int count) {
            Arrays.fill(square, 0, count, 0);
            for (double[][] factor : products) {
                clear(factor, count);
            }
            double[] rootWeights = statistics.fixed().rootWeights();
            for (int i = 0; i < rows.length; i++) {
                for (int k = 0; k < x.length; k++) {
                    add(rows[i], -x[k][i], again[k], count);
                }
                addSquares(square, rows[i], 0, count);
                double root = rootWeights == null ? 1 : rootWeights[i];
                for (int f = 0; f < products.length; f++) {
                    RandomBlock block = statistics.factors().get(f).block();
                    double[][] z = block.z();
                    int level = block.factor().codes()[i] * z.length;
                    for (int a = 0; a < z.length; a++) {
                        add(products[f][level + a], root * z[a][i], rows[i], count);
                    }
                }
            }
        }

        /** {@code T'(Z'y)/unit} of every level; T is upper triangular, so the last entry goes first. */
        private void toBasis(LevelProducts factor, double[][] entries, int count) {
            int q = factor.q();
            double[] t = factor.block().innerBasis();
            for (int level = 0; level < entries.length; level += q) {
                for (int i = q - 1; i >= 0; i--) {
                    double[] entry = entries[level + i];
                    Arrays.fill(sum, 0, count, 0);
                    for (int a = 0; a <= i; a++) {
                        add(sum, t[a + i * q], entries[level + a], count);
                    }
                    setProducts(sum, inverse, entry, count);
                }
            }
        }

        /** The products of one factor class by class, summed where the classes are: see {@link GroupClasses}. */
        private void gather(GroupClasses classes, int count, double[][] into, int at) {
            int q = classes.products().q();
            int width = classes.products().width();
            double[] b = classes.products().b();
            for (int c = 0; c < classes.classes(); c++) {
                int next = layout.groupClass(c);
                if (classes.summed(c) == null) {
                    for (int i = 0; i < classes.size(c); i++) {
                        copy(products[0], classes.level(c, i) * q, q, count, into, next + i * q, at);
                    }
                    continue;
                }
                for (int first = 0; first < q; first++) {
                    for (int second = first; second < q; second++) {
                        for (int k = 0; k < width; k++) {
                            Arrays.fill(sum, 0, count, 0);
                            for (int i = 0; i < classes.size(c); i++) {
                                int level = classes.level(c, i) * q;
                                double[] one = products[0][level + first];
                                double[] other = products[0][level + second];
                                if (k == width - 1) {
                                    addProducts(sum, first == second ? 1 : 2, one, other, count);
                                    continue;
                                }
                                add(sum, b[level * width + first + k * q], other, count);
                                if (first != second) {
                                    add(sum, b[level * width + second + k * q], one, count);
                                }
                            }
                            System.arraycopy(sum, 0, into[next++], at, count);
                        }
                    }
                }
            }
        }
    }

    private static void copy(double[][] from, int first, int entries, int count, double[][] into, int next, int at) {
        for (int e = 0; e < entries; e++) {
            System.arraycopy(from[first + e], 0, into[next + e], at, count);
        }
    }

    private static void clear(double[][] entries, int count) {
        for (double[] entry : entries) {
            Arrays.fill(entry, 0, count, 0);
        }
    }

    // One array each, all read at one index: what C2 turns into vector instructions.

    private static void add(double[] target, double factor, double[] source, int count) {
        for (int r = 0; r < count; r++) {
            target[r] += factor * source[r];
        }
    }

    private static void addSquares(double[] target, double[] source, double plus, int count) {
        for (int r = 0; r < count; r++) {
            double value = source[r] + plus;
            target[r] += value * value;
        }
    }

    private static void addProducts(double[] target, double factor, double[] one, double[] other, int count) {
        for (int r = 0; r < count; r++) {
            target[r] += factor * one[r] * other[r];
        }
    }

    private static void setProducts(double[] one, double[] other, double[] product, int count) {
        for (int r = 0; r < count; r++) {
            product[r] = one[r] * other[r];
        }
    }
}
