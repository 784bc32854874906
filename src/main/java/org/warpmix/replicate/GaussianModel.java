package org.warpmix.replicate;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * A linear mixed model with a value for each of its parameters, in the solver's coordinates:
 * {@code ỹ = X̃γ + Σ_f Z̃_f b_f + ε}, {@code b_f ~ N(0, σ̃² Λ̃_f Λ̃_f')} per level, {@code ε ~ N(0, σ̃² I)}.
 *
 * @param statistics the design
 * @param lambda per grouping factor Λ̃_f, q×q column-major, lower triangular
 * @param gamma fixed effects in the basis X̃, in units s
 * @param sigma σ̃ = σ/s
 */
public record GaussianModel(Crossproducts statistics, double[][] lambda, double[] gamma, double sigma) {

    /** The model that a fit estimated: its x, with β and σ as these follow from x. */
    public static GaussianModel of(ProfiledCriterion criterion, Method method, double[] x) {
        Crossproducts statistics = criterion.statistics();
        Likelihood.Solution solution = criterion.solve(x);
        int degrees = method == Method.ML ? statistics.n() : statistics.n() - statistics.p();
        List<RandomBlock> blocks = criterion.blocks();
        Parameters parameters = criterion.parameters();
        double[][] lambda = new double[blocks.size()][];
        for (int f = 0; f < lambda.length; f++) {
            RandomBlock block = blocks.get(f);
            int q = block.columns();
            lambda[f] = new double[q * q];
            for (int t = 0; t < block.terms().size(); t++) {
                double[] factor = parameters.factor(x, f, t);
                int from = block.firstColumn(t);
                int width = block.firstColumn(t + 1) - from;
                for (int j = 0; j < width; j++) {
                    System.arraycopy(factor, j * width, lambda[f], from + (from + j) * q, width);
                }
            }
        }
        return new GaussianModel(
                statistics, lambda, solution.gamma(), Math.sqrt(Math.max(solution.rSquared(), 0) / degrees));
    }
}
