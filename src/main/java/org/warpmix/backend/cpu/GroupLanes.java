package org.warpmix.backend.cpu;

import java.util.Arrays;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Parameters;

/**
 * The criterion of a model with one grouping factor over lanes of responses, from classes of equal groups.
 *
 * <p>Formulas and names are those of {@code likelihood.GroupedLikelihood}: A = I + Λ'GΛ = LL', V = L⁻¹Λ', K = V'V,
 * {@code M = W'W − Σ_j B_j'KB_j}, N = Σ_c [J(G − GKG) − (I − GK) Q (I − KG)], ∂d/∂Λ = 2NΛ. G, J and what else does not depend
 * on the response are common to the lanes; Λ and all that follows from it are not. Triangles are packed column by column.
 */
final class GroupLanes implements LaneCriterion {

    /** How many determinants of single groups, each at least 1, are multiplied before a logarithm is taken. */
    private static final int GROUPS_PER_LOGARITHM = 8;

    private final LaneStatistics statistics;
    private final GroupClasses classes;
    private final ResponseLayout layout;
    private final int q;
    private final int pairs;
    private final int width;
    private final int triangle;
    private final int lanes;
    /** Entry of x that is entry (i, j) of Λ, at i + j*q; −1 where Λ is zero. */
    private final int[] entryOfX;

    private final double[][] lambda;
    private final double[][] a;
    private final double[][] inverse;
    private final double[][] v;
    private final double[][][] k;
    private final double[][] m;
    private final double[][] c;
    private final double[][] y;
    private final double[][] quadratic;
    private final double[][] residual;
    private final double[][] inner;
    private final double[][] n;
    private final double[] logDet;
    private final double[] determinant;
    private final FixedLanes fixed;

    GroupLanes(LaneStatistics statistics, Method method, Parameters parameters) {
        this.statistics = statistics;
        this.classes = statistics.classes;
        this.layout = ResponseLayout.of(statistics.design);
        this.lanes = statistics.lanes;
        this.q = classes.products().q();
        this.pairs = statistics.pairs;
        this.width = statistics.width;
        this.triangle = statistics.triangle;
        this.entryOfX = entriesOfX(classes.products().block(), parameters);
        this.lambda = Lanes.of(q * q, lanes);
        this.a = Lanes.of(q * q, lanes);
        this.inverse = Lanes.of(q, lanes);
        this.v = Lanes.of(q * q, lanes);
        this.m = Lanes.of(triangle, lanes);
        this.c = Lanes.of(triangle, lanes);
        this.y = Lanes.of(q * width, lanes);
        this.quadratic = Lanes.of(q * q, lanes);
        this.residual = Lanes.of(q * q, lanes);
        this.inner = Lanes.of(q * q, lanes);
        this.n = Lanes.of(pairs, lanes);
        this.logDet = new double[lanes];
        this.determinant = new double[lanes];
        this.fixed = new FixedLanes(width - 1, method == Method.REML, lanes);
        this.k = new double[classes.classes()][][];
        for (int cl = 0; cl < k.length; cl++) {
            k[cl] = Lanes.of(pairs, lanes);
        }
    }

