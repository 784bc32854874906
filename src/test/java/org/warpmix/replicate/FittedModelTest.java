package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.DenseModel;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;

/** A fit on its rows is that of the dense model. */
class FittedModelTest {

    private static final double TOLERANCE = 1e-8;

    @Test
    void meansModesAndCovariancesAreThoseOfTheDenseModel() {
        for (int seed = 0; seed < 110; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
            double[] x = criterion.parameters().fromTheta(model.theta());
            FittedModel fit = FittedModel.of(model.data(), criterion, model.method(), x);
            DenseModel dense = new DenseModel(model.data(), model.method(), model.theta(), model.kept());
            String name = "seed " + seed + ": " + model;
            int degrees = model.data().n() - (model.method() == Method.ML ? 0 : model.kept().length);
            assertEquals(Math.sqrt(dense.rSquared() / degrees), fit.sigma(), TOLERANCE * fit.sigma(), name);
            double[] fitted = assertMeans(fit, dense, model, name);
            for (int f = 0; f < fit.factors().length; f++) {
                RandomBlock block = criterion.blocks().get(f);
                double[] modes = fit.inGivenColumns(f, fit.modes()[f]);
                int q = block.columns();
                for (int t = 0; t < block.terms().size(); t++) {
                    int first = block.firstColumn(t);
                    int width = block.firstColumn(t + 1) - first;
                    double[] phi = criterion.parameters().relativeCovariance(x, f, t);
                    for (int a = 0; a < width; a++) {
                        double variance = 0;
                        for (int r = 0; r < q; r++) {
                            variance += Math.pow(fit.factors()[f][first + a + r * q], 2);
                        }
                        double expected = phi[a + a * width] * fit.sigma() * fit.sigma();
                        assertEquals(expected, variance, TOLERANCE * (1 + expected), name);
                        for (int level = 0; level < block.levels(); level++) {
                            double mode = dense.modes(block.termNumber(t), level)[a];
                            double size = fit.sigma() * (1 + Math.sqrt(phi[a + a * width]));
                            assertEquals(mode, modes[level * q + first + a], TOLERANCE * size, name);
                        }
                    }
                    for (int i = 0; i < fitted.length; i++) {
                        int level = block.terms().get(t).factor().codes()[i];
                        for (int a = 0; a < width; a++) {
                            fitted[i] += block.terms().get(t).z()[a][i] * modes[level * q + first + a];
                        }
                    }
                }
            }
            double[] residuals = fit.standardizedResiduals();
            for (int i = 0; i < fitted.length; i++) {
                double root = model.data().weights() == null
                        ? 1
                        : Math.sqrt(model.data().weights()[i]);
                assertEquals(root * (model.data().y()[i] - fitted[i]), residuals[i], TOLERANCE * fit.sigma(), name);
            }
        }
    }

    private static double[] assertMeans(FittedModel fit, DenseModel dense, RandomModels.Model model, String name) {
        double[] means = new double[fit.n()];
        double[] residuals = fit.marginalResiduals();
        for (int i = 0; i < means.length; i++) {
            means[i] = model.data().offset() == null ? 0 : model.data().offset()[i];
            double size = 1 + Math.abs(model.data().y()[i]);
            for (int j = 0; j < model.kept().length; j++) {
                double part = dense.beta()[j] * model.data().x()[model.kept()[j]][i];
                means[i] += part;
                size += Math.abs(part);
            }
            assertEquals(means[i], fit.mean()[i], TOLERANCE * size, name);
            assertEquals(model.data().y()[i] - means[i], residuals[i], TOLERANCE * size, name);
            means[i] = fit.mean()[i];
        }
        return means;
    }
}
