package org.warpmix.inference.effects;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.linalg.SymmetricEigen;

/**
 * Tests of the fixed effects of a fit, coefficient by coefficient or of any contrasts, by one method of reckoning degrees of
 * freedom. Immutable; nothing in it depends on the number of rows.
 *
 * <pre>
 * FixedEffectsInference inference = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
 * ContrastTest days = inference.coefficient(1);
 * FTest both = inference.test(new double[][] {{1, 0}, {0, 1}});
 * </pre>
 */
public final class FixedEffectsInference {

    /** As lmerTest: eigenvalues of the scaled covariance of contrasts below this are those of redundant ones. */
    private static final double REDUNDANT = 0x1p-26;

    private final Fit fit;
    private final DegreesOfFreedom degrees;
    private final double[] beta;
    private final double[] factor;
    private final double[] whitener;
    private final int p;
    private final Satterthwaite satterthwaite;
    private final KenwardRoger kenwardRoger;
    private final Estimability estimability;
    private final List<String> notes;

    private FixedEffectsInference(Fit given, DegreesOfFreedom degrees) {
        this.degrees = degrees;
        boolean adjusts = degrees == DegreesOfFreedom.KENWARD_ROGER;
        fit = adjusts ? given.refit(Method.REML) : given;
        FixedBasis basis = fit.profiledCriterion().statistics().fixed();
        Likelihood.Solution solution = fit.profiledCriterion().solve(fit.optimum());
        p = basis.rank();
        beta = fit.fixedEffects().estimates();
        factor = basis.factor();
        whitener = solution.mInverse();
        SmallCholesky.factor(whitener, 0, p, p);
        satterthwaite = degrees == DegreesOfFreedom.SATTERTHWAITE && p > 0
                ? Satterthwaite.of(
                        fit.profiledCriterion(), fit.optimum(), fit.model().method())
                : null;
        kenwardRoger = adjusts && p > 0 ? KenwardRoger.of(fit.profiledCriterion(), fit.optimum()) : null;
        estimability = new Estimability(fit);
        List<String> said = new ArrayList<>();
        if (adjusts && given.model().method() != Method.REML) {
            said.add(
                    "Kenward and Roger's method needs REML: the model was refitted by it, and estimates and standard errors"
                            + " here are those of that fit.");
        }
        if (satterthwaite != null && fit.convergence().singular()) {
            said.add(
                    "The fit is singular: Satterthwaite's degrees of freedom take the variances that were estimated as zero"
                            + " for known, and may be too many.");
        }
        notes = List.copyOf(said);
    }

    /**
     * The tests of a fit.
     *
     * @param degrees Kenward and Roger's method refits an ML fit by REML, see {@link #notes}
     * @throws IllegalArgumentException where Kenward and Roger's method would need more memory than there is
     */
    public static FixedEffectsInference of(Fit fit, DegreesOfFreedom degrees) {
        return new FixedEffectsInference(fit, degrees);
    }

    /** The fit whose effects are tested: the one given, or that by REML. */
    public Fit fit() {
        return fit;
    }

    /** The method. */
    public DegreesOfFreedom degreesOfFreedom() {
        return degrees;
    }

    /** Number of coefficients. */
    public int size() {
        return p;
    }

    /** What a reader of the tests should know, in plain words; empty when there is nothing. */
    public List<String> notes() {
        return notes;
    }

