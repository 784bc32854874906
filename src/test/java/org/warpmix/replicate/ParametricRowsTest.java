package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.ResponseLayout;

/** Parametric responses have the model's means and covariances. */
class ParametricRowsTest {

    private static final int DRAWS = 20_000;
    /** Standard errors by which a moment may be off. */
    private static final double WIDTH = 5;

    @Test
    void rowsHaveTheModelsCovariance() {
        for (FittedModel fit : List.of(Examples.oneFactor(3), Examples.nested(2), Examples.crossed(3, 3))) {
            double[][] drawn = Examples.rows(ParametricRows.of(fit, Examples.SEED), DRAWS, fit.n());
            Examples.assertMoments(drawn, (i, k) -> Examples.covariance(fit, i, k));
        }
    }

    @Test
    void theMeansAreThoseOfTheFit() {
        FittedModel fit = Examples.crossed(4, 3);
        ResponseLayout layout = ResponseLayout.of(fit.model().statistics());
        double[][] drawn = Examples.draw(ParametricRows.of(fit, 1).drawer(), layout.size(), 4000);
        for (int k = 0; k < 2; k++) {
            double sum = 0;
            double square = 0;
            for (double[] entries : drawn) {
                double rest = entries[layout.shift() + k] - fit.model().gamma()[k];
                sum += rest;
                square += rest * rest;
            }
            assertEquals(0, sum, WIDTH * Math.sqrt(square));
        }
    }
}
