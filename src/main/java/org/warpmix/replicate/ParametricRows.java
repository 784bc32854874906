package org.warpmix.replicate;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.random.Variates;

/**
 * Parametric bootstrap, row by row, for any structure: {@code y* = offset + Xβ + Zb* + ε*} with {@code b* ~ N(0, σ²ΛΛ')}
 * for each level and {@code ε_i* ~ N(0, σ²/w_i)}.
 *
 * <p>Assumes all that the model assumes. Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 6.5.
 */
public final class ParametricRows extends RowResponses {

    private final FittedModel fit;
    private final List<FactorEffects> effects;

    private ParametricRows(FittedModel fit, Crossproducts design, double[] mean, long seed) {
        super(design, ResponseProducts.of(design), mean, seed);
        this.fit = fit;
        this.effects = FactorEffects.of(fit.model().statistics());
    }

    /** Responses of a fitted model. */
    public static ParametricRows of(FittedModel fit, long seed) {
        return new ParametricRows(fit, fit.model().statistics(), fit.model().gamma(), seed);
    }

    /**
     * The random part {@code Zb* + ε*} of the same responses, reduced to the statistics of another design.
     *
     * @param design of the same rows and weights
     */
    public static ParametricRows noise(FittedModel fit, Crossproducts design, long seed) {
        return new ParametricRows(fit, design, new double[design.p()], seed);
    }

    @Override
    Rows rows() {
        double[][] b = FactorEffects.arrays(effects);
        return (random, replicate, y) -> draw(random, b, y);
    }

    @Override
    double variance() {
        return fit.sigma() * fit.sigma();
    }

    private void draw(Variates random, double[][] b, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = fit.sigma() * fit.errorScale(i) * random.normal();
        }
        for (int f = 0; f < b.length; f++) {
            int q = effects.get(f).q();
            for (int k = 0; k < b[f].length; k++) {
                b[f][k] = random.normal();
            }
            FactorEffects.multiply(fit.factors()[f], q, b[f]);
            effects.get(f).add(b[f], y);
        }
    }
}
