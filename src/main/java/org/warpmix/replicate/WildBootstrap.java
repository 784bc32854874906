package org.warpmix.replicate;

import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.random.Variates;

/**
 * Wild bootstrap: {@code y_j* = offset_j + X_jβ + w_j v_j} for each independent group j, with v_j its marginal residuals
 * {@code y_j − offset_j − X_jβ}, corrected for leverage, and one random w_j of mean 0 and variance 1.
 *
 * <p>Assumes that groups are independent and that the means are right, and nothing of the covariances: those of y_j* are
 * {@code v_jv_j'}. So it wants many groups. Each row is corrected by its own leverage h_i, the diagonal of the least-squares
 * hat matrix, as in Modugno and Giannerini 2015, The wild bootstrap for multilevel models, Commun. Statist. Theory Methods
 * 44(22), doi:10.1080/03610926.2013.802807.
 */
public final class WildBootstrap extends RowResponses {

    /** Above this leverage a row's residual is rounding: X fits the row whatever its response. */
    private static final double SATURATED = 1 - 1e-10;

    /** How residuals are corrected for the leverage h of their row. */
    public enum Correction {
        /** {@code v/√(1 − h)}: right variance where the errors are independent and of equal variance. */
        HC2,
        /** {@code v/(1 − h)}: close to the jackknife, and wider. */
        HC3
    }

    /** What multiplies the residuals of a group. */
    public enum Multiplier {
        /** −1 or 1, each with probability ½. */
        RADEMACHER,
        /**
         * {@code (1 − √5)/2} with probability {@code (√5 + 1)/(2√5)}, else {@code (1 + √5)/2}: third moment 1, too (Mammen
         * 1993, doi:10.1214/aos/1176349025).
         */
        MAMMEN
    }

    private final Multiplier multiplier;
    private final Independence groups;
    private final double[] residuals;

    private WildBootstrap(
            FittedModel fit,
            ResponseProducts products,
            Independence groups,
            Multiplier multiplier,
            Correction correction,
            long seed) {
        super(fit.model().statistics(), products, fit.model().gamma(), seed);
        this.multiplier = multiplier;
        this.groups = groups;
        this.residuals = fit.marginalResiduals();
        double[] leverages = products.leverages();
        for (int i = 0; i < residuals.length; i++) {
            double left = 1 - leverages[i];
            residuals[i] *= leverages[i] > SATURATED ? 0 : 1 / (correction == Correction.HC2 ? Math.sqrt(left) : left);
        }
    }

    /** As {@link #of(FittedModel, Multiplier, Correction, long)} with {@link Correction#HC2}. */
    public static WildBootstrap of(FittedModel fit, Multiplier multiplier, long seed) {
        return of(fit, multiplier, Correction.HC2, seed);
    }

    /**
     * Responses around a fit.
     *
     * @throws IllegalArgumentException for crossed grouping factors, which leave no independent groups
     */
    public static WildBootstrap of(FittedModel fit, Multiplier multiplier, Correction correction, long seed) {
        return new WildBootstrap(
                fit,
                ResponseProducts.of(fit.model().statistics()),
                Independence.ofGroups(fit.data(), "The wild bootstrap"),
                multiplier,
                correction,
                seed);
    }

    @Override
    Rows rows() {
        double[] w = new double[groups.count()];
        return (random, replicate, y) -> {
            for (int j = 0; j < w.length; j++) {
                w[j] = draw(random);
            }
            for (int i = 0; i < y.length; i++) {
                y[i] = w[groups.component()[i]] * residuals[i];
            }
        };
    }

    private double draw(Variates random) {
        if (multiplier == Multiplier.RADEMACHER) {
            return random.sign();
        }
        double root = Math.sqrt(5);
        return random.uniform() < (root + 1) / (2 * root) ? (1 - root) / 2 : (1 + root) / 2;
    }
}
