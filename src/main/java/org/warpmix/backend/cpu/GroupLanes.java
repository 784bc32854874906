package org.warpmix.backend.cpu;

import java.util.Arrays;
import org.warpmix.backend.lanes.LaneCriterion;
import org.warpmix.backend.lanes.Lanes;
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

    /** Predicted excess at which a search ends, as evaluations cost next to nothing. */
    private static final double TOLERANCE = 1e-15;

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
    /** VB of a level, then BC; columns of GΛ in between. */
    private final double[][] y;
    /** Q. */
    private final double[][] quadratic;
    /** I − GK. */
    private final double[][] residual;
    /** JG − Q(I − KG). */
    private final double[][] inner;

    private final double[][] n;
    /** Whether there are classes without sums, which need C as a square. */
    private final boolean takesLevelsSingly;

    private final double[][] square;
    /** K of one class as a square. */
    private final double[][] whole;

    private final double[] minusG;
    private final double[] logDet;
    private final double[] determinant;
    private final LaneLogarithm logarithm;
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
        this.square = Lanes.of(width * width, lanes);
        this.whole = new double[q * q][];
        this.minusG = new double[q * q];
        this.logDet = new double[lanes];
        this.determinant = new double[lanes];
        this.logarithm = new LaneLogarithm(lanes);
        boolean singly = false;
        for (double[][] sums : statistics.sums) {
            singly |= sums == null;
        }
        this.takesLevelsSingly = singly;
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
    public void evaluate(double[][] x, int[] occupied, int count, double[] value, double[][] gradient) {
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
        Lanes.copy(value, logDet);
        logarithm.add(value, 1, statistics.degrees, rSquared);
        for (int l = 0; l < lanes; l++) {
            double d = value[l] + fixed.logDet()[l] + statistics.constant[l];
            value[l] = rSquared[l] > 0 ? d : Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public double tolerance() {
        return TOLERANCE;
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
                    logarithm.add(logDet, 2, determinant);
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
            logarithm.add(logDet, 2, determinant);
        }
    }

    /** A = LL', V and K of a class; its determinant goes to {@code determinant} or {@code logDet}. */
    private void factor(int cl) {
        double[] g = classes.g();
        int at = cl * q * q;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) { // column j of GΛ into y, work space here
                Lanes.combine(y[i], 0, g, at + i + j * q, q, lambda, j + j * q, 1, q - j);
            }
            for (int i = j; i < q; i++) {
                Lanes.multiply(a[i + j * q], i == j ? 1 : 0, lambda, i + i * q, 1, y, i, 1, q - i);
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
            logarithm.add(logDet, 2, statistics.size[cl], product);
        }
        for (int j = 0; j < q; j++) { // V = L⁻¹Λ'
            for (int i = 0; i < q; i++) {
                double[] entry = v[i + j * q];
                if (i == 0) {
                    Lanes.multiply(entry, lambda[j], inverse[0]);
                    continue;
                }
                if (i <= j) {
                    Lanes.copy(entry, lambda[j + i * q]);
                } else {
                    Lanes.fill(entry, 0);
                }
                Lanes.subtract(entry, a, i, q, v, j * q, 1, i);
                Lanes.multiply(entry, entry, inverse[i]);
            }
        }
        for (int i = 0; i < q; i++) {
            for (int j = i; j < q; j++) {
                Lanes.multiply(k[cl][pair(i, j)], 0, v, i * q, 1, v, j * q, 1, q);
            }
        }
    }

    private void subtractSums(int cl) {
        for (int e = 0; e < triangle; e++) {
            Lanes.subtract(m[e], k[cl], 0, 1, statistics.sums[cl], e, triangle, pairs);
        }
    }

    /** M −= (VB_j)'(VB_j) for each level. */
    private void subtractLevels(int cl) {
        double[] b = classes.products().b();
        for (int level = 0; level < classes.size(cl); level++) {
            int at = classes.level(cl, level) * q * width;
            int atResponse = layout.groupClass(cl) + level * q;
            for (int r = 0; r < q; r++) {
                for (int x = 0; x < width - 1; x++) {
                    Lanes.combine(y[r + x * q], 0, b, at + x * q, 1, v, r, q, q);
                }
                Lanes.multiply(y[r + (width - 1) * q], 0, statistics.response, atResponse, 1, v, r, q, q);
            }
            int next = 0;
            for (int x = 0; x < width; x++) {
                for (int z = x; z < width; z++) {
                    Lanes.subtract(m[next++], y, x * q, 1, y, z * q, 1, q);
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
        if (takesLevelsSingly) {
            unpackWeights();
        }
        for (int cl = 0; cl < k.length; cl++) {
            if (statistics.sums[cl] == null) {
                weighLevels(cl);
            } else {
                weighSums(cl);
            }
            int at = cl * q * q;
            for (int i = 0; i < q; i++) {
                for (int j = i; j < q; j++) {
                    whole[i + j * q] = k[cl][pair(i, j)];
                    whole[j + i * q] = whole[i + j * q];
                }
            }
            for (int e = 0; e < q * q; e++) {
                minusG[e] = -g[at + e];
            }
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) { // I − GK
                    Lanes.combine(residual[i + j * q], i == j ? 1 : 0, minusG, i, q, whole, j * q, 1, q);
                }
            }
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < q; i++) { // JG − Q(I − KG)
                    Lanes.scale(inner[i + j * q], g[at + i + j * q], statistics.size[cl]);
                    Lanes.subtract(inner[i + j * q], quadratic, i, q, residual, j, q, q);
                }
            }
            for (int i = 0; i < q; i++) {
                for (int j = i; j < q; j++) {
                    Lanes.add(n[pair(i, j)], residual, i, q, inner, j * q, 1, q);
                }
            }
        }
    }

    /** Q = Σ_kl S[k,l] C[k,l]. */
    private void weighSums(int cl) {
        for (int i = 0; i < q; i++) {
            for (int j = i; j < q; j++) {
                int at = pair(i, j) * triangle;
                Lanes.multiply(quadratic[i + j * q], 0, statistics.sums[cl], at, 1, c, 0, 1, triangle);
                if (i != j) {
                    Lanes.scale(quadratic[i + j * q], 0.5, quadratic[i + j * q]);
                    Lanes.copy(quadratic[j + i * q], quadratic[i + j * q]);
                }
            }
        }
    }

    /** Q = Σ_j B_j C B_j'. */
    private void weighLevels(int cl) {
        double[] b = classes.products().b();
        int last = width - 1;
        for (int i = 0; i < q; i++) {
            for (int j = i; j < q; j++) {
                Lanes.fill(quadratic[i + j * q], 0);
            }
        }
        for (int level = 0; level < classes.size(cl); level++) {
            int at = classes.level(cl, level) * q * width;
            int atResponse = layout.groupClass(cl) + level * q;
            for (int x = 0; x < width; x++) {
                for (int r = 0; r < q; r++) { // (BC)[r, x]
                    Lanes.combine(y[r + x * q], 0, b, at + r, q, square, x * width, 1, last);
                    Lanes.add(y[r + x * q], statistics.response[atResponse + r], square[last + x * width]);
                }
            }
            for (int i = 0; i < q; i++) {
                for (int j = i; j < q; j++) {
                    Lanes.addCombination(quadratic[i + j * q], b, at + j, q, y, i, q, last);
                    Lanes.add(quadratic[i + j * q], statistics.response[atResponse + j], y[i + last * q]);
                }
            }
        }
        for (int i = 0; i < q; i++) {
            for (int j = i + 1; j < q; j++) {
                Lanes.copy(quadratic[j + i * q], quadratic[i + j * q]);
            }
        }
    }

    /** C as a square, for levels that are taken singly. */
    private void unpackWeights() {
        int next = 0;
        for (int j = 0; j < width; j++) {
            for (int i = j; i < width; i++) {
                Lanes.scale(square[i + j * width], i == j ? 1 : 0.5, c[next++]);
                if (i != j) {
                    Lanes.copy(square[j + i * width], square[i + j * width]);
                }
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
