package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.linalg.Lapack;

/** The square root of the covariance is one, and takes decorrelated residuals back to where they come from. */
class DecorrelationTest {

    private static FittedModel fit(RandomModels.Model model) {
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
        return FittedModel.of(
                model.data(), criterion, model.method(), criterion.parameters().fromTheta(model.theta()));
    }

    private static List<RandomModels.Model> models() {
        List<RandomModels.Model> models = new ArrayList<>();
        for (int seed = 0; seed < 110; seed++) {
            models.add(RandomModels.draw(seed));
        }
        return models;
    }

    @Test
    void itsSquareIsTheModelsCovariance() {
        for (RandomModels.Model model : models()) {
            FittedModel fit = fit(model);
            int n = fit.n();
            Decorrelation root = Decorrelation.of(fit);
            double[][] work = root.work();
            double[][] square = new double[n][n];
            for (int j = 0; j < n; j++) {
                double[] column = new double[n];
                column[j] = fit.sigma();
                root.correlate(column, work);
                for (int i = 0; i < n; i++) {
                    for (int k = 0; k < n; k++) {
                        square[i][k] += column[i] * column[k];
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    double size = Math.sqrt(Examples.covariance(fit, i, i) * Examples.covariance(fit, k, k));
                    assertEquals(Examples.covariance(fit, i, k), square[i][k], 1e-10 * size, model::toString);
                }
            }
        }
    }

    private static void assertBack(RandomModels.Model model) {
        FittedModel fit = fit(model);
        Decorrelation root = Decorrelation.of(fit);
        double[] residuals = root.residuals().clone();
        root.correlate(residuals, root.work());
        double[] expected = fit.marginalResiduals();
        for (int i = 0; i < expected.length; i++) {
            double size = Math.sqrt(Examples.covariance(fit, i, i)) + Math.abs(expected[i]);
            assertEquals(expected[i], residuals[i], 1e-9 * size, model::toString);
        }
    }

    @Test
    void residualsComeBack() {
        models().forEach(DecorrelationTest::assertBack);
    }

    @Test
    void aLargeComponentIsFactoredAsASmallOne() {
        assertBack(RandomModels.crossed(1, 600, Lapack.NATIVE_FROM, 50));
    }
}
