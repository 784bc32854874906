package org.warpmix.fit;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.iterative.IterativeLikelihood;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.model.CondensedRows;
import org.warpmix.model.Contrast;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.table.Table;

/**
 * A linear mixed model: a formula and how to fit it. Immutable; each {@code with…} gives another model.
 *
 * <pre>
 * Fit fit = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)").fit(table);
 * </pre>
 *
 * <p>The stages can be called apart: {@link Design} makes the matrices, {@link Crossproducts} reduces the rows to
 * statistics, {@link ProfiledCriterion} is the function to minimise, {@link CriterionOptimizer} minimises it, and
 * {@link Fit} states what came out.
 */
public final class LinearMixedModel {

    private final Formula formula;
    private final Method method;
    private final DesignOptions options;
    private final double[] start;
    private final DenseFront.Maker device;
    /** {@code null} for the exact solver. */
    private final IterativeOptions iterative;

    private LinearMixedModel(
            Formula formula,
            Method method,
            DesignOptions options,
            double[] start,
            DenseFront.Maker device,
            IterativeOptions iterative) {
        this.formula = formula;
        this.method = method;
        this.options = options;
        this.start = start;
        this.device = device;
        this.iterative = iterative;
    }

    /**
     * A model by REML, with treatment contrasts, without weights.
     *
     * @param formula as in lme4, e.g. {@code "y ~ x + (x | g)"}
     * @throws org.warpmix.formula.FormulaException pointing at the place that cannot be read
     */
    public static LinearMixedModel of(String formula) {
        return new LinearMixedModel(Formula.parse(formula), Method.REML, DesignOptions.defaults(), null, null, null);
    }

    /** Chooses between ML and REML. */
    public LinearMixedModel withMethod(Method chosen) {
        return new LinearMixedModel(formula, chosen, options, start, device, iterative);
    }

    /** Codes a factor by other contrasts than treatment. */
    public LinearMixedModel withContrast(String column, Contrast contrast) {
        return new LinearMixedModel(formula, method, options.withContrast(column, contrast), start, device, iterative);
    }

    /** Takes prior weights from a column: {@code Var(ε_i) = σ² / w_i}. */
    public LinearMixedModel withWeights(String column) {
        return new LinearMixedModel(formula, method, options.withWeights(column), start, device, iterative);
    }

    /** Adds a column to the mean with coefficient one. */
    public LinearMixedModel withOffset(String column) {
        return new LinearMixedModel(formula, method, options.withOffset(column), start, device, iterative);
    }

    /** Starts the search at a theta, in lme4's order and scale, instead of at unit relative variances. */
    public LinearMixedModel withStart(double... theta) {
        for (double entry : theta) {
            if (!Double.isFinite(entry)) {
                throw new IllegalArgumentException(
                        "A start of theta has the entry " + entry + ". Entries are finite numbers.");
            }
        }
        return new LinearMixedModel(formula, method, options, theta.clone(), device, iterative);
    }

    /**
     * Keeps the dense part of a model with crossed factors on a device, such as a GPU, if that takes it. A fit made so needs the
     * device for whatever evaluates the criterion again.
     */
    public LinearMixedModel withDevice(DenseFront.Maker chosen) {
        return new LinearMixedModel(formula, method, options, start, chosen, iterative);
    }

    /**
     * Fits crossed factors by the iterative solver, for models whose Cholesky factor does not fit into memory. The estimates have
     * an error, which {@link Fit#iterativeError} tells.
     */
    public LinearMixedModel withIterativeSolver(IterativeOptions chosen) {
        return new LinearMixedModel(formula, method, options, start, device, chosen);
    }

    /** The formula. */
    public Formula formula() {
        return formula;
    }

    /** ML or REML. */
    public Method method() {
        return method;
    }

    /** Contrasts, weights and offset. */
    public DesignOptions options() {
        return options;
    }

    /**
     * Fits the model to a table.
     *
     * @throws IllegalArgumentException where model and table do not go together; a numerical outcome (singular, not
     *     converged) never throws, it is told by {@link Fit#convergence}
     */
    public Fit fit(Table table) {
        return fit(Design.of(formula, table, options));
    }

    /**
     * Takes in the rows of this model piece by piece, for tables that are larger than memory: {@code accept} each piece, {@code merge}
     * what others have taken in, and {@link #fit(CondensedRows)} what came together. {@link Condenser} does it for files.
     *
     * @throws IllegalArgumentException where the formula needs all rows before the first
     */
    public CondensedRows condensedRows() {
        return CondensedRows.of(formula, options);
    }

    /**
     * Fits the model to rows that were taken in piece by piece: the estimates are those of the whole table in memory. What needs the
     * rows themselves (fitted values, residuals and what is made of them) the fit does not have.
     *
     * @throws IllegalArgumentException as {@link #fit(Table)}
     */
    public Fit fit(CondensedRows rows) {
        return fit(design(rows));
    }

    private Design design(CondensedRows rows) {
        if (!rows.formula().equals(formula) || !rows.options().equals(options)) {
            throw new IllegalArgumentException("The rows were condensed for the model " + rows.formula()
                    + ", and this is " + formula + (rows.formula().equals(formula) ? " with other options." : ".")
                    + " Condense them for this one.");
        }
        return rows.design();
    }

    private Fit fit(Design design) {
        ProfiledCriterion criterion = criterion(design);
        double[] from = start == null ? criterion.parameters().start() : fromTheta(design, criterion, start);
        Optimum optimum = CriterionOptimizer.minimize(criterion, from);
        return new Fit(this, design, criterion, optimum);
    }

    /**
     * Estimates at a given theta, without a search.
     *
     * @param theta in lme4's order and scale
     * @throws IllegalArgumentException as {@link #fit}, and where theta is too large for the criterion to be a number
     */
    public Fit at(Table table, double... theta) {
        return at(Design.of(formula, table, options), theta);
    }

    /** As {@link #at(Table, double...)}, of rows that were taken in piece by piece. */
    public Fit at(CondensedRows rows, double... theta) {
        return at(design(rows), theta);
    }

    private Fit at(Design design, double... theta) {
        ProfiledCriterion criterion = criterion(design);
        Optimum optimum = CriterionOptimizer.evaluate(criterion, fromTheta(design, criterion, theta));
        if (!Double.isFinite(optimum.criterion())) {
            throw new IllegalArgumentException("The criterion cannot be evaluated at theta " + Arrays.toString(theta)
                    + ". Theta is relative to sigma: take entries of ordinary size.");
        }
        return new Fit(this, design, criterion, optimum);
    }

    private static double[] fromTheta(Design design, ProfiledCriterion criterion, double[] theta) {
        List<String> names = design.data().thetaNames();
        if (theta.length != names.size()) {
            throw new IllegalArgumentException("Theta has " + theta.length + (theta.length == 1 ? " entry" : " entries")
                    + ", the model has " + names.size() + ": " + String.join(", ", names) + ".");
        }
        return criterion.parameters().fromTheta(theta);
    }

    private ProfiledCriterion criterion(Design design) {
        return criterion(Crossproducts.of(design.data()));
    }

    /** The function to minimise for statistics of this model. */
    ProfiledCriterion criterion(Crossproducts statistics) {
        if (iterative != null) {
            return ProfiledCriterion.of(statistics, new IterativeLikelihood(statistics, method, iterative));
        }
        return device == null
                ? ProfiledCriterion.of(statistics, method)
                : ProfiledCriterion.of(statistics, method, device);
    }
}
