package org.warpmix.inference.diagnosis;

import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.Residual;
import org.warpmix.likelihood.Method;
import org.warpmix.model.ModelData;

/**
 * What each row used in a fit does to it, all at the estimated theta and exact there: no refit, and nothing of order n².
 * Immutable; arrays are the caller's.
 *
 * <p>With {@code h_i} the diagonal of the hat matrix H of {@code ŷ = Xβ̂ + Zb̂ = Hy}, the conditional residual ê has
 * {@code Var ê_i = σ² (1−h_i)/w_i}; leaving row i out moves the estimates to
 * {@code β̂_(i) = β̂ − w_i c_i ê_i/(1−h_i)} with {@code c_i = Cov(ŷ_i − μ_i, β̂ − β)/σ²}, and leaves
 * {@code ν σ² − w_i ê_i²/(1−h_i)} of the penalised residual sum of squares. Demidenko and Stukel 2005, Statistics in Medicine
 * 24(6), doi:10.1002/sim.1974; Nobre and Singer 2007, Biometrical Journal 49(6), doi:10.1002/bimj.200610341.
 */
public final class RowDiagnostics {

    /** 1 − h below which a row is taken to be fitted by its own effect alone: nothing is left of it to judge. */
    private static final double NOTHING_LEFT = 1e-8;

    private final Fit fit;
    private final double[] leverage;
    private final double[] cook;
    private final double[] standardized;
    private final double[] marginal;

    private RowDiagnostics(Fit fit) {
        this.fit = fit;
        int n = fit.nobs();
        leverage = new double[n];
        cook = new double[n];
        standardized = new double[n];
        marginal = new double[n];
    }

    /** Takes what the diagnostics of a row are made from. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes a row.
         *
         * @param weight w, one where there are none
         * @param shift {@code w ê}, ê the conditional residual; over 1 − h where the row is left out
         * @param rest 1 − h; {@code NaN} where nothing is left of the row
         * @param errors with the row taken and {@link RowErrors#variance} called
         */
        void row(int row, double weight, double shift, double rest, RowErrors errors);
    }

    /** Goes over the rows, in an order of its own. */
    static void visit(Fit fit, RowErrors errors, Visitor visitor) {
        ModelData data = fit.design().data();
        double[] residuals = fit.residuals(Residual.CONDITIONAL);
        for (int i : errors.order(data.terms(), data.n())) {
            errors.take(data.x(), data.terms(), i);
            double weight = data.weights() == null ? 1 : data.weights()[i];
            double rest = 1 - weight * errors.variance();
            visitor.row(i, weight, weight * residuals[i], rest > NOTHING_LEFT ? rest : Double.NaN, errors);
        }
    }

    /** The diagnostics of a fit: one pass over its rows. */
    public static RowDiagnostics of(Fit fit) {
        RowDiagnostics rows = new RowDiagnostics(fit);
        double[] marginal = fit.residuals(Residual.MARGINAL);
        RowErrors errors = RowErrors.of(fit);
        int p = fit.fixedEffects().size();
        double sigma = fit.sigma();
        visit(fit, errors, (i, weight, shift, rest, row) -> {
            double moved = shift / (rest * sigma);
            rows.leverage[i] = 1 - (rest > 0 ? rest : 0);
            rows.standardized[i] = shift / (sigma * Math.sqrt(weight * rest));
            rows.cook[i] = moved * moved * row.square(row.withFixed()) / p;
            double variance = 1 / weight + row.unseenVariance() - 2 * row.fixedVariance();
            rows.marginal[i] = marginal[i] / (sigma * Math.sqrt(variance));
        });
        return rows;
    }

    /** Diagonal of the hat matrix: the share of each row in its own fitted value, as R's {@code hatvalues}. */
    public double[] leverage() {
        return leverage.clone();
    }

    /**
     * Cook's distance of the fixed effects, {@code (β̂ − β̂_(i))' Cov(β̂)⁻¹ (β̂ − β̂_(i)) / p}, theta and sigma kept; {@code NaN}
     * where a row is all that tells of an effect.
     */
    public double[] cooksDistance() {
        return cook.clone();
    }

    /** Conditional residuals over their own standard deviation, {@code ê √w / (σ √(1−h))}, as R's {@code rstandard}. */
    public double[] standardized() {
        return standardized.clone();
    }

    /** Marginal residuals {@code y − Xβ̂} over their own standard deviation, the root of {@code V − X Cov(β̂) X'}. */
    public double[] marginalStandardized() {
        return marginal.clone();
    }

    /**
     * DFBETAS: how far leaving a row out moves each fixed effect, {@code (β̂ − β̂_(i)) / (σ̂_(i) √[(X'V⁻¹X)⁻¹]_jj)}, theta kept.
     *
     * @return one column of n per fixed effect; another pass over the rows
     */
    public double[][] dfbetas() {
        int p = fit.fixedEffects().size();
        double[][] columns = new double[p][leverage.length];
        double sigma = fit.sigma();
        double degrees = fit.model().method() == Method.ML ? fit.nobs() : fit.residualDegrees();
        FixedEffects effects = fit.fixedEffects();
        visit(fit, RowErrors.of(fit), (i, weight, shift, rest, row) -> {
            double square = shift * shift / (weight * rest);
            double deleted = Math.sqrt((degrees * sigma * sigma - square) / (degrees - 1));
            double[] c = row.ofCoefficients(row.withFixed());
            for (int j = 0; j < p; j++) {
                double error = effects.standardError(j) / sigma;
                columns[j][i] = c[j] * shift / (rest * deleted * error);
            }
        });
        return columns;
    }
}
