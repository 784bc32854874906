package org.warpmix.crossprod;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.model.Condensed;
import org.warpmix.model.ModelData;

/**
 * All that a likelihood needs of the rows: after this, nothing depends on n again.
 *
 * <p>In the coordinates of {@link FixedBasis} and {@link RandomBlock}: {@code W'W} of {@code W = [X̃ ỹ]}, per grouping
 * factor its {@link LevelProducts}, and per pair of factors the products of levels that meet ({@link PairProducts}).
 */
public final class Crossproducts {

    private final int n;
    private final FixedBasis fixed;
    private final double logWeights;
    private final double[] ww;
    private final List<LevelProducts> factors;
    private final List<PairProducts> pairs;
    private final GroupClasses classes;

    private Crossproducts(
            int n,
            FixedBasis fixed,
            double logWeights,
            double[] ww,
            List<LevelProducts> factors,
            List<PairProducts> pairs,
            GroupClasses classes) {
        this.n = n;
        this.fixed = fixed;
        this.logWeights = logWeights;
        this.ww = ww;
        this.factors = factors;
        this.pairs = pairs;
        this.classes = classes;
    }

    /** Accumulates the statistics of a model: two to four passes over its columns, O(n (p + q)²). */
    public static Crossproducts of(ModelData data) {
        FixedBasis fixed = FixedBasis.of(data);
        List<RandomBlock> blocks = RandomBlock.of(data);
        Accumulator sums = new Accumulator(data, fixed, blocks);
        List<LevelProducts> factors = sums.factors();
        List<PairProducts> pairs = new ArrayList<>();
        for (int f = 0; f < blocks.size(); f++) {
            for (int g = f + 1; g < blocks.size(); g++) {
                pairs.add(PairProducts.of(data, f, blocks.get(f), g, blocks.get(g)));
            }
        }
        double logWeights = 0;
        if (data.condensed() != null) {
            logWeights = Arrays.stream(data.condensed().logWeights()).sum();
        } else if (data.weights() != null) {
            for (double weight : data.weights()) {
                logWeights += Math.log(weight);
            }
        }
        GroupClasses classes = factors.size() == 1 ? GroupClasses.of(factors.get(0)) : null;
        return new Crossproducts(data.observations(), fixed, logWeights, sums.ww(), factors, pairs, classes);
    }

    /**
     * The same design with another response.
     *
     * @param response its statistics in {@link ResponseLayout}'s order, shift and unit left aside; not modified
     * @return statistics that share with these all that does not depend on the response
     */
    public Crossproducts withResponse(double[] response) {
        ResponseLayout layout = ResponseLayout.of(this);
        int p1 = p() + 1;
        double[] products = ww.clone();
        for (int k = 0; k < p1; k++) {
            double value = response[layout.xy() + k]; // y'y lies behind X'y
            products[k + (p1 - 1) * p1] = value;
            products[p1 - 1 + k * p1] = value;
        }
        if (classes != null) {
            GroupClasses replaced = classes.withResponse(response);
            return new Crossproducts(n, fixed, logWeights, products, List.of(replaced.products()), pairs, replaced);
        }
        List<LevelProducts> replaced = new ArrayList<>();
        for (int f = 0; f < factors.size(); f++) {
            replaced.add(factors.get(f).withResponse(response, layout.factor(f)));
        }
        return new Crossproducts(n, fixed, logWeights, products, List.copyOf(replaced), pairs, null);
    }

    /** Number of rows. */
    public int n() {
        return n;
    }

    /** Rank of X. */
    public int p() {
        return fixed.rank();
    }

    /** The coordinates of the fixed effects and the response. */
    public FixedBasis fixed() {
        return fixed;
    }

    /** {@code Σ log w_i} over the prior weights. */
    public double logWeights() {
        return logWeights;
    }

    /** {@code [X̃ ỹ]'[X̃ ỹ]}, (p+1)×(p+1) column-major, both triangles; shared, not to be modified. */
    public double[] ww() {
        return ww;
    }

    /** One per grouping factor, in the model's order. */
    public List<LevelProducts> factors() {
        return factors;
    }

    /** The levels in classes of equal groups where there is one grouping factor, else {@code null}. */
    public GroupClasses classes() {
        return classes;
    }

