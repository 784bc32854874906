package org.warpmix.inference.variation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.fit.ConditionalModes;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.inference.diagnosis.RowErrors;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.RandomTerm;

/**
 * The coefficients of each group under complete pooling (least squares on all rows: one coefficient for all), no pooling (least
 * squares on the group's rows alone) and partial pooling (the mixed model: fixed effect plus conditional mode). Immutable.
 *
 * <p>The coefficients are those that vary between the factor's levels. Where other predictors are in the model, no pooling
 * takes out their fixed effects as the mixed model estimates them, so that all three speak of the same coefficient. Its standard
 * errors rest on one residual variance, {@code Σ RSS_j / Σ (n_j − rank)}. Those of partial pooling are of {@code β̂ + b̂_j} as a
 * prediction of {@code β + b_j}, theta taken as known. Gelman and Hill 2007, Data Analysis Using Regression and
 * Multilevel/Hierarchical Models, chapter 12.
 */
public final class Pooling {

    /** Squared relative length of a predictor's own part within a group, below which it counts as constant there. */
    private static final double CONSTANT = 1e-12;

    private final Fit fit;
    private final String factor;

    private Pooling(Fit fit, String factor) {
        this.fit = fit;
        this.factor = factor;
    }

    /** Over the levels of the model's first grouping factor, in lme4's order: the one with most levels. */
    public static Pooling of(Fit fit) {
        return new Pooling(fit, fit.groups().keySet().iterator().next());
    }

    /**
     * Over the levels of another grouping factor.
     *
     * @throws IllegalArgumentException for a factor that the model does not have
     */
    public Pooling withFactor(String name) {
        List<String> names = List.copyOf(fit.groups().keySet());
        return new Pooling(fit, names.get(VarianceExplained.indexOf(names, name)));
    }

