package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.model.ModelData;

/** Reflated residuals have the covariances of the model, not the shrunken ones. */
class ResidualBootstrapTest {

    private static final int DRAWS = 20_000;

    private static void assertModelsCovariance(FittedModel fit) {
        double[][] drawn = Examples.rows(ResidualBootstrap.of(fit, Examples.SEED), DRAWS, fit.n());
        Examples.assertMoments(drawn, (i, k) -> Examples.covariance(fit, i, k));
    }

    @Test
    void rowsHaveTheModelsCovariance() {
        for (FittedModel fit : List.of(Examples.oneFactor(6), Examples.nested(5), Examples.crossed(4, 4))) {
            assertModelsCovariance(fit);
        }
    }

    @Test
    void directionsWithoutVarianceStayWithout() {
        ModelData data = Examples.oneFactor(6).data();
        for (double[] theta : new double[][] {{0, 0, 0}, {1, 0.3, 0}, {0, 0, 0.5}, {0, 0.4, 0}, {1e-9, 0, 1e-9}}) {
            assertModelsCovariance(Examples.fit(data, theta));
        }
    }

    /** Errors are drawn from the fit's own residuals, whatever their shape: as many values as rows. */
    @Test
    void errorsAreTheFitsOwn() {
        FittedModel fit = Examples.fit(Examples.oneFactor(5).data(), 0, 0, 0);
        double[][] drawn = Examples.rows(ResidualBootstrap.of(fit, 1), 500, fit.n());
        long values = java.util.Arrays.stream(drawn)
                .mapToLong(y -> Math.round(1e9 * y[0]))
                .distinct()
                .count();
        assertEquals(fit.n(), values);
    }

    @Test
    void tooFewLevelsAreRefused() {
        FittedModel fit = Examples.oneFactor(2);
        assertEquals(
                "Grouping factor g has 2 levels for 2 random effects: too few to draw levels from. Use the parametric"
                        + " bootstrap.",
                assertThrows(IllegalArgumentException.class, () -> ResidualBootstrap.of(fit, 1))
                        .getMessage());
    }
}
