package org.warpmix.replicate;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.Embedding;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.ResponseLayout;

/**
 * The statistics of a design for responses that are drawn in those of a larger one: the same replicates, so that models of both
 * designs can be fitted to the same responses without a row.
 *
 * <p>With {@code X̃_S = X̃_L C} and {@code Z̃_S = Z̃_L A} ({@link Embedding}): {@code X̃_S'ỹ = C'X̃_L'ỹ}, {@code Z̃_S'ỹ = A'Z̃_L'ỹ}, and the
 * sums over a class are linear in those of the larger design's classes within it,
 * {@code S_ab = Σ_{r<s} (A_ra A_sb + A_sa A_rb) S_rs + Σ_r (2 − δ_ab) A_ra A_rb S_rr}, columns of X contracted with C; levels that the
 * larger design takes one by one add their products. ỹ is divided by the larger design's unit, which the unit tells.
 */
public final class NestedStatistics implements ReplicateSource.Responses {

    private final ParametricStatistics source;
    private final Crossproducts smaller;
    private final Embedding embedding;
    /** Per class of the larger design, the smaller's that it is part of. */
    private final int[] classes;

    private NestedStatistics(ParametricStatistics source, Crossproducts smaller, Embedding embedding, int[] classes) {
        this.source = source;
        this.smaller = smaller;
        this.embedding = embedding;
        this.classes = classes;
    }

    /**
     * The replicates of a larger design.
     *
     * @param source whose means are zero
     * @param embedding of the smaller design in that of the source; it has an A
     * @return {@code null} where classes of the larger design do not lie within those of the smaller
     */
    public static NestedStatistics of(ParametricStatistics source, Crossproducts smaller, Embedding embedding) {
        GroupClasses large = source.model().statistics().classes();
        GroupClasses small = smaller.classes();
        int[] classOf = new int[small.products().levels()];
        for (int c = 0; c < small.classes(); c++) {
            for (int i = 0; i < small.size(c); i++) {
                classOf[small.level(c, i)] = c;
            }
        }
        int[] classes = new int[large.classes()];
        for (int c = 0; c < classes.length; c++) {
            classes[c] = classOf[embedding.levels()[large.level(c, 0)]];
            for (int i = 0; i < large.size(c); i++) {
                boolean apart = classOf[embedding.levels()[large.level(c, i)]] != classes[c];
                if (apart || large.summed(c) != null && small.summed(classes[c]) == null) {
                    return null;
                }
            }
        }
        return new NestedStatistics(source, smaller, embedding, classes);
    }

    @Override
    public Drawer drawer() {
        return new Mapping();
    }

    /** Draws the larger design's statistics and maps them. */
    private final class Mapping implements Drawer {
        private final Drawer drawer = source.drawer();
        private final GroupClasses large = source.model().statistics().classes();
        private final GroupClasses small = smaller.classes();
        private final ResponseLayout from = ResponseLayout.of(source.model().statistics());
        private final ResponseLayout to = ResponseLayout.of(smaller);
        private final int qL = large.products().q();
        private final int qS = small.products().q();
        private final int pL = source.model().statistics().p();
        private final int pS = smaller.p();
        private final double[] a = embedding.random();
        private final double[] c = embedding.fixed();
        /** Where each level of the smaller design has its products, if it is taken singly. */
        private final int[] places = places();

        private double[][] drawn = new double[from.size()][0];
        private double[][] level = new double[qS][0];

        private int[] places() {
            int[] at = new int[small.products().levels()];
            for (int cl = 0; cl < small.classes(); cl++) {
                for (int i = 0; i < small.size(cl); i++) {
                    at[small.level(cl, i)] = to.groupClass(cl) + i * qS;
                }
            }
            return at;
        }

        @Override
        public void draw(long first, int count, double[][] into) {
            if (drawn[0].length < count) {
                drawn = new double[from.size()][count];
                level = new double[qS][count];
            }
            drawer.draw(first, count, drawn);
            for (int e = 0; e < to.size(); e++) {
                Arrays.fill(into[e], 0, count, 0);
            }
            for (int cl = 0; cl < large.classes(); cl++) {
                if (large.summed(cl) != null) {
                    addSums(from.groupClass(cl), to.groupClass(classes[cl]), into, count);
                } else {
                    addLevels(cl, into, count);
                }
            }
            for (int k = 0; k < pS; k++) {
                for (int l = 0; l < pL; l++) {
                    add(into[to.xy() + k], drawn[from.xy() + l], c[l + k * pL], count);
                }
            }
            add(into[to.yy()], drawn[from.yy()], 1, count);
            double unit = source.model().statistics().fixed().scale()
                    / smaller.fixed().scale();
            Arrays.fill(into[to.unit()], 0, count, unit);
        }

        private void addSums(int source, int target, double[][] into, int count) {
            int next = target;
            for (int i = 0; i < qS; i++) {
                for (int j = i; j < qS; j++) {
                    int pair = source;
                    for (int r = 0; r < qL; r++) {
                        for (int s = r; s < qL; s++) {
                            double weight = a[r + i * qL] * a[s + j * qL];
                            if (i < j) {
                                weight += a[s + i * qL] * a[r + j * qL];
                            }
                            addPair(into, next, pair, weight, count);
                            pair += pL + 1;
                        }
                    }
                    next += pS + 1;
                }
            }
        }

        /** Adds a multiple of a pair's entries, those with X̃ contracted. */
        private void addPair(double[][] into, int target, int pair, double weight, int count) {
            for (int k = 0; k < pS; k++) {
                for (int l = 0; l < pL; l++) {
                    add(into[target + k], drawn[pair + l], weight * c[l + k * pL], count);
                }
            }
            add(into[target + pS], drawn[pair + pL], weight, count);
        }

        private void addLevels(int cl, double[][] into, int count) {
            boolean summed = small.summed(classes[cl]) != null;
            for (int i = 0; i < large.size(cl); i++) {
                int at = from.groupClass(cl) + i * qL;
                int levelS = embedding.levels()[large.level(cl, i)];
                for (int k = 0; k < qS; k++) {
                    double[] target = summed ? level[k] : into[places[levelS] + k];
                    Arrays.fill(target, 0, count, 0);
                    for (int r = 0; r < qL; r++) {
                        add(target, drawn[at + r], a[r + k * qL], count);
                    }
                }
                if (summed) {
                    addProducts(levelS, into, to.groupClass(classes[cl]), count);
                }
            }
        }

        private void addProducts(int levelS, double[][] into, int target, int count) {
            LevelProducts products = small.products();
            int at = levelS * qS * products.width();
            int next = target;
            for (int i = 0; i < qS; i++) {
                for (int j = i; j < qS; j++) {
                    for (int k = 0; k < pS; k++) {
                        add(into[next], level[j], products.b()[at + i + k * qS], count);
                        if (i < j) {
                            add(into[next], level[i], products.b()[at + j + k * qS], count);
                        }
                        next++;
                    }
                    double times = i < j ? 2 : 1;
                    for (int v = 0; v < count; v++) {
                        into[next][v] += times * level[i][v] * level[j][v];
                    }
                    next++;
                }
            }
        }

        private static void add(double[] sum, double[] x, double factor, int count) {
            for (int i = 0; i < count; i++) {
                sum[i] += factor * x[i];
            }
        }
    }
}
