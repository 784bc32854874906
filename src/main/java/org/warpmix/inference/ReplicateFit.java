package org.warpmix.inference;

import java.util.List;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;

/**
 * The fit of one replicate. Its numbers are NaN where it failed.
 *
 * @param number of the replicate, from 1
 * @param seed that it was drawn with
 * @param status how the search ended
 * @param singular whether a covariance matrix of the random effects is singular
 * @param criterion −2 log-likelihood under ML, the REML criterion under REML
 * @param sigma residual standard deviation
 * @param thetaNames names of theta, as {@link Fit#thetaNames}
 * @param theta relative covariance factors in lme4's order and scale
 * @param fixedNames names of the fixed effects
 * @param beta fixed effects
 * @param standardErrors of the fixed effects, or {@code null} where not asked for
 * @param names of all parameters, as {@link ParameterSummary#name}
 * @param values of these parameters
 * @param evaluations of the criterion with its gradient
 * @param gradientNorm largest absolute entry of the gradient at the end
 */
public record ReplicateFit(
        long number,
        long seed,
        ReplicateStatus status,
        boolean singular,
        double criterion,
        double sigma,
        List<String> thetaNames,
        double[] theta,
        List<String> fixedNames,
        double[] beta,
        double[] standardErrors,
        List<String> names,
        double[] values,
        int evaluations,
        double gradientNorm) {

    /** Entry i of a block. */
    static ReplicateFit of(Fit fit, long seed, ReplicateBlock block, int i) {
        Estimands estimands = new Estimands(fit, false);
        return new ReplicateFit(
                block.first() + i,
                seed,
                block.status()[i],
                block.singular()[i],
                block.criterion()[i],
                block.sigma()[i],
                fit.thetaNames(),
                row(block.theta(), i),
                fixedNames(fit),
                row(block.beta(), i),
                block.standardErrors() == null ? null : row(block.standardErrors(), i),
                estimands.names(),
                row(estimands.columns(block), i),
                block.evaluations()[i],
                block.gradientNorm()[i]);
    }

    /** Names of the fixed effects that are estimated. */
    public static List<String> fixedNames(Fit fit) {
        FixedEffects effects = fit.fixedEffects();
        String[] names = new String[effects.size()];
        for (int j = 0; j < names.length; j++) {
            names[j] = effects.name(j);
        }
        return List.of(names);
    }

    private static double[] row(double[][] columns, int i) {
        double[] row = new double[columns.length];
        for (int j = 0; j < row.length; j++) {
            row[j] = columns[j][i];
        }
        return row;
    }
}
