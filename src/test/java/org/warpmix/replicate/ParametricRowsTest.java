package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/** Parametric responses have the model's means and covariances. */
class ParametricRowsTest {

    private static final int DRAWS = 20_000;
    /** Standard errors by which a moment may be off. */
    private static final double WIDTH = 5;

    /** {@code Cov(y_i, y_k)} of the model, from theta's covariances in the given columns. */
    static double covariance(FittedModel fit, int i, int k) {
        ModelData data = fit.data();
        double sum = i == k ? fit.sigma() * fit.sigma() * fit.errorScale(i) * fit.errorScale(i) : 0;
        for (int t = 0; t < data.terms().size(); t++) { // one term per factor here
            RandomTerm term = data.terms().get(t);
            int q = term.z().length;
            double[] factor = fit.factors()[t];
            for (int a = 0; a < q && term.factor().codes()[i] == term.factor().codes()[k]; a++) {
                for (int b = 0; b < q; b++) {
                    for (int r = 0; r < q; r++) {
                        sum += term.z()[a][i] * factor[a + r * q] * factor[b + r * q] * term.z()[b][k];
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void rowsHaveTheModelsCovariance() {
        for (FittedModel fit : List.of(Examples.oneFactor(3), Examples.nested(2), Examples.crossed(3, 3))) {
            int n = fit.n();
            double[][] drawn = Examples.rows(ParametricRows.of(fit, Examples.SEED), DRAWS, n);
            for (int i = 0; i < n; i++) {
                double mean = 0;
                for (double[] y : drawn) {
                    mean += y[i] / DRAWS;
                }
                double variance = covariance(fit, i, i);
                assertEquals(0, mean, WIDTH * Math.sqrt(variance / DRAWS));
                for (int k = 0; k <= i; k++) {
                    double product = 0;
                    for (double[] y : drawn) {
                        product += y[i] * y[k] / DRAWS;
                    }
                    double expected = covariance(fit, i, k);
                    double error = Math.sqrt((variance * covariance(fit, k, k) + expected * expected) / DRAWS);
                    assertEquals(expected, product, WIDTH * error, "rows " + i + " and " + k);
                }
            }
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

    @Test
    void anyPieceIsTheSameBits() {
        FittedModel fit = Examples.nested(40);
        int entries = ResponseLayout.of(fit.model().statistics()).size();
        ParametricRows source = ParametricRows.of(fit, 5);
        double[][] whole = Examples.draw(source.drawer(), entries, 200);
        double[][] pieces = Examples.draw(source.drawer(), entries, 1, 70, 64, 65);
        for (int r = 0; r < 200; r++) {
            assertArrayEquals(whole[r], pieces[r], 0);
        }
    }
}