    private static int[] entriesOfX(RandomBlock block, Parameters parameters) {
        int q = block.columns();
        int[] entries = new int[q * q];
        Arrays.fill(entries, -1);
        for (int t = 0; t < block.terms().size(); t++) {
            int next = parameters.offset(0, t);
            for (int j = block.firstColumn(t); j < block.firstColumn(t + 1); j++) {
                for (int i = j; i < block.firstColumn(t + 1); i++) {
                    entries[i + j * q] = next++;
                }
            }
        }
        return entries;
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public void load(int[] into, int count, double[][] drawn, int first, boolean[] sound) {
        statistics.load(into, count, drawn, first, sound);
    }

    @Override
    public void evaluate(double[][] x, double[] value, double[][] gradient) {
        for (int e = 0; e < q * q; e++) {
            if (entryOfX[e] >= 0) {
                Lanes.copy(lambda[e], x[entryOfX[e]]);
            }
        }
        eliminate();
        fixed.solve(m);
        fixed.weights(statistics.degrees, c);
        derivative();
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                if (entryOfX[i + j * q] >= 0) {
                    double[] entry = gradient[entryOfX[i + j * q]];
                    Lanes.fill(entry, 0);
                    for (int r = j; r < q; r++) {
                        Lanes.add(entry, n[pair(Math.min(i, r), Math.max(i, r))], lambda[r + j * q]);
                    }
                    Lanes.scale(entry, 2, entry);
                }
            }
        }
        double[] rSquared = fixed.rSquared();
        double[] logDetM = fixed.logDet();
        double[] degrees = statistics.degrees;
        double[] constant = statistics.constant;
        for (int l = 0; l < lanes; l++) {
            value[l] = logDet[l] + degrees[l] * Math.log(rSquared[l]) + logDetM[l] + constant[l];
        }
    }

    @Override
    public double rSquared(int lane) {
        return fixed.rSquared()[lane];
    }

    @Override
    public double degrees(int lane) {
        return statistics.degrees[lane];
    }

    @Override
    public void gamma(int lane, double[] gamma) {
        fixed.gamma(lane, gamma);
    }

    @Override
    public void fixedInverse(int lane, double[] inverse) {
        fixed.inverse(lane, inverse);
    }

    /** Fills {@code k}, {@code m} and {@code logDet}. */
    private void eliminate() {
        for (int e = 0; e < triangle; e++) {
            Lanes.copy(m[e], statistics.ww[e]);
        }
        Lanes.fill(logDet, 0);
        Lanes.fill(determinant, 1);
        int pending = 0;
        for (int cl = 0; cl < k.length; cl++) {
            factor(cl);
            if (isSingle(cl)) {
                if (++pending == GROUPS_PER_LOGARITHM) {
                    Lanes.addLog(logDet, 2, determinant);
                    Lanes.fill(determinant, 1);
                    pending = 0;
                }
            }
            if (statistics.sums[cl] == null) {
                subtractLevels(cl);
            } else {
                subtractSums(cl);
            }
        }
        if (pending > 0) {
            Lanes.addLog(logDet, 2, determinant);
        }
    }

    /** A = LL', V and K of a class; its determinant goes to {@code determinant} or {@code logDet}. */
    private void factor(int cl) {
        double[] g = classes.g();
        int at = cl * q * q;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) { // column j of GΛ into y, work space here
                Lanes.scale(y[i], g[at + i + j * q], lambda[j + j * q]);
                for (int r = j + 1; r < q; r++) {
                    Lanes.addScaled(y[i], g[at + i + r * q], lambda[r + j * q]);
                }
            }
            for (int i = j; i < q; i++) {
                double[] entry = a[i + j * q];
                Lanes.fill(entry, i == j ? 1 : 0);
                for (int r = i; r < q; r++) {
                    Lanes.add(entry, lambda[r + i * q], y[r]);
                }
            }
        }
        double[] product = isSingle(cl) ? determinant : residual[0];
        if (product != determinant) {
            Lanes.fill(product, 1);
        }
        for (int j = 0; j < q; j++) {
            double[] diagonal = a[j + j * q];
            Lanes.root(diagonal, diagonal, inverse[j]);
            Lanes.multiply(product, product, diagonal);
            for (int i = j + 1; i < q; i++) {
                Lanes.multiply(a[i + j * q], a[i + j * q], inverse[j]);
            }
            for (int r = j + 1; r < q; r++) {
                for (int i = r; i < q; i++) {
                    Lanes.subtract(a[i + r * q], a[i + j * q], a[r + j * q]);
                }
            }
        }
        if (product != determinant) {
            Lanes.addLog(logDet, 2, statistics.size[cl], product);
        }
        for (int j = 0; j < q; j++) { // V = L⁻¹Λ'
            for (int i = 0; i < q; i++) {
                double[] entry = v[i + j * q];
                if (i <= j) {
                    Lanes.copy(entry, lambda[j + i * q]);
                } else {
                    Lanes.fill(entry, 0);
                }
                for (int r = 0; r < i; r++) {
                    Lanes.subtract(entry, a[i + r * q], v[r + j * q]);
                }
                Lanes.multiply(entry, entry, inverse[i]);
            }
        }
        for (int i = 0; i < q; i++) {
            for (int j = i; j < q; j++) {
                double[] entry = k[cl][pair(i, j)];
                Lanes.multiply(entry, v[i * q], v[j * q]);
                for (int r = 1; r < q; r++) {
                    Lanes.add(entry, v[r + i * q], v[r + j * q]);
                }
            }
        }
    }

    private void subtractSums(int cl) {
        double[][] s = statistics.sums[cl];
        int pair = 0;
        for (; pair + 2 < pairs; pair += 3) {
            for (int e = 0; e < triangle; e++) {
                int at = pair * triangle + e;
                Lanes.subtract(
                        m[e],
                        k[cl][pair],
                        s[at],
                        k[cl][pair + 1],
                        s[at + triangle],
                        k[cl][pair + 2],
                        s[at + 2 * triangle]);
            }
        }
        for (; pair < pairs; pair++) {
            for (int e = 0; e < triangle; e++) {
                Lanes.subtract(m[e], k[cl][pair], s[pair * triangle + e]);
            }
        }
    }

    /** M −= (VB_j)'(VB_j) for each level. */
    private void subtractLevels(int cl) {
        double[] b = classes.products().b();
        for (int level = 0; level < classes.size(cl); level++) {
            int at = classes.level(cl, level) * q * width;
            int atResponse = layout.groupClass(cl) + level * q;
            for (int x = 0; x < width; x++) {
                for (int r = 0; r < q; r++) {
                    double[] entry = y[r + x * q];
                    if (x < width - 1) {
                        Lanes.scale(entry, b[at + x * q], v[r]);
                        for (int s = 1; s < q; s++) {
                            Lanes.addScaled(entry, b[at + s + x * q], v[r + s * q]);
                        }
                    } else {
                        Lanes.multiply(entry, statistics.response[atResponse], v[r]);
                        for (int s = 1; s < q; s++) {
                            Lanes.add(entry, statistics.response[atResponse + s], v[r + s * q]);
                        }
                    }
                }
            }
            int next = 0;
            for (int x = 0; x < width; x++) {
                for (int z = x; z < width; z++) {
                    for (int r = 0; r < q; r++) {
                        Lanes.subtract(m[next], y[r + x * q], y[r + z * q]);
                    }
                    next++;
                }
            }
        }
    }

    /** N, one triangle. */
    private void derivative() {
        double[] g = classes.g();
        for (int e = 0; e < pairs; e++) {
            Lanes.fill(n[e], 0);
        }
        for (int cl = 0; cl < k.length; cl++) {
            if (statistics.sums[cl] == null) {
                weighLevels(cl);
            } else {
                weighSums(cl);
            }
            int at = cl * q * q;
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    double[] entry = residual[i + j * q]; // I − GK
                    Lanes.fill(entry, i == j ? 1 : 0);
                    for (int r = 0; r < q; r++) {
                        Lanes.addScaled(entry, -g[at + i + r * q], k[cl][pair(Math.min(r, j), Math.max(r, j))]);
                    }
                }
            }
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) {
                    double[] entry = inner[i + j * q]; // JG − Q(I − KG)
                    Lanes.scale(entry, g[at + i + j * q], statistics.size[cl]);
                    for (int r = 0; r < q; r++) {
                        Lanes.subtract(entry, quadratic[i + r * q], residual[j + r * q]);
                    }
                }
            }
            for (int i = 0; i < q; i++) {
                for (int j = i; j < q; j++) {
                    for (int r = 0; r < q; r++) {
                        Lanes.add(n[pair(i, j)], residual[i + r * q], inner[r + j * q]);
                    }
                }
            }
        }
    }

    /** Q = Σ_kl S[k,l] C[k,l]. */
    private void weighSums(int cl) {
        double[][] s = statistics.sums[cl];
        for (int i = 0; i < q; i++) {
            for (int j = i; j < q; j++) {
                double[] entry = quadratic[i + j * q];
                int at = pair(i, j) * triangle;
                Lanes.multiply(entry, s[at], c[0]);
                for (int e = 1; e < triangle; e++) {
                    Lanes.add(entry, s[at + e], c[e]);
                }
                if (i != j) {
                    Lanes.scale(entry, 0.5, entry);
                    Lanes.copy(quadratic[j + i * q], entry);
                }
            }
        }
    }

    /** Q = Σ_j B_j C B_j', C on the diagonal and 2C below it in {@code c}. */
    private void weighLevels(int cl) {
        double[] b = classes.products().b();
        for (int e = 0; e < q * q; e++) {
            Lanes.fill(quadratic[e], 0);
        }
        for (int level = 0; level < classes.size(cl); level++) {
            int at = classes.level(cl, level) * q * width;
            int atResponse = layout.groupClass(cl) + level * q;
            int next = 0;
            for (int x = 0; x < width; x++) {
                for (int r = 0; r < q; r++) {
                    Lanes.fill(y[r + x * q], 0);
                }
                for (int z = x; z < width; z++) {
                    for (int r = 0; r < q; r++) {
                        if (z < width - 1) {
                            Lanes.addScaled(y[r + x * q], b[at + r + z * q], c[next]);
                        } else {
                            Lanes.add(y[r + x * q], statistics.response[atResponse + r], c[next]);
                        }
                    }
                    next++;
                }
                for (int s = 0; s < q; s++) {
                    for (int r = 0; r < q; r++) {
                        if (x < width - 1) {
                            Lanes.addScaled(quadratic[r + s * q], b[at + s + x * q], y[r + x * q]);
                        } else {
                            Lanes.add(quadratic[r + s * q], statistics.response[atResponse + s], y[r + x * q]);
                        }
                    }
                }
            }
        }
        for (int i = 0; i < q; i++) { // half of Q: made whole by symmetry
            for (int j = i + 1; j < q; j++) {
                Lanes.addScaled(quadratic[i + j * q], 1, quadratic[j + i * q]);
                Lanes.scale(quadratic[i + j * q], 0.5, quadratic[i + j * q]);
                Lanes.copy(quadratic[j + i * q], quadratic[i + j * q]);
            }
        }
    }

    /** Whether a class is one group in every lane. */
    private boolean isSingle(int cl) {
        return classes.size(cl) == 1 && statistics.fixedSizes();
    }

    /** Place of the pair i ≤ j in the order of {@link GroupClasses#summed}. */
    private int pair(int i, int j) {
        return i * (2 * q - i - 1) / 2 + j;
    }
}
