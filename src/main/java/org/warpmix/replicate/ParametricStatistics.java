package org.warpmix.replicate;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.linalg.SymmetricEigen;

/**
 * The parametric bootstrap of a model with one grouping factor, drawn in the statistics: exactly what rows simulated from the
 * model would be reduced to, at a cost that depends neither on the number of rows nor, where levels are summed in classes, on
 * the number of levels.
 *
 * <p>The response is {@code ỹ = X̃γ + η}, {@code η = Z̃b + ε}. With P the projection on the span of Z̃, the part of η within
 * it is drawn by level or by class ({@link LevelNoise}, {@link SummedNoise}). Outside it, {@code E = X̃'(I−P)X̃ = K'K} with K
 * of full row rank r_E, {@code X̃'(I−P)η = σ̃ K'ω} and {@code η'(I−P)η = σ̃² (ω'ω + χ²)}, ω standard normal of length r_E, χ² with
 * {@code n − rank Z̃ − r_E} degrees of freedom. Then {@code X̃'ỹ = X̃'X̃γ + X̃'η} and {@code ỹ'ỹ = γ'X̃'X̃γ + 2γ'X̃'η + η'η}.
 *
 * <p>Variates of a replicate, from {@link org.warpmix.random.VariateLanes}, are taken class by class, for a summed class: ζ
 * row by row; then for each column j of a Bartlett factor of W, χ² of {@code J−r−j} degrees of freedom and the normals below
 * it; for any other: ρ normals per level; last ω and χ². With shift 0 and unit 1.
 */
public final class ParametricStatistics implements ReplicateSource.Responses {

    /** Eigenvalue of E that counts as zero; X̃'X̃ = I bounds them by 1. */
    private static final double SINGULAR = 1e-12;

    private final GaussianModel model;
    private final long seed;
    private final LevelNoise[] levels;
    private final SummedNoise[] sums;
    private final double[] outside;
    private final int residual;

    private ParametricStatistics(
            GaussianModel model, long seed, LevelNoise[] levels, SummedNoise[] sums, double[] outside, int residual) {
        this.model = model;
        this.seed = seed;
        this.levels = levels;
        this.sums = sums;
        this.outside = outside;
        this.residual = residual;
    }

    /**
     * Replicates of a model.
     *
     * @throws IllegalArgumentException unless the model has one grouping factor
     */
    public static ParametricStatistics of(GaussianModel model, long seed) {
        Crossproducts statistics = model.statistics();
        GroupClasses classes = statistics.classes();
        if (classes == null) {
            throw new IllegalArgumentException(
                    "The model has " + statistics.factors().size()
                            + " grouping factors: statistics are drawn for one alone. Simulate rows.");
        }
        LevelProducts products = classes.products();
        int q = products.q();
        int p = statistics.p();
        LevelNoise[] levels = new LevelNoise[classes.classes()];
        SummedNoise[] sums = new SummedNoise[classes.classes()];
        double[] e = new double[p * p];
        for (int k = 0; k < p; k++) {
            System.arraycopy(statistics.ww(), k * (p + 1), e, k * p, p);
        }
        long rank = 0;
        for (int c = 0; c < levels.length; c++) {
            int rows = Integer.MAX_VALUE;
            for (int i = 0; i < classes.size(c); i++) {
                rows = Math.min(rows, products.rows()[classes.level(c, i)]);
            }
            levels[c] = LevelNoise.of(classes.g(), c * q * q, q, rows, model.lambda()[0], model.sigma());
            if (classes.summed(c) != null) {
                sums[c] = SummedNoise.of(classes, c, levels[c], model.gamma());
            }
            for (int i = 0; i < classes.size(c); i++) {
                subtractWithin(products, classes.level(c, i), levels[c], e, p);
            }
            rank += (long) levels[c].rank() * classes.size(c);
        }
        int free = (int) Math.max(0, statistics.n() - rank);
        double[] outside = outside(e, p, free, model.sigma());
        return new ParametricStatistics(model, seed, levels, sums, outside, p == 0 ? free : free - outside.length / p);
    }

    /** {@code E ← E − B_j'G⁻B_j}. */
    private static void subtractWithin(LevelProducts products, int level, LevelNoise noise, double[] e, int p) {
        int q = products.q();
        int at = level * q * products.width();
        double[] coordinates = new double[p];
        for (int c = 0; c < noise.rank(); c++) {
            for (int k = 0; k < p; k++) {
                double sum = 0;
                for (int a = 0; a < q; a++) {
                    sum += noise.inverse()[a + c * q] * products.b()[at + a + k * q];
                }
                coordinates[k] = sum;
            }
            for (int k = 0; k < p; k++) {
                for (int l = 0; l < p; l++) {
                    e[l + k * p] -= coordinates[k] * coordinates[l];
                }
            }
        }
    }

    /** σK', p×r_E column-major, r_E at most {@code free}. */
    private static double[] outside(double[] e, int p, int free, double sigma) {
        SymmetricEigen eigen = SymmetricEigen.of(e, p);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        int rank = 0;
        while (rank < Math.min(p, free) && values[p - 1 - rank] > SINGULAR) {
            rank++;
        }
        double[] k = new double[p * rank];
        for (int m = 0; m < rank; m++) {
            double length = sigma * Math.sqrt(values[p - 1 - m]);
            for (int j = 0; j < p; j++) {
                k[j + m * p] = length * vectors[j + (p - 1 - m) * p];
            }
        }
        return k;
    }

    @Override
    public Drawer drawer() {
        return new ParametricDrawer(this);
    }

    /** What the replicates are drawn from. */
    public GaussianModel model() {
        return model;
    }

    ResponseLayout layout() {
        return ResponseLayout.of(model.statistics());
    }

    /** The seed of the random numbers. */
    public long seed() {
        return seed;
    }

    /** The noise of a level, by class. */
    public LevelNoise[] levels() {
        return levels;
    }

    /** The noise of a class, by class; {@code null} where its levels are drawn one by one. */
    public SummedNoise[] sums() {
        return sums;
    }

    /** {@code σ̃K'}, p×r_E column-major. */
    public double[] outside() {
        return outside;
    }

    /** Degrees of freedom outside the span of X̃ and Z̃. */
    public int residual() {
        return residual;
    }
}
