package org.warpmix.fit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.iterative.IterativeError;
import org.warpmix.likelihood.iterative.IterativeLikelihood;
import org.warpmix.model.Design;
import org.warpmix.model.ModelData;
import org.warpmix.model.NewRows;
import org.warpmix.model.RandomTerm;
import org.warpmix.optimize.Bfgs;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.table.Table;

/**
 * A fitted linear mixed model. Immutable; the arrays that its methods return are the caller's.
 *
 * <p>{@code y = offset + Xβ + Zb + ε}, {@code b ~ N(0, σ² ΛΛ')}, {@code ε_i ~ N(0, σ²/w_i)}. Standard errors and
 * conditional standard deviations are those at the estimated theta, its own uncertainty left out, as in lme4.
 */
public final class Fit {

    private final LinearMixedModel model;
    private final Design design;
    private final ProfiledCriterion criterion;
    private final FixedBasis basis;
    private final Optimum optimum;
    private final Likelihood.Solution solution;
    private final double sigma;
    private final double[] beta;
    private final IterativeError iterativeError;

    Fit(LinearMixedModel model, Design design, ProfiledCriterion criterion, Optimum optimum) {
        this.model = model;
        this.design = design;
        this.criterion = criterion;
        this.basis = criterion.statistics().fixed();
        this.optimum = optimum;
        this.solution = criterion.solve(optimum.x());
        double degrees = model.method() == Method.ML ? nobs() : residualDegrees();
        this.sigma = basis.scale() * Math.sqrt(Math.max(solution.rSquared(), 0) / degrees);
        this.beta = basis.coefficients(solution.gamma());
        this.iterativeError = criterion.likelihood() instanceof IterativeLikelihood
                ? IterativeError.of(criterion, optimum.x(), optimum.ending() != Bfgs.Ending.NOT_SEARCHED)
                : null;
    }

    /** The same model fitted to the same rows by another method; no row is read again. */
    public Fit refit(Method method) {
        if (method == model.method()) {
            return this;
        }
        ProfiledCriterion other = model.withMethod(method).criterion(criterion.statistics());
        double[] start =
                other.parameters().start(); // not this optimum: a variance of zero there would be hard to leave
        return new Fit(model.withMethod(method), design, other, CriterionOptimizer.minimize(other, start));
    }

    /** The model that was fitted. */
    public LinearMixedModel model() {
        return model;
    }

    /** Formula and table as matrices. */
    public Design design() {
        return design;
    }

    /** The criterion that was minimised, for evaluations elsewhere. It serves one thread. */
    public ProfiledCriterion profiledCriterion() {
        return criterion;
    }

    /** Where the criterion was found to be smallest, as x of {@link org.warpmix.likelihood.Parameters}. */
    public double[] optimum() {
        return optimum.x().clone();
    }

    /** How far the estimates may be from the exact ones, where the iterative solver found them. */
    public Optional<IterativeError> iterativeError() {
        return Optional.ofNullable(iterativeError);
    }

    /** Number of rows used. */
    public int nobs() {
        return design.data().observations();
    }

    /** Number of rows left out, because something that the model uses is missing or the weight is zero. */
    public int dropped() {
        return design.data().dropped();
    }

    /** Whether the rows are there: those of {@link LinearMixedModel#fit(org.warpmix.model.CondensedRows)} were not kept. */
    public boolean keepsRows() {
        return design.data().condensed() == null;
    }

    /** Levels of each grouping factor, in lme4's order. */
    public Map<String, Integer> groups() {
        Map<String, Integer> groups = new LinkedHashMap<>();
        for (RandomTerm term : design.data().terms()) {
            groups.put(term.factor().name(), term.factor().levels().length);
        }
        return groups;
    }

    /** −2 log-likelihood under ML, the REML criterion under REML. */
    public double criterion() {
        return optimum.criterion();
    }

    /** −½ {@link #criterion}. */
    public double logLik() {
        return -0.5 * criterion();
    }

    /** Number of parameters: fixed effects, theta and sigma. */
    public int parameters() {
        return basis.rank() + criterion.parameters().count() + 1;
    }

    /** {@code criterion + 2 parameters}. */
    public double aic() {
        return criterion() + 2 * parameters();
    }

    /** {@code AIC + 2k(k + 1)/(n − k − 1)}, k the number of parameters (Hurvich and Tsai 1989); NaN where n is no more than k + 1. */
    public double aicc() {
        double k = parameters();
        double left = nobs() - k - 1;
        return left > 0 ? aic() + 2 * k * (k + 1) / left : Double.NaN;
    }

    /** {@code criterion + log(n) parameters}, n the number of rows, under REML too, as R has it. */
    public double bic() {
        return criterion() + Math.log(nobs()) * parameters();
    }

    /** Residual standard deviation, in the unit of the response. */
    public double sigma() {
        return sigma;
    }

    /** Entries of the relative covariance factors, in lme4's order and scale. */
    public double[] theta() {
        return criterion.parameters().toTheta(optimum.x());
    }

    /** Names of the entries of theta as lme4 gives them, e.g. {@code Subject.Days.(Intercept)}. */
    public List<String> thetaNames() {
        return design.data().thetaNames();
    }

    /** {@code n − rank(X)}, the residual degrees of freedom. */
    public int residualDegrees() {
        return nobs() - basis.rank();
    }

