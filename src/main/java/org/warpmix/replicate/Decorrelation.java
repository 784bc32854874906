package org.warpmix.replicate;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.Lapack;
import org.warpmix.linalg.SmallCholesky;

/**
 * A square root of the covariance of standardised responses, {@code V = I + CC'} with {@code C = W^½ Z Λ}, and its inverse,
 * neither of which needs anything of order n×n.
 *
 * <p>With {@code A = I + C'C = LL'}, {@code S = I − C L⁻ᵀ(L + I)⁻¹C'} has {@code SS' = V⁻¹}, and its inverse transposed is
 * {@code I + C(L + I)⁻¹C'} (Andrews 1968, AIAA Journal 6(6)). So {@code S'r} decorrelates residuals and
 * {@code S⁻ᵀe} correlates them again. A falls into blocks, one for each component of rows that share no level with others:
 * the groups of one factor, the outermost groups of nested ones, everything together where factors are crossed.
 *
 * <p>Legend: {@code l} holds L until the residuals are decorrelated and L + I from then on; {@code at[f][level]} is the
 * place of a level's q columns in the vectors {@code C'r}.
 */
final class Decorrelation {

    /** Entries of L above which memory, 8 bytes each, is asked of a machine that hardly has it. */
    private static final long MOST_ENTRIES = 1L << 28;

    private final FittedModel fit;
    private final List<FactorEffects> effects;
    private final double[][] factors;
    private final int[][] at;
    private final int[] order;
    private final int[] start;
    private final int[] vectorStart;
    private final double[] l;
    private final double[] residuals;

    /** Decorrelates the residuals of a fit. */
    static Decorrelation of(FittedModel fit) {
        return new Decorrelation(fit);
    }

    private Decorrelation(FittedModel fit) {
        this.fit = fit;
        Crossproducts statistics = fit.model().statistics();
        this.effects = FactorEffects.of(statistics);
        Independence components = Independence.of(fit.data());
        int[][] component = componentOfLevels(statistics, components);
        this.order = new int[components.count()];
        this.at = new int[component.length][];
        for (int f = 0; f < component.length; f++) { // first the place within the component, factor by factor
            at[f] = new int[component[f].length];
            for (int level = 0; level < component[f].length; level++) {
                at[f][level] = order[component[f][level]];
                order[component[f][level]] += effects.get(f).q();
            }
        }
        this.start = new int[order.length];
        this.vectorStart = new int[order.length];
        long entries = 0;
        int rows = 0;
        for (int c = 0; c < order.length; c++) {
            start[c] = (int) entries;
            vectorStart[c] = rows;
            entries += (long) order[c] * order[c];
            rows += order[c];
            if (entries > MOST_ENTRIES) {
                throw new IllegalArgumentException(
                        "The random effects of " + Independence.names(Independence.factors(fit.data()))
                                + " are too many to decorrelate the residuals: more than 2 GB. Use the parametric or the residual"
                                + " bootstrap.");
            }
        }
        this.l = new double[(int) entries];
        fill(statistics, component);
        for (int f = 0; f < at.length; f++) {
            for (int level = 0; level < at[f].length; level++) {
                at[f][level] += vectorStart[component[f][level]];
            }
        }
        this.factors = new double[at.length][];
        for (int f = 0; f < at.length; f++) {
            RandomBlock block = statistics.factors().get(f).block();
            factors[f] = FittedModel.inGivenColumns(block, fit.model().lambda()[f], 1);
        }
        this.residuals = decorrelated(fit.marginalResiduals());
    }

    private static int[][] componentOfLevels(Crossproducts statistics, Independence components) {
        int[][] component = new int[statistics.factors().size()][];
        for (int f = 0; f < component.length; f++) {
            RandomBlock block = statistics.factors().get(f).block();
            component[f] = new int[block.levels()];
            for (int i = 0; i < block.factor().codes().length; i++) {
                component[f][block.factor().codes()[i]] = components.component()[i];
            }
        }
        return component;
    }

