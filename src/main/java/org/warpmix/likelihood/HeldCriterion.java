package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.model.Covariance;

/**
 * −2 log-likelihood as a function of one parameter that is held and of free coordinates, all others profiled out: a likelihood
 * profile minimises it over the free ones.
 *
 * <p>The parameter is held in a coordinate h in which the likelihood is smooth ({@link #parameter}). The free coordinates have
 * the places of the optimiser's x (see {@link Parameters}), and are x itself but for a term whose own parameter is held
 * ({@link HeldTerm}). An instance holds work space: it serves one thread.
 */
public abstract class HeldCriterion {

    /** A diagonal entry of a factor, relative to σ, from where the gradient does not lead away from zero. */
    private static final double STUCK = 1e-2;

    private static final double AWAY = 5e-2;

    final ProfiledCriterion criterion;
    final Parameters parameters;
    final List<RandomBlock> blocks;
    final FixedBasis basis;
    final int n;
    /** What does not depend on anything where σ is profiled out. */
    final double constant;

    private final double[][] dLambda;
    private final int[] diagonal;

    HeldCriterion(ProfiledCriterion criterion) {
        this.criterion = criterion;
        this.parameters = criterion.parameters();
        this.blocks = criterion.blocks();
        Crossproducts statistics = criterion.statistics();
        this.basis = statistics.fixed();
        this.n = statistics.n();
        this.constant = new Profile(statistics, Method.ML).constant();
        this.dLambda = new double[blocks.size()][];
        for (int f = 0; f < dLambda.length; f++) {
            dLambda[f] = new double[blocks.get(f).columns() * blocks.get(f).columns()];
        }
        this.diagonal = diagonal();
    }

    /**
     * A fixed effect; h is {@code (β_j − b_j)/s} with b and s as {@link FixedBasis} has them.
     *
     * @param criterion any of the model; what is held is always the full likelihood (ML)
     * @param j its number among those that the basis keeps
     */
    public static HeldCriterion fixedEffect(ProfiledCriterion criterion, int j) {
        return new FixedEffect(criterion, j);
    }

    /** The residual standard deviation; h is log(σ/s). */
    public static HeldCriterion sigma(ProfiledCriterion criterion) {
        return new Sigma(criterion);
    }

    /** The standard deviation of the i-th random effect of the t-th term of block f; h is proportional to it. */
    public static HeldCriterion deviation(ProfiledCriterion criterion, int f, int t, int i) {
        return new HeldTerm.Deviation(criterion, f, t, i);
    }

    /** The correlation of two random effects of the t-th term of block f; h is its arc sine. */
    public static HeldCriterion correlation(ProfiledCriterion criterion, int f, int t, int i, int j) {
        return new HeldTerm.Correlation(criterion, f, t, i, j);
    }

    /**
     * A place: a value of h with free coordinates.
     *
     * @param held h
     * @param free not modified by anybody
     */
    public record Place(double held, double[] free) {}

    /** The place of a fit's estimates. */
    public final Place estimate(double[] x) {
        Likelihood.Solution solution = criterion.solve(x);
        return place(x, solution.gamma(), Math.sqrt(solution.rSquared() / n));
    }

    abstract Place place(double[] x, double[] gamma, double sigma);

    /** The parameter, in its own unit, at h. */
    public abstract double parameter(double held);

    /** The smallest h that there is. */
    public double lowest() {
        return Double.NEGATIVE_INFINITY;
    }

    /** The largest h that there is. */
    public double highest() {
        return Double.POSITIVE_INFINITY;
    }

    /** Whether the likelihood does not depend on h at a place, as on the correlation with an effect that has no variance. */
    public boolean isIdle(Place place) {
        return false;
    }

    /** Number k of free coordinates. */
    public final int free() {
        return parameters.count();
    }

    /**
     * −2 log-likelihood with its gradient.
     *
     * @param free not modified
     * @param gradient length k+1, by the free coordinates and then by h; overwritten
     * @return +∞ where it cannot be evaluated
     */
    public abstract double value(double held, double[] free, double[] gradient);

