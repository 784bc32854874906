package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.warpmix.model.ModelData;

/** Wild responses carry each group's own residuals, times one multiplier. */
class WildBootstrapTest {

    private static final int DRAWS = 20_000;

    /** Marginal residuals over (1 − h)^power, h from the normal equations of intercept and x. */
    private static double[] corrected(FittedModel fit, double power) {
        ModelData data = fit.data();
        double[] x = data.x()[1];
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        for (int i = 0; i < data.n(); i++) {
            s0 += data.weights()[i];
            s1 += data.weights()[i] * x[i];
            s2 += data.weights()[i] * x[i] * x[i];
        }
        double[] v = new double[data.n()];
        for (int i = 0; i < v.length; i++) {
            double h = data.weights()[i] * (s2 - 2 * x[i] * s1 + x[i] * x[i] * s0) / (s0 * s2 - s1 * s1);
            v[i] = (data.y()[i] - fit.mean()[i]) / Math.pow(1 - h, power);
        }
        return v;
    }

    @Test
    void rademacherKeepsTheProductsOfAGroupAndNoOthers() {
        for (FittedModel fit : new FittedModel[] {Examples.oneFactor(5), Examples.nested(4)}) {
            int[] group = fit.data()
                    .terms()
                    .get(fit.data().terms().size() - 1)
                    .factor()
                    .codes();
            for (WildBootstrap.Correction correction : WildBootstrap.Correction.values()) {
                double[] v = corrected(fit, correction == WildBootstrap.Correction.HC2 ? 0.5 : 1);
                double[][] drawn = Examples.rows(
                        WildBootstrap.of(fit, WildBootstrap.Multiplier.RADEMACHER, correction, 2), DRAWS, fit.n());
                for (int r = 0; r < 100; r++) {
                    for (int i = 1; i < v.length; i++) {
                        if (group[i] == group[i - 1]) {
                            assertEquals(v[i] * v[i - 1], drawn[r][i] * drawn[r][i - 1], 1e-10);
                        }
                    }
                }
                Examples.assertMoments(drawn, (i, k) -> group[i] == group[k] ? v[i] * v[k] : 0);
            }
        }
    }

    @Test
    void mammenHasThirdMomentOne() {
        FittedModel fit = Examples.oneFactor(5);
        double[] v = corrected(fit, 0.5);
        int[] group = fit.data().terms().get(0).factor().codes();
        double[][] drawn = Examples.rows(WildBootstrap.of(fit, WildBootstrap.Multiplier.MAMMEN, 2), DRAWS, fit.n());
        Examples.assertMoments(drawn, (i, k) -> group[i] == group[k] ? v[i] * v[k] : 0);
        double third = 0;
        for (double[] y : drawn) {
            third += Math.pow(y[0] / v[0], 3) / DRAWS;
        }
        assertEquals(1, third, 5 * Math.sqrt(4.0 / DRAWS)); // w⁶ has mean 5
    }

    @Test
    void crossedFactorsAreRefused() {
        FittedModel fit = Examples.crossed(3, 3);
        assertEquals(
                "The wild bootstrap needs independent groups, but a and b are crossed: their levels tie the groups"
                        + " together. Use the parametric or the residual bootstrap, or permute by freedman-lane.",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> WildBootstrap.of(fit, WildBootstrap.Multiplier.MAMMEN, 1))
                        .getMessage());
    }
}
