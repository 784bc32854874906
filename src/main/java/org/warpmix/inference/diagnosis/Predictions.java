package org.warpmix.inference.diagnosis;

import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.model.Design;
import org.warpmix.model.DesignException;
import org.warpmix.model.ModelData;
import org.warpmix.model.NewRows;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * Predictions of a fit with standard errors and intervals: what is predicted. Immutable; each {@code with…} gives another one.
 *
 * <pre>
 * PredictedRows rows = Predictions.of(fit).withInterval(PredictionInterval.PREDICTION).of(newTable);
 * double[] lower = rows.lower(0.95);
 * </pre>
 *
 * <p>The error of a mean {@code x'β̂ + z'b̂} is that of the mixed-model equations, {@code Var[x'(β̂ − β) + z'(b̂ − b)]} with the
 * covariance of fixed effects and BLUPs. A group that the fit has not seen has a random effect of zero, whose error is all of
 * its variance. A further observation adds σ²/w; where the mean is the population's, it comes from groups not seen and adds
 * their variance, too. Intervals take t with n − rank(X) degrees of freedom. Theta is taken as known, as its estimate is:
 * with few groups intervals are too narrow. Robinson 1991, doi:10.1214/ss/1177011926.
 */
public final class Predictions {

    private final Fit fit;
    private final RandomEffects effects;
    private final PredictionInterval interval;
    private final boolean newLevels;

    private Predictions(Fit fit, RandomEffects effects, PredictionInterval interval, boolean newLevels) {
        this.fit = fit;
        this.effects = effects;
        this.interval = interval;
        this.newLevels = newLevels;
    }

    /** Means with all random effects and intervals of the mean; new levels are an error. */
    public static Predictions of(Fit fit) {
        return new Predictions(fit, RandomEffects.ALL, PredictionInterval.CONFIDENCE, false);
    }

    /** Chooses whose mean is predicted. */
    public Predictions withRandomEffects(RandomEffects chosen) {
        return new Predictions(fit, chosen, interval, newLevels);
    }

    /** Chooses what the interval is to hold. */
    public Predictions withInterval(PredictionInterval chosen) {
        return new Predictions(fit, effects, chosen, newLevels);
    }

    /** Lets new rows have groups that the fit has not seen. */
    public Predictions withNewLevels(boolean allowed) {
        return new Predictions(fit, effects, interval, allowed);
    }

    /** Means of the rows used in the fit, without their errors. */
    public double[] meansOfUsedRows() {
        ModelData data = fit.design().data();
        double[] fitted = fit.fitted();
        if (effects == RandomEffects.NONE) {
            double[] residuals = fit.residuals(Residual.MARGINAL);
            for (int i = 0; i < fitted.length; i++) {
                fitted[i] = data.y()[i] - residuals[i];
            }
        }
        return fitted;
    }

    /** Predicts the rows used in the fit. */
    public PredictedRows ofUsedRows() {
        ModelData data = fit.design().data();
        return rows(meansOfUsedRows(), data.x(), data.terms(), data.weights());
    }

    /** Means of new rows, without their errors; see {@link #of(Table)}. */
    public double[] meansOf(Table newData) {
        return effects == RandomEffects.NONE ? fit.predictPopulation(newData) : fit.predict(newData, newLevels);
    }

    /**
     * Predicts new rows. The response is not needed, nor are the groups where the mean is the population's.
     *
     * @throws IllegalArgumentException for an unknown column or level, and for prediction intervals where the fit has weights
     *     and the new rows have none
     */
    public PredictedRows of(Table newData) {
        Design design = fit.design();
        boolean population = effects == RandomEffects.NONE;
        double[] fitted = meansOf(newData);
        NewRows rows = !population
                ? design.apply(newData, newLevels)
                : interval == PredictionInterval.PREDICTION
                        ? design.applyToUnseen(newData)
                        : design.applyFixed(newData);
        double[] weights = interval == PredictionInterval.PREDICTION ? weights(newData) : null;
        PredictedRows predicted = rows(fitted, rows.x(), rows.terms(), weights);
        for (int i = 0; i < fitted.length; i++) {
            if (rows.missing()[i]) {
                predicted.standardErrors()[i] = Double.NaN;
                predicted.deviations()[i] = Double.NaN;
            }
        }
        return predicted;
    }

    private double[] weights(Table newData) {
        String name = fit.model().options().weights();
        if (name == null) {
            return null;
        }
        if (newData.find(name).isEmpty()) {
            throw new DesignException("The fit has weights, and the new rows have no column " + NearestNames.quote(name)
                    + ": without it the residual variance of a further observation is not known. Add it, or take"
                    + " confidence intervals.");
        }
        if (!(newData.column(name) instanceof NumericColumn numeric)) {
            throw new DesignException(
                    "The column of weights, " + NearestNames.quote(name) + ", is a factor; weights are numbers.");
        }
        double[] weights = numeric.values();
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] <= 0 || Double.isInfinite(weights[i])) {
                throw new DesignException("The weight in row " + (i + 1) + " is " + Factors.label(weights[i])
                        + " (column " + NearestNames.quote(name) + "). Weights are positive and finite.");
            }
        }
        return weights;
    }

    private PredictedRows rows(double[] fitted, double[][] x, List<RandomTerm> terms, double[] weights) {
        boolean population = effects == RandomEffects.NONE;
        boolean observation = interval == PredictionInterval.PREDICTION;
        RowErrors errors = RowErrors.of(fit);
        double[] standardErrors = new double[fitted.length];
        double[] deviations = new double[fitted.length];
        for (int i : errors.order(terms, fitted.length)) {
            errors.take(x, terms, i);
            double mean = population ? errors.fixedVariance() : errors.variance();
            double distance = population && observation ? errors.unseenVariance() : mean;
            distance += observation ? 1 / (weights == null ? 1 : weights[i]) : 0;
            standardErrors[i] = fit.sigma() * Math.sqrt(Math.max(mean, 0));
            deviations[i] = fit.sigma() * Math.sqrt(Math.max(distance, 0));
        }
        return new PredictedRows(fitted, standardErrors, deviations, fit.residualDegrees());
    }
}