    /** The fixed effects. */
    public FixedEffects fixedEffects() {
        String[] all = design.data().fixedNames();
        int[] kept = basis.kept();
        String[] names = new String[kept.length];
        for (int j = 0; j < kept.length; j++) {
            names[j] = all[kept[j]];
        }
        double[] covariance = basis.covariance(solution.mInverse());
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] *= sigma * sigma;
        }
        return new FixedEffects(names, beta, covariance, residualDegrees());
    }

    /** Names of the columns of X left out because they are linear combinations of the others. */
    public List<String> droppedColumns() {
        List<String> names = new ArrayList<>();
        for (int j : basis.dropped()) {
            names.add(design.data().fixedNames()[j]);
        }
        return names;
    }

    /** Variances and correlations of the random effects, one per term in lme4's order. */
    public List<VarianceComponent> randomEffects() {
        VarianceComponent[] components =
                new VarianceComponent[design.data().terms().size()];
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                RandomTerm term = blocks.get(f).terms().get(t);
                double[] covariance = criterion.parameters().relativeCovariance(optimum.x(), f, t);
                for (int i = 0; i < covariance.length; i++) {
                    covariance[i] *= sigma * sigma;
                }
                components[blocks.get(f).termNumber(t)] =
                        new VarianceComponent(term.factor().name(), term.names().clone(), covariance);
            }
        }
        return List.of(components);
    }

    /** The conditional modes of the random effects (BLUPs), one per grouping factor. */
    public List<ConditionalModes> conditionalModes() {
        return ConditionalModes.of(criterion, optimum.x(), solution, basis.scale(), sigma);
    }

    /**
     * Intraclass correlations: the share of each grouping factor's variance in the whole,
     * {@code σ_g² / (Σ σ_g² + σ²)}, where all random terms are intercepts; empty where a slope varies, since the share then
     * depends on the predictors.
     */
    public Map<String, Double> icc() {
        Map<String, Double> shares = new LinkedHashMap<>();
        double total = sigma * sigma;
        for (VarianceComponent component : randomEffects()) {
            if (component.size() != 1 || !component.names()[0].equals("(Intercept)")) {
                return Map.of();
            }
            total += component.covariance(0, 0);
            shares.merge(component.group(), component.covariance(0, 0), Double::sum);
        }
        double whole = total;
        shares.replaceAll((group, variance) -> variance / whole);
        return shares;
    }

    /** Conditional means of the rows used: {@code offset + Xβ + Zb}. */
    public double[] fitted() {
        ModelData data = design.data();
        data.requireRows("Fitted values");
        double[] mean = marginalMeans(data.x(), data.offset(), data.n());
        addRandomEffects(mean, data.terms());
        return mean;
    }

    /** Residuals of the rows used. */
    public double[] residuals(Residual kind) {
        ModelData data = design.data();
        data.requireRows("Residuals");
        double[] mean = kind == Residual.MARGINAL ? marginalMeans(data.x(), data.offset(), data.n()) : fitted();
        double[] residuals = new double[data.n()];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = data.y()[i] - mean[i];
            if (kind == Residual.PEARSON && data.weights() != null) {
                residuals[i] *= Math.sqrt(data.weights()[i]);
            }
            if (kind == Residual.STANDARDIZED) {
                residuals[i] *= (data.weights() == null ? 1 : Math.sqrt(data.weights()[i])) / sigma;
            }
        }
        return residuals;
    }

    /**
     * Predicts the means of new rows, the random effects of their groups included.
     *
     * @param allowNewLevels whether a group that the fit has not seen gets a random effect of zero; else it is an error
     * @return one per row; {@code NaN} where a predictor is missing
     */
    public double[] predict(Table newData, boolean allowNewLevels) {
        NewRows rows = design.apply(newData, allowNewLevels);
        double[] mean = marginalMeans(rows.x(), rows.offset(), rows.n());
        addRandomEffects(mean, rows.terms());
        return blankMissing(mean, rows);
    }

    /** Predicts the means of new rows in the population: {@code offset + Xβ}. */
    public double[] predictPopulation(Table newData) {
        NewRows rows = design.applyFixed(newData);
        return blankMissing(marginalMeans(rows.x(), rows.offset(), rows.n()), rows);
    }

    /** What vouches for the estimates: how the search ended, and what that means. */
    public Convergence convergence() {
        return Convergence.of(this, optimum);
    }

    /** What a reader of the estimates should know, in plain words; empty when there is nothing. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!droppedColumns().isEmpty()) {
            int count = droppedColumns().size();
            warnings.add(
                    "The fixed effects are linearly dependent: dropped " + String.join(", ", droppedColumns()) + " ("
                            + count + (count == 1 ? " column" : " columns")
                            + "). The fit is that of the model without; their effects cannot be told from the"
                            + " others'.");
        }
        warnings.addAll(convergence().messages());
        return warnings;
    }

    private double[] marginalMeans(double[][] x, double[] offset, int n) {
        double[] mean = offset == null ? new double[n] : offset.clone();
        int[] kept = basis.kept();
        for (int j = 0; j < kept.length; j++) {
            double[] column = x[kept[j]];
            double coefficient = beta[j];
            for (int i = 0; i < n; i++) {
                mean[i] += coefficient * column[i];
            }
        }
        return mean;
    }

    private void addRandomEffects(double[] mean, List<RandomTerm> terms) {
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            double[] modes = ConditionalModes.inGivenColumns(block, solution.b()[f], basis.scale());
            for (int t = 0; t < block.terms().size(); t++) {
                RandomTerm term = terms.get(block.termNumber(t));
                int[] codes = term.factor().codes();
                for (int a = 0; a < term.z().length; a++) {
                    int column = block.firstColumn(t) + a;
                    double[] z = term.z()[a];
                    for (int i = 0; i < mean.length; i++) {
                        if (codes[i] >= 0) {
                            mean[i] += z[i] * modes[codes[i] * block.columns() + column];
                        }
                    }
                }
            }
        }
    }

    private static double[] blankMissing(double[] mean, NewRows rows) {
        for (int i = 0; i < mean.length; i++) {
            if (rows.missing()[i]) {
                mean[i] = Double.NaN;
            }
        }
        return mean;
    }
}