    /** One per pair of grouping factors. */
    public List<PairProducts> pairs() {
        return pairs;
    }

    /** The pass over the rows. */
    private static final class Accumulator {
        private final int p1;
        private final double[] ww;
        private final List<LevelProducts> factors = new ArrayList<>();

        Accumulator(ModelData data, FixedBasis fixed, List<RandomBlock> blocks) {
            p1 = fixed.rank() + 1;
            ww = new double[p1 * p1];
            for (RandomBlock block : blocks) {
                int q = block.columns();
                int levels = block.levels();
                if ((long) levels * q * Math.max(q, p1) > Integer.MAX_VALUE - 8) {
                    throw new IllegalArgumentException(
                            "Grouping factor " + block.factor().name() + ": " + levels
                                    + " levels with " + q + " random effects each and " + (p1 - 1)
                                    + " fixed effects need more than 16 GB of cross-products. Drop a random slope or fixed effects.");
                }
                factors.add(new LevelProducts(
                        block, p1, new double[levels * q * q], new double[levels * q * p1], new int[levels]));
            }
            double[] w = new double[FixedBasis.BLOCK * p1];
            int widest = 0;
            for (RandomBlock block : blocks) {
                widest = Math.max(widest, block.columns());
            }
            double[] z = new double[widest];
            for (int from = 0; from < data.n(); from += FixedBasis.BLOCK) {
                int rows = Math.min(FixedBasis.BLOCK, data.n() - from);
                fixed.rows(from, rows, w);
                Products.addUpper(w, rows, FixedBasis.BLOCK, p1, ww);
                for (LevelProducts factor : factors) {
                    addRows(factor, fixed.rootWeights(), data.condensed(), from, rows, w, z);
                }
            }
            mirror(ww, 0, p1);
            for (LevelProducts factor : factors) {
                toBasis(factor, data.observations());
            }
        }

        private void addRows(
                LevelProducts factor,
                double[] rootWeights,
                Condensed condensed,
                int from,
                int rows,
                double[] w,
                double[] z) {
            double[][] columns = factor.block().z();
            int q = columns.length;
            int[] codes = factor.block().factor().codes();
            double[] g = factor.g();
            double[] b = factor.b();
            for (int i = 0; i < rows; i++) {
                int row = from + i;
                int level = codes[row];
                factor.rows()[level] += condensed == null ? 1 : condensed.counts()[row];
                double root = rootWeights == null ? 1 : rootWeights[row];
                for (int a = 0; a < q; a++) {
                    z[a] = columns[a][row] * root;
                }
                int atG = level * q * q;
                for (int c = 0; c < q; c++) {
                    for (int a = c; a < q; a++) {
                        g[atG + a + c * q] += z[a] * z[c];
                    }
                }
                int atB = level * q * p1;
                for (int k = 0; k < p1; k++) {
                    double value = w[k * FixedBasis.BLOCK + i];
                    for (int a = 0; a < q; a++) {
                        b[atB + a + k * q] += z[a] * value;
                    }
                }
            }
        }

        private static void toBasis(LevelProducts factor, int n) {
            int q = factor.q();
            double[] mean = new double[q * q];
            for (int j = 0; j < factor.levels(); j++) {
                mirror(factor.g(), j * q * q, q);
                for (int e = 0; e < q * q; e++) {
                    mean[e] += factor.g()[j * q * q + e];
                }
            }
            for (int e = 0; e < q * q; e++) {
                mean[e] /= n;
            }
            factor.block().chooseBasis(mean);
            BasisChange change = new BasisChange(factor.block().innerBasis(), q);
            for (int j = 0; j < factor.levels(); j++) {
                change.bothSides(factor.g(), j * q * q);
                change.left(factor.b(), j * q * factor.width(), factor.width());
            }
        }

        private static void mirror(double[] a, int at, int n) {
            for (int j = 0; j < n; j++) {
                for (int i = j + 1; i < n; i++) {
                    double value = a[at + i + j * n] + a[at + j + i * n]; // one of the two is zero
                    a[at + i + j * n] = value;
                    a[at + j + i * n] = value;
                }
            }
        }

        double[] ww() {
            return ww;
        }

        List<LevelProducts> factors() {
            return List.copyOf(factors);
        }
    }
}