    /** Lower triangles of A = I + Λ'Z'WZΛ, factored. */
    private void fill(Crossproducts statistics, int[][] component) {
        double[][] lambda = fit.model().lambda();
        for (int f = 0; f < component.length; f++) {
            LevelProducts products = statistics.factors().get(f);
            int q = products.q();
            for (int level = 0; level < component[f].length; level++) {
                int c = component[f][level];
                int place = start[c] + at[f][level] * (order[c] + 1);
                add(lambda[f], q, products.g(), level * q * q, lambda[f], q, place, order[c]);
                for (int i = 0; i < q; i++) {
                    l[place + i * (order[c] + 1)]++;
                }
            }
        }
        for (PairProducts pair : statistics.pairs()) {
            int f = pair.first();
            int g = pair.second();
            int q1 = effects.get(f).q();
            int q2 = effects.get(g).q();
            for (int level = 0; level < component[f].length; level++) {
                int c = component[f][level];
                for (int e = pair.start()[level]; e < pair.start()[level + 1]; e++) {
                    int place = start[c] + at[g][pair.partner()[e]] + at[f][level] * order[c];
                    add(lambda[f], q1, pair.products(), e * q1 * q2, lambda[g], q2, place, order[c]);
                }
            }
        }
        for (int c = 0; c < order.length; c++) {
            if (order[c] < Lapack.NATIVE_FROM) {
                SmallCholesky.factor(l, start[c], order[c], order[c]);
                continue;
            }
            double[] block = java.util.Arrays.copyOfRange(l, start[c], start[c] + order[c] * order[c]);
            Lapack.forSize(order[c]).factor(block, order[c], order[c]);
            System.arraycopy(block, 0, l, start[c], block.length);
        }
    }

    /** Adds {@code (Λ₁'PΛ₂)'}, q2×q1, to l. */
    private void add(double[] lambda1, int q1, double[] p, int atP, double[] lambda2, int q2, int place, int ld) {
        for (int j = 0; j < q1; j++) {
            for (int i = 0; i < q2; i++) {
                double sum = 0;
                for (int r = j; r < q1; r++) {
                    for (int s = i; s < q2; s++) {
                        sum += lambda1[r + j * q1] * p[atP + r + s * q1] * lambda2[s + i * q2];
                    }
                }
                l[place + i + j * ld] += sum;
            }
        }
    }

    /** The decorrelated residuals, n numbers of variance σ² but for the estimation. */
    double[] residuals() {
        return residuals;
    }

    /** Work space for {@link #correlate}; it serves one thread. */
    double[][] work() {
        double[][] work = new double[effects.size() + 1][];
        System.arraycopy(FactorEffects.arrays(effects), 0, work, 0, effects.size());
        int columns = 0;
        for (int size : order) {
            columns += size;
        }
        work[effects.size()] = new double[columns];
        return work;
    }

    /**
     * Gives decorrelated residuals the correlation and the variances of responses.
     *
     * @param e in the unit of the response; overwritten
     */
    void correlate(double[] e, double[][] work) {
        double[] vector = work[effects.size()];
        transposed(e, work, vector);
        for (int c = 0; c < order.length; c++) {
            SmallCholesky.solveLower(l, start[c], order[c], order[c], vector, vectorStart[c], 1, order[c]);
        }
        unscale(e);
        add(vector, work, e);
    }

    /** {@code S'W^½r}, after which l holds L + I. */
    private double[] decorrelated(double[] r) {
        double[] e = r.clone();
        for (int i = 0; i < e.length; i++) {
            e[i] /= fit.errorScale(i);
        }
        double[][] work = work();
        double[] vector = work[effects.size()];
        transposed(e, work, vector);
        for (int c = 0; c < order.length; c++) {
            int k = order[c];
            SmallCholesky.solveLower(l, start[c], k, k, vector, vectorStart[c], 1, k);
            for (int i = 0; i < k; i++) {
                l[start[c] + i * (k + 1)]++;
            }
            SmallCholesky.solveLowerTransposed(l, start[c], k, k, vector, vectorStart[c], 1, k);
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = -vector[i];
        }
        unscale(e);
        add(vector, work, e);
        for (int i = 0; i < e.length; i++) {
            e[i] /= fit.errorScale(i);
        }
        return e;
    }

    /** {@code C'e}. */
    private void transposed(double[] e, double[][] work, double[] vector) {
        for (int f = 0; f < at.length; f++) {
            int q = effects.get(f).q();
            effects.get(f).multiplyTransposed(e, fit.data().weights(), work[f]);
            for (int level = 0; level < at[f].length; level++) {
                for (int a = 0; a < q; a++) {
                    double sum = 0;
                    for (int i = 0; i < q; i++) {
                        sum += factors[f][i + a * q] * work[f][level * q + i];
                    }
                    vector[at[f][level] + a] = sum;
                }
            }
        }
    }

    /** {@code y += ZΛ vector}. */
    private void add(double[] vector, double[][] work, double[] y) {
        for (int f = 0; f < at.length; f++) {
            int q = effects.get(f).q();
            for (int level = 0; level < at[f].length; level++) {
                System.arraycopy(vector, at[f][level], work[f], level * q, q);
            }
            FactorEffects.multiply(factors[f], q, work[f]);
            effects.get(f).add(work[f], y);
        }
    }

    private void unscale(double[] e) {
        for (int i = 0; i < e.length; i++) {
            e[i] *= fit.errorScale(i);
        }
    }
}
