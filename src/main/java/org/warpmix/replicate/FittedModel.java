package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;

/**
 * A fit on its rows, in the unit of the response and the given columns. Immutable: the arrays are shared, not to be modified.
 *
 * @param data the rows
 * @param model the estimates in the solver's coordinates
 * @param mean {@code offset + Xβ}, n numbers
 * @param factors per grouping factor a factor F of the covariance {@code FF' = σ²ΛΛ'} of its random effects, q×q
 *     column-major
 * @param modes per grouping factor the conditional modes in the solver's basis and units s, q of each level one after the
 *     other
 * @param sigma residual standard deviation
 */
public record FittedModel(
        ModelData data, GaussianModel model, double[] mean, double[][] factors, double[][] modes, double sigma) {

    /**
     * The fit at an optimum.
     *
     * @param data what the criterion's statistics were made of
     */
    public static FittedModel of(ModelData data, ProfiledCriterion criterion, Method method, double[] x) {
        GaussianModel model = GaussianModel.of(criterion, method, x);
        Likelihood.Solution solution = criterion.solve(x);
        FixedBasis fixed = criterion.statistics().fixed();
        double unit = fixed.scale();
        double[] mean =
                data.offset() == null ? new double[data.n()] : data.offset().clone();
        double[] beta = fixed.coefficients(model.gamma());
        for (int j = 0; j < beta.length; j++) {
            double[] column = data.x()[fixed.kept()[j]];
            for (int i = 0; i < mean.length; i++) {
                mean[i] += beta[j] * column[i];
            }
        }
        List<double[]> factors = new ArrayList<>();
        for (int f = 0; f < model.lambda().length; f++) {
            RandomBlock block = criterion.blocks().get(f);
            factors.add(inGivenColumns(block, model.lambda()[f], unit * model.sigma()));
        }
        return new FittedModel(data, model, mean, factors.toArray(new double[0][]), solution.b(), unit * model.sigma());
    }

    /** Number of rows. */
    int n() {
        return mean.length;
    }

    /** {@code y − offset − Xβ}. */
    double[] marginalResiduals() {
        data.requireRows("Residuals");
        double[] residuals = new double[n()];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = data.y()[i] - mean[i];
        }
        return residuals;
    }

    /** {@code W^½ (y − offset − Xβ − Zb)}, each of variance σ² but for the estimation. */
    double[] standardizedResiduals() {
        data.requireRows("Residuals");
        double[] fitted = mean.clone();
        List<FactorEffects> effects = FactorEffects.of(model.statistics());
        for (int f = 0; f < modes.length; f++) {
            effects.get(f).add(inGivenColumns(f, modes[f]), fitted);
        }
        for (int i = 0; i < fitted.length; i++) {
            fitted[i] = (data.y()[i] - fitted[i]) / errorScale(i);
        }
        return fitted;
    }

    /** Random effects of factor f in the given columns and units from those in the solver's. */
    double[] inGivenColumns(int f, double[] b) {
        return inGivenColumns(
                model.statistics().factors().get(f).block(),
                b,
                model.statistics().fixed().scale());
    }

    /** {@code 1/√w_i}: by how much the error of row i is wider than that of a row of weight one. */
    double errorScale(int row) {
        return data.weights() == null ? 1 : 1 / Math.sqrt(data.weights()[row]);
    }

    /** {@code c T B}, from the solver's basis to the given columns, for B of q rows, column by column. */
    static double[] inGivenColumns(RandomBlock block, double[] b, double c) {
        double[] scaled = block.basis();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= c;
        }
        double[] given = b.clone();
        FactorEffects.multiply(scaled, block.columns(), given);
        return given;
    }
}