    /** Moves variances off zero, where the gradient vanishes by symmetry, minimum or not. */
    public final void leaveZero(double[] free) {
        for (int entry : diagonal) {
            if (isDeviation(entry) && Math.abs(free[entry]) < STUCK) {
                free[entry] = AWAY;
            }
        }
    }

    /** Whether a place on the diagonal of a factor holds an entry of it. */
    boolean isDeviation(int entry) {
        return true;
    }

    /** Evaluates at an x; the derivatives by Λ stay in {@link #derivative}. */
    final Likelihood.Parts parts(double[] x, Likelihood.Held held, double[] gradient) {
        Likelihood.Parts parts = criterion.likelihood().parts(parameters.lambda(x), held, dLambda);
        if (parts != null) {
            parameters.pullBack(x, dLambda, gradient);
        }
        return parts != null && parts.rSquared() > 0 && Double.isFinite(parts.logDetA()) ? parts : null;
    }

    /** The derivative by Λ̃_f of the last evaluation. */
    final double[] derivative(int f) {
        return dLambda[f];
    }

    /** {@code n log(2πσ²) + r²/σ̃²} with the constants. */
    final double deviance(Likelihood.Parts parts, double logSigma) {
        return constant
                + n * (Math.log(n) - 1 + 2 * logSigma)
                + parts.rSquared() * Math.exp(-2 * logSigma)
                + parts.logDetA();
    }

    /** With σ profiled out. */
    final double deviance(Likelihood.Parts parts) {
        return constant + n * Math.log(parts.rSquared()) + parts.logDetA();
    }

    private int[] diagonal() {
        int[] entries = new int[parameters.count()];
        int count = 0;
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                Covariance covariance = blocks.get(f).terms().get(t).covariance();
                int entry = parameters.offset(f, t);
                for (int j = 0; j < covariance.columns() && covariance.basisFree(); j++) {
                    entries[count++] = entry;
                    entry += covariance.columns() - j;
                }
            }
        }
        return Arrays.copyOf(entries, count);
    }

    private static final class FixedEffect extends HeldCriterion {
        private final int j;
        private final double[] direction;

        FixedEffect(ProfiledCriterion criterion, int j) {
            super(criterion);
            this.j = j;
            int p = basis.rank();
            double[] r = basis.factor();
            direction = new double[p]; // solves R'u = e_j
            for (int i = j; i < p; i++) {
                double sum = i == j ? 1 : 0;
                for (int k = j; k < i; k++) {
                    sum -= r[k + i * p] * direction[k];
                }
                direction[i] = sum / r[i + i * p];
            }
        }

        @Override
        Place place(double[] x, double[] gamma, double sigma) {
            double held = 0;
            for (int k = 0; k < gamma.length; k++) {
                held += direction[k] * gamma[k];
            }
            return new Place(held, x.clone());
        }

        @Override
        public double parameter(double held) {
            return basis.coefficients(new double[basis.rank()])[j] + basis.scale() * held;
        }

        @Override
        public double value(double held, double[] free, double[] gradient) {
            Likelihood.Parts parts = parts(free, new Likelihood.Held(direction, held, Double.NaN), gradient);
            if (parts == null) {
                return Double.POSITIVE_INFINITY;
            }
            gradient[free.length] = 2 * n * parts.misfit() / parts.rSquared();
            return deviance(parts);
        }
    }

    private static final class Sigma extends HeldCriterion {

        Sigma(ProfiledCriterion criterion) {
            super(criterion);
        }

        @Override
        Place place(double[] x, double[] gamma, double sigma) {
            return new Place(Math.log(sigma), x.clone());
        }

        @Override
        public double parameter(double held) {
            return basis.scale() * Math.exp(held);
        }

        @Override
        public double value(double held, double[] free, double[] gradient) {
            Likelihood.Parts parts = parts(free, new Likelihood.Held(null, 0, Math.exp(2 * held)), gradient);
            if (parts == null) {
                return Double.POSITIVE_INFINITY;
            }
            gradient[free.length] = 2 * (n - parts.rSquared() * Math.exp(-2 * held));
            return deviance(parts, held);
        }
    }
}
