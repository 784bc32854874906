package org.warpmix.inference.diagnosis;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.ErrorCovariance;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.RandomTerm;

/**
 * Variances of a row's mean as the model estimates it, relative to σ² and with theta taken as known: an
 * {@link ErrorCovariance} for rows in the given columns. Holds work space: it serves one thread, one row after the other.
 */
public final class RowErrors {

    private final ErrorCovariance errors;
    private final Likelihood.Solution solution;
    private final int[] kept;
    /** {@code R'}, lower triangular: {@code R'x̃ = x}. */
    private final double[] factor;
    /** Cholesky factor of M⁻¹, the covariance of γ̂. */
    private final double[] covariance;

    private final List<RandomBlock> blocks;
    private final double[][] bases;
    private final double[] x;
    private final double[][] z;
    private final double[][] noZ;
    private final int[] levels;
    private final int[] unseen;
    private final double[] withFixed;

    /** @param criterion nobody else's: it must not be evaluated again */
    public RowErrors(ProfiledCriterion criterion, double[] at) {
        FixedBasis basis = criterion.statistics().fixed();
        int p = basis.rank();
        solution = criterion.solve(at);
        errors = criterion.errors(at);
        kept = basis.kept();
        double[] r = basis.factor();
        factor = new double[p * p];
        for (int j = 0; j < p; j++) {
            for (int i = 0; i <= j; i++) {
                factor[j + i * p] = r[i + j * p];
            }
        }
        covariance = solution.mInverse().clone();
        SmallCholesky.factor(covariance, 0, p, p);
        blocks = criterion.blocks();
        bases = new double[blocks.size()][];
        z = new double[bases.length][];
        noZ = new double[bases.length][];
        for (int f = 0; f < bases.length; f++) {
            bases[f] = blocks.get(f).basis();
            z[f] = new double[blocks.get(f).columns()];
            noZ[f] = new double[z[f].length];
        }
        x = new double[p];
        levels = new int[bases.length];
        unseen = new int[bases.length];
        Arrays.fill(unseen, -1);
        withFixed = new double[p];
    }

    public static RowErrors of(Fit fit) {
        ProfiledCriterion own = ProfiledCriterion.of(
                fit.profiledCriterion().statistics(), fit.model().method());
        return new RowErrors(own, fit.optimum());
    }

    /** Takes a row. */
    public void take(double[][] columns, List<RandomTerm> terms, int row) {
        for (int j = 0; j < kept.length; j++) {
            x[j] = columns[kept[j]][row];
        }
        SmallCholesky.solveLower(factor, 0, x.length, x.length, x, 0, 1, x.length);
        for (int f = 0; f < z.length && !terms.isEmpty(); f++) {
            RandomBlock block = blocks.get(f);
            double[] given = noZ[f]; // borrowed
            for (int t = 0; t < block.terms().size(); t++) {
                RandomTerm term = terms.get(block.termNumber(t));
                levels[f] = term.factor().codes()[row];
                for (int a = 0; a < term.z().length; a++) {
                    given[block.firstColumn(t) + a] = term.z()[a][row];
                }
            }
            toBasis(f, given);
            Arrays.fill(given, 0);
        }
    }

    /** Takes one random effect of one level, and no fixed effects. */
    public void takeEffect(int f, int level, int effect) {
        Arrays.fill(x, 0);
        for (int g = 0; g < z.length; g++) {
            levels[g] = g == f ? level : -1;
            Arrays.fill(z[g], 0);
        }
        noZ[f][effect] = 1;
        toBasis(f, noZ[f]);
        noZ[f][effect] = 0;
    }

    /**
     * Takes one random effect of one level together with a fixed effect.
     *
     * @param k number of the fixed effect among those estimated
     */
    public void takeCoefficient(int f, int level, int effect, int k) {
        takeEffect(f, level, effect);
        x[k] = 1;
        SmallCholesky.solveLower(factor, 0, x.length, x.length, x, 0, 1, x.length);
    }

    /** {@code z̃ = T'z}. */
    private void toBasis(int f, double[] given) {
        int q = given.length;
        for (int j = 0; j < q; j++) {
            double sum = 0;
            for (int i = 0; i <= j; i++) {
                sum += bases[f][i + j * q] * given[i];
            }
            z[f][j] = sum;
        }
    }

    /** Variance of {@code x'(β̂ − β) + z'(b̂ − b)}: fixed and random effects, those of unseen levels with all their variance. */
    public double variance() {
        return errors.variance(x, levels, z, withFixed);
    }

    /** The same if no level had been seen: {@code Var x'β̂ + z'ΛΛ'z}. */
    public double unseenVariance() {
        return errors.variance(x, unseen, z, null);
    }

    /** Variance of {@code x'β̂}. */
    public double fixedVariance() {
        return errors.variance(x, unseen, noZ, null);
    }

    /** Covariance with γ̂ − γ of what {@link #variance} was last of; overwritten by its next call. */
    public double[] withFixed() {
        return withFixed;
    }

    /** {@code c'Mc}, M⁻¹ the covariance of γ̂: the square of a change of γ̂ in units of its errors. */
    public double square(double[] change) {
        int p = x.length;
        double[] c = change.clone();
        SmallCholesky.solveLower(covariance, 0, p, p, c, 0, 1, p);
        double sum = 0;
        for (double entry : c) {
            sum += entry * entry;
        }
        return sum;
    }

    /** A change of γ̂ as one of the coefficients kept: {@code R⁻¹c}. */
    public double[] ofCoefficients(double[] change) {
        int p = x.length;
        double[] c = change.clone();
        SmallCholesky.solveLowerTransposed(factor, 0, p, p, c, 0, 1, p);
        return c;
    }

    /** Estimates in the solver's coordinates. */
    public Likelihood.Solution solution() {
        return solution;
    }

    /** Rows in an order in which they cost least: those of a level of the first block one after the other. */
    public int[] order(List<RandomTerm> terms, int n) {
        int[] order = new int[n];
        if (blocks.size() == 1 || terms.isEmpty()) {
            Arrays.setAll(order, i -> i);
            return order;
        }
        int[] codes = terms.get(blocks.get(0).termNumber(0)).factor().codes();
        int[] next = new int[blocks.get(0).levels() + 2];
        for (int i = 0; i < n; i++) {
            next[codes[i] + 2]++; // an unseen level is −1
        }
        for (int l = 1; l < next.length; l++) {
            next[l] += next[l - 1];
        }
        for (int i = 0; i < n; i++) {
            order[next[codes[i] + 1]++] = i;
        }
        return order;
    }
}
