package org.warpmix.inference;

import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * Derivatives by x as central differences of fourth order of the exact gradient and of the solution, for models whose random
 * effects are too many to be held against each other: four evaluations per entry of x. A step is a small
 * share of the entry's standard error, over which criterion and variances are nearly polynomials: the error is below 1e-6
 * relative.
 */
final class DifferenceSensitivity implements Sensitivity {

    private static final double TRIAL = 1e-5;
    private static final double SHARE = 0.03;
    private static final double LONGEST = 0.003;
    private static final double[] STEPS = {-2, -1, 1, 2};
    private static final double[] WEIGHTS = {1.0 / 12, -8.0 / 12, 8.0 / 12, -1.0 / 12};

    private final int parameters;
    private final int p;
    private final double[] hessian;
    private final double[] steps;
    private final Likelihood.Solution[][] solutions;

    DifferenceSensitivity(ProfiledCriterion criterion, double[] point) {
        double[] x = point.clone();
        p = criterion.statistics().p();
        parameters = x.length;
        hessian = new double[parameters * parameters];
        steps = new double[parameters];
        solutions = new Likelihood.Solution[parameters][STEPS.length];
        double[] here = new double[parameters];
        double[] gradient = new double[parameters];
        criterion.value(x, here);
        for (int a = 0; a < parameters; a++) {
            double at = x[a];
            double longest = LONGEST * Math.max(1, Math.abs(at));
            x[a] = at + TRIAL * Math.max(1, Math.abs(at));
            criterion.value(x, gradient);
            double curvature = (gradient[a] - here[a]) / (x[a] - at);
            steps[a] = curvature > 0 ? Math.min(SHARE / Math.sqrt(curvature), longest) : longest;
            for (int k = 0; k < STEPS.length; k++) {
                x[a] = at + STEPS[k] * steps[a];
                criterion.value(x, gradient);
                solutions[a][k] = criterion.solve(x);
                for (int b = 0; b < parameters; b++) {
                    double slope = 0.5 * WEIGHTS[k] * gradient[b] / steps[a];
                    hessian[a + b * parameters] += slope;
                    hessian[b + a * parameters] += slope;
                }
            }
            x[a] = at;
        }
    }

    @Override
    public double[] hessian() {
        return hessian;
    }

    @Override
    public double[] logVarianceGradient(double[] l) {
        double[] gradient = new double[parameters];
        for (int a = 0; a < parameters; a++) {
            for (int k = 0; k < STEPS.length; k++) {
                Likelihood.Solution solution = solutions[a][k];
                double variance = 0;
                for (int j = 0; j < p; j++) {
                    for (int i = 0; i < p; i++) {
                        variance += l[i] * solution.mInverse()[i + j * p] * l[j];
                    }
                }
                gradient[a] += WEIGHTS[k] * Math.log(variance * solution.rSquared()) / steps[a];
            }
        }
        return gradient;
    }
}