    /** Covariance of the estimates, p×p column-major; adjusted for small samples under Kenward and Roger's method. */
    public double[] covariance() {
        double[] covariance = new double[p * p];
        double[][] rows = new double[p][];
        for (int j = 0; j < p; j++) {
            double[] unit = new double[p];
            unit[j] = 1;
            rows[j] = whitened(inBasis(unit));
        }
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < p; i++) {
                covariance[i + j * p] = covariance(rows[i], rows[j]);
            }
        }
        return covariance;
    }

    /** The test that the j-th coefficient is zero. */
    public ContrastTest coefficient(int j) {
        double[] l = new double[p];
        l[j] = 1;
        return contrast(l);
    }

    /**
     * The test that {@code l'β} is zero.
     *
     * @param l a weight for each coefficient, or, where X lost columns, for each column of X; not modified
     * @throws IllegalArgumentException where the length is another, a weight is no finite number or all are zero, and where
     *     the contrast is not estimable
     */
    public ContrastTest test(double[] l) {
        return contrast(ofKept(l));
    }

    /**
     * The test that {@code l'β} is zero for all rows l; rows that others imply count for nothing.
     *
     * <p>Satterthwaite's denominator is that of Fai and Cornelius: the eigenvectors of {@code L V L'} give independent t
     * statistics with ν_m degrees of freedom each, and {@code 2E/(E − q)}, {@code E = Σ ν_m/(ν_m − 2)}, those of their mean
     * square.
     *
     * @throws IllegalArgumentException as {@link #test(double[])}
     */
    public FTest test(double[][] l) {
        double[][] rows = new double[l.length][];
        double[] estimates = new double[l.length];
        for (int r = 0; r < rows.length; r++) {
            double[] kept = ofKept(l[r]);
            estimates[r] = dot(kept, beta);
            rows[r] = inBasis(kept);
        }
        return joint(rows, estimates);
    }

    /** Whether a combination of the coefficients of all columns of X, dropped ones included, is estimable. */
    boolean estimable(double[] l) {
        return estimability.estimable(l);
    }

    private ContrastTest contrast(double[] l) {
        double[] inBasis = inBasis(l);
        double[] u = whitened(inBasis);
        double error = Math.sqrt(covariance(u, u));
        double nu = switch (degrees) {
            case RESIDUAL -> fit.residualDegrees();
            case SATTERTHWAITE -> satterthwaite.degrees(inBasis);
            case KENWARD_ROGER -> kenwardRoger.degrees(u);
        };
        return new ContrastTest(dot(l, beta), error, nu);
    }

    private FTest joint(double[][] rows, double[] estimates) {
        int count = rows.length;
        double[][] u = new double[count][];
        for (int r = 0; r < count; r++) {
            u[r] = whitened(rows[r]);
        }
        double[] gram = new double[count * count];
        double[] scaled = new double[count * count];
        for (int e = 0; e < gram.length; e++) {
            gram[e] = dot(u[e % count], u[e / count]);
        }
        for (int e = 0; e < gram.length; e++) {
            scaled[e] = gram[e] / Math.sqrt(gram[e % count * (count + 1)] * gram[e / count * (count + 1)]);
        }
        double[] sizes = SymmetricEigen.of(scaled, count).values();
        int rank = 0;
        while (rank < count && sizes[count - 1 - rank] > REDUNDANT * sizes[count - 1]) {
            rank++;
        }
        if (rank == 0) {
            return FTest.EMPTY;
        }
        SymmetricEigen spectrum = SymmetricEigen.of(gram, count);
        double[][] inBasis = new double[rank][];
        double[][] unit = new double[rank][];
        double[] z = new double[rank]; // in units of σ
        double sum = 0;
        for (int k = 0; k < rank; k++) {
            double[] vector = Arrays.copyOfRange(spectrum.vectors(), (count - 1 - k) * count, (count - k) * count);
            double length = Math.sqrt(spectrum.values()[count - 1 - k]);
            inBasis[k] = combine(vector, rows, length);
            unit[k] = combine(vector, u, length);
            z[k] = dot(vector, estimates) / length / fit.sigma();
            sum += z[k] * z[k];
        }
        return switch (degrees) {
            case RESIDUAL -> new FTest(sum / rank, rank, fit.residualDegrees(), 1);
            case SATTERTHWAITE -> new FTest(sum / rank, rank, combinedDegrees(inBasis), 1);
            case KENWARD_ROGER -> {
                double[] scale = kenwardRoger.scalingAndDegrees(unit);
                double[] adjusted = new double[rank * rank];
                for (int e = 0; e < adjusted.length; e++) {
                    adjusted[e] = form(unit[e % rank], unit[e / rank]);
                }
                yield new FTest(scale[0] * KenwardRoger.inverseForm(adjusted, z) / rank, rank, scale[1], scale[0]);
            }
        };
    }

    private double combinedDegrees(double[][] contrasts) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double[] contrast : contrasts) {
            double nu = satterthwaite.degrees(contrast);
            least = Math.min(least, nu);
            most = Math.max(most, nu);
            sum += nu / (nu - 2);
        }
        if (most - least < 1e-8 * most) {
            return least;
        }
        return least <= 2 ? 2 : 2 * sum / (sum - contrasts.length);
    }

    private double[] ofKept(double[] l) {
        int all = estimability.columns();
        if (l.length != p && l.length != all) {
            throw new IllegalArgumentException("A contrast has " + l.length + (l.length == 1 ? " weight" : " weights")
                    + ", the model has " + p + (p == 1 ? " coefficient" : " coefficients")
                    + (all == p ? "" : " (" + all + " columns with those dropped)") + ". Give one each.");
        }
        boolean empty = true;
        for (double weight : l) {
            if (!Double.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "A contrast has the weight " + weight + ". Weights are finite numbers.");
            }
            empty &= weight == 0;
        }
        if (empty) {
            throw new IllegalArgumentException("A contrast has no weight but zero, so there is nothing to test.");
        }
        return l.length == p ? l : estimability.reduced(l);
    }

    /** {@code R⁻ᵀl}: the contrast of γ that has the weights l of β, but for a constant. */
    private double[] inBasis(double[] l) {
        double[] solved = l.clone();
        Triangular.solveTransposed(factor, p, solved);
        return solved;
    }

    /** {@code C'l}, of which the square is the variance relative to σ² and before any adjustment. */
    private double[] whitened(double[] l) {
        double[] u = new double[p];
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                u[j] += whitener[i + j * p] * l[i];
            }
        }
        return u;
    }

    private double covariance(double[] u, double[] v) {
        return fit.sigma() * fit.sigma() * (kenwardRoger == null ? dot(u, v) : form(u, v));
    }

    private double form(double[] u, double[] v) {
        double sum = 0;
        double[] adjusted = kenwardRoger.covariance();
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < p; i++) {
                sum += u[i] * adjusted[i + j * p] * v[j];
            }
        }
        return sum;
    }

    private static double[] combine(double[] weights, double[][] rows, double divisor) {
        double[] sum = new double[rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[r] * rows[r][i] / divisor;
            }
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