    /**
     * Reckons it.
     *
     * @throws IllegalArgumentException where a random effect of the factor is in two terms
     */
    public PooledGroups estimate() {
        Crossproducts statistics = fit.profiledCriterion().statistics();
        int f = 0;
        while (!statistics.factors().get(f).block().factor().name().equals(factor)) {
            f++;
        }
        LevelProducts products = statistics.factors().get(f);
        RandomBlock block = products.block();
        List<String> names = new ArrayList<>();
        block.terms().forEach(term -> names.addAll(List.of(term.names())));
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    "Grouping factor " + factor
                            + " has one random effect in two terms, and pooling speaks of one coefficient each. Write it in one term.");
        }
        FixedEffects effects = fit.fixedEffects();
        List<String> fixedNames = new ArrayList<>();
        for (int j = 0; j < effects.size(); j++) {
            fixedNames.add(effects.name(j));
        }
        int[] fixed = names.stream().mapToInt(fixedNames::indexOf).toArray();
        LeastSquares leastSquares = LeastSquares.of(fit);
        int q = names.size();
        double[] complete = new double[q];
        double[] completeErrors = new double[q];
        double[] centre = new double[q];
        for (int c = 0; c < q; c++) {
            complete[c] = fixed[c] < 0 ? 0 : leastSquares.estimate(fixed[c]);
            completeErrors[c] = fixed[c] < 0 ? Double.NaN : leastSquares.statedError(fixed[c]);
            centre[c] = fixed[c] < 0 ? 0 : effects.estimate(fixed[c]);
        }
        PooledGroups groups = new PooledGroups(
                fit, factor, block.factor().levels(), products.rows(), names, complete, completeErrors, leastSquares);
        addSeparate(groups, products, centre);
        addPartial(groups, f, fixed, centre);
        return groups;
    }

    /** Least squares of each group's {@code y − offset − Xβ̂} on its own columns, to which the fixed effects are added again. */
    private void addSeparate(PooledGroups groups, LevelProducts products, double[] centre) {
        Crossproducts statistics = fit.profiledCriterion().statistics();
        Likelihood.Solution solution = fit.profiledCriterion().solve(fit.optimum());
        int q = products.q();
        int p = statistics.p();
        double[] gamma = solution.gamma();
        double[] basis = products.block().basis();
        double unit = statistics.fixed().scale();
        double rss = statistics.ww()[p * (p + 2)];
        for (int k = 0; k < p; k++) {
            rss += gamma[k] * (gamma[k] - 2 * statistics.ww()[k + p * (p + 1)]);
        }
        long degrees = 0;
        double[] g = new double[q * q];
        double[] h = new double[q];
        double[] inverses = new double[products.levels() * q];
        for (int level = 0; level < products.levels(); level++) {
            System.arraycopy(products.g(), level * q * q, g, 0, q * q);
            for (int a = 0; a < q; a++) {
                int at = level * q * products.width() + a;
                h[a] = products.b()[at + p * q];
                for (int k = 0; k < p; k++) {
                    h[a] -= products.b()[at + k * q] * gamma[k];
                }
            }
            boolean[] used = factor(g, h, q);
            int rank = 0;
            for (int a = 0; a < q; a++) {
                rss -= h[a] * h[a];
                rank += used[a] ? 1 : 0;
            }
            degrees += products.rows()[level] - rank;
            Arrays.fill(inverses, level * q, (level + 1) * q, Double.NaN);
            if (rank < q) {
                continue;
            }
            SmallCholesky.solveLowerTransposed(g, 0, q, q, h, 0, 1, q);
            double[] inverse = new double[q * q];
            SmallCholesky.invert(g, 0, q, inverse, 0);
            for (int i = 0; i < q; i++) {
                double estimate = centre[i];
                double variance = 0;
                for (int a = i; a < q; a++) {
                    estimate += unit * basis[i + a * q] * h[a];
                    for (int b = i; b < q; b++) {
                        variance += basis[i + a * q] * inverse[a + b * q] * basis[i + b * q];
                    }
                }
                groups.separate[level * q + i] = estimate;
                inverses[level * q + i] = variance;
            }
        }
        groups.separateSigma = degrees == 0 ? Double.NaN : unit * Math.sqrt(Math.max(rss, 0) / degrees);
        for (int i = 0; i < inverses.length; i++) {
            groups.separateErrors[i] = groups.separateSigma * Math.sqrt(inverses[i]);
        }
    }

    /**
     * Cholesky of G that leaves out columns that are combinations of those before them.
     *
     * @param g overwritten by L, whose columns left out are zero but for a one on the diagonal
     * @param h overwritten by {@code L⁻¹h}, zero where a column is left out
     * @return which columns were used
     */
    private static boolean[] factor(double[] g, double[] h, int q) {
        boolean[] used = new boolean[q];
        for (int j = 0; j < q; j++) {
            double length = g[j + j * q];
            for (int k = 0; k < j; k++) {
                length -= g[j + k * q] * g[j + k * q];
                h[j] -= g[j + k * q] * h[k];
            }
            used[j] = length > CONSTANT * g[j + j * q];
            double pivot = used[j] ? Math.sqrt(length) : 1;
            for (int i = j + 1; i < q; i++) {
                for (int k = 0; k < j; k++) {
                    g[i + j * q] -= g[i + k * q] * g[j + k * q];
                }
                g[i + j * q] = used[j] ? g[i + j * q] / pivot : 0;
            }
            g[j + j * q] = pivot;
            h[j] = used[j] ? h[j] / pivot : 0;
        }
        return used;
    }

    private void addPartial(PooledGroups groups, int f, int[] fixed, double[] centre) {
        int q = fixed.length;
        ConditionalModes modes = fit.conditionalModes().get(f);
        double[] variances = variances(f, q);
        RowErrors errors = RowErrors.of(fit);
        for (int level = 0; level < groups.size(); level++) {
            for (int c = 0; c < q; c++) {
                int at = level * q + c;
                double deviation = modes.standardDeviation(level, c);
                groups.partial[at] = centre[c] + modes.mode(level, c);
                groups.shrinkage[at] = variances[c] > 0 ? deviation * deviation / variances[c] : 1;
                if (fixed[c] < 0) {
                    errors.takeEffect(f, level, c);
                } else {
                    errors.takeCoefficient(f, level, c, fixed[c]);
                }
                groups.partialErrors[at] = fit.sigma() * Math.sqrt(Math.max(errors.variance(), 0));
            }
        }
    }

    /** Variances of the factor's random effects, in the order of its block. */
    private double[] variances(int f, int q) {
        RandomBlock block = fit.profiledCriterion().blocks().get(f);
        List<VarianceComponent> components = fit.randomEffects();
        double[] variances = new double[q];
        for (int t = 0; t < block.terms().size(); t++) {
            RandomTerm term = block.terms().get(t);
            for (int a = 0; a < term.names().length; a++) {
                variances[block.firstColumn(t) + a] =
                        components.get(block.termNumber(t)).covariance(a, a);
            }
        }
        return variances;
    }
}
