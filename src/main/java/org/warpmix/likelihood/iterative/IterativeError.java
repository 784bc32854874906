package org.warpmix.likelihood.iterative;

import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Parameters;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;

/**
 * How far the estimates of an {@link IterativeLikelihood} may be from those of the exact one: bounds of four standard errors over
 * the probes, and what the iterations leave.
 *
 * <p>With C the covariance of the mean of the probes' gradients and H the Hessian, the estimates scatter by
 * {@code H⁻¹CH⁻¹}; from there by the chain rule to theta, sigma and the fixed effects.
 *
 * @param options how the likelihood is reckoned
 * @param steps of the conjugate gradients at the estimates
 * @param residual their largest relative residual
 * @param criterionStandardError standard error of the criterion over the probes
 * @param criterion bound for the criterion
 * @param theta bounds for theta, in lme4's order and scale; zeros where it was given
 * @param sigma bound for sigma
 * @param fixed bounds for the fixed effects that the basis keeps
 */
public record IterativeError(
        IterativeOptions options,
        int steps,
        double residual,
        double criterionStandardError,
        double criterion,
        double[] theta,
        double sigma,
        double[] fixed) {

    private static final double STANDARD_ERRORS = 4;
    /** By how much a search may miss the minimum of the criterion. */
    private static final double SEARCH = 1e-8;

    private static final double DIFFERENCE = 1e-4;
    /** Of the largest eigenvalue of the Hessian: directions that a vanished variance leaves without meaning. */
    private static final double FLAT = 1e-5;

    private static final double VANISHED = 1e-4;
    private static final double LET_IN = 2e-2;

    /**
     * The errors at the estimates: as many evaluations with a gradient as x has entries, and cheaper ones.
     *
     * @param criterion by an {@link IterativeLikelihood}
     * @param x where its minimum was found, or a point that was given; not modified
     * @param searched whether it was found
     */
    public static IterativeError of(ProfiledCriterion criterion, double[] x, boolean searched) {
        return new Estimator(criterion, x).error(searched);
    }

    /** Work space of {@link #of}. */
    private static final class Estimator {
        private final ProfiledCriterion criterion;
        private final IterativeLikelihood likelihood;
        private final Parameters parameters;
        private final double[] x;
        private final int k;
        private final Evaluation at;

        Estimator(ProfiledCriterion criterion, double[] x) {
            this.criterion = criterion;
            this.likelihood = (IterativeLikelihood) criterion.likelihood();
            this.parameters = criterion.parameters();
            this.x = x;
            k = x.length;
            at = likelihood.evaluate(parameters.lambda(x), true, true);
        }

        IterativeError error(boolean searched) {
            double[] scatter = at.trace().scatter();
            double error = TraceEstimate.standardError(scatter);
            double truncation = at.residual() * at.residual() * at.size() / at.smallest();
            double[] theta = new double[k];
            double[] covariance = new double[k * k];
            double optimism = 0;
            if (searched) {
                SymmetricEigen spectrum = SymmetricEigen.of(hessian(), k);
                double[] noise = noise(scatter.length);
                covariance = scattered(spectrum, noise);
                optimism = 0.5 * product(inverse(spectrum), noise);
                theta = theta(covariance);
            }
            Estimates here = estimates(x);
            double[] sigma = new double[1];
            double[] fixed = fixed(covariance, here, sigma);
            for (int j = 0; j < fixed.length; j++) {
                fixed[j] += at.residual() * here.errors()[j];
            }
            return new IterativeError(
                    likelihood.options(),
                    at.steps(),
                    at.residual(),
                    error,
                    STANDARD_ERRORS * error + STANDARD_ERRORS * STANDARD_ERRORS * optimism + truncation + SEARCH,
                    theta,
                    sigma[0],
                    fixed);
        }

        /** Covariance of the mean of the probes' gradients. */
        private double[] noise(int count) {
            double[][] gradients = new double[count][k];
            double[] mean = new double[k];
            for (int c = 0; c < count; c++) {
                parameters.pullBack(x, at.trace().scatterSlope(c), gradients[c]);
                for (int i = 0; i < k; i++) {
                    mean[i] += gradients[c][i] / count;
                }
            }
            double[] covariance = new double[k * k];
            for (double[] gradient : gradients) {
                for (int j = 0; j < k; j++) {
                    for (int i = 0; i < k; i++) {
                        covariance[i + j * k] +=
                                (gradient[i] - mean[i]) * (gradient[j] - mean[j]) / (count - 2) / count;
                    }
                }
            }
            return covariance;
        }

        private double[] hessian() {
            double[] hessian = new double[k * k];
            double[] gradient = new double[k];
            criterion.value(x, gradient);
            double[] moved = new double[k];
            double[] point = x.clone();
            for (int j = 0; j < k; j++) {
                point[j] = x[j] + DIFFERENCE * Math.max(1, Math.abs(x[j]));
                double step = point[j] - x[j];
                criterion.value(point, moved);
                point[j] = x[j];
                for (int i = 0; i < k; i++) {
                    double slope = 0.5 * (moved[i] - gradient[i]) / step;
                    hessian[i + j * k] += slope;
                    hessian[j + i * k] += slope;
                }
            }
            return hessian;
        }

        /** H⁻¹ over the directions that are not flat. */
        private double[] inverse(SymmetricEigen spectrum) {
            double[] values = spectrum.values();
            double[] vectors = spectrum.vectors();
            double[] inverse = new double[k * k];
            for (int r = 0; r < k; r++) {
                if (values[r] > FLAT * values[k - 1]) {
                    for (int j = 0; j < k; j++) {
                        for (int i = 0; i < k; i++) {
                            inverse[i + j * k] += vectors[i + r * k] * vectors[j + r * k] / values[r];
                        }
                    }
                }
            }
            return inverse;
        }

        /** {@code H⁻¹CH⁻¹}, and what the search leaves. */
        private double[] scattered(SymmetricEigen spectrum, double[] noise) {
            double[] inverse = inverse(spectrum);
            double[] covariance = multiply(multiply(inverse, noise), inverse);
            for (int e = 0; e < covariance.length; e++) {
                covariance[e] += 2 * SEARCH / (STANDARD_ERRORS * STANDARD_ERRORS) * inverse[e];
            }
            return covariance;
        }

        private double[] multiply(double[] a, double[] b) {
            double[] product = new double[k * k];
            for (int j = 0; j < k; j++) {
                for (int l = 0; l < k; l++) {
                    for (int i = 0; i < k; i++) {
                        product[i + j * k] += a[i + l * k] * b[l + j * k];
                    }
                }
            }
            return product;
        }

        private static double product(double[] a, double[] b) {
            double sum = 0;
            for (int e = 0; e < a.length; e++) {
                sum += a[e] * b[e];
            }
            return sum;
        }

        private double[] theta(double[] covariance) {
            double[] here = parameters.toTheta(x);
            double[][] slopes = new double[k][];
            double[] point = x.clone();
            for (int i = 0; i < k; i++) {
                double step = 1e-6 * Math.max(1, Math.abs(x[i]));
                point[i] = x[i] + step;
                slopes[i] = parameters.toTheta(point);
                point[i] = x[i];
                for (int e = 0; e < k; e++) {
                    slopes[i][e] = (slopes[i][e] - here[e]) / step;
                }
            }
            double[] bounds = new double[k];
            for (int e = 0; e < k; e++) {
                bounds[e] = STANDARD_ERRORS * Math.sqrt(variance(covariance, slopes, e));
            }
            List<RandomBlock> blocks = criterion.blocks();
            for (int f = 0; f < blocks.size(); f++) {
                for (int t = 0; t < blocks.get(f).terms().size(); t++) {
                    int e = parameters.offset(f, t);
                    if (blocks.get(f).terms().get(t).covariance().thetaCount() == 1) {
                        bounds[e] = Math.abs(x[e]) < VANISHED
                                ? Math.abs(slopes[e][e]) * vanished(e)
                                : ofVariance(here[e], bounds[e]);
                    }
                }
            }
            return bounds;
        }

        private double variance(double[] covariance, double[][] slopes, int e) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                for (int i = 0; i < k; i++) {
                    sum += slopes[i][e] * covariance[i + j * k] * slopes[j][e];
                }
            }
            return Math.max(sum, 0);
        }

        /** A bound that holds for θ² to first order, which near zero is the one that is nearly linear. */
        private static double ofVariance(double theta, double bound) {
            return Math.max(bound, theta - Math.sqrt(Math.max(0, theta * theta - 2 * theta * bound)));
        }

        /**
         * How large a standard deviation estimated as zero may be: with {@code d(τ) = d(0) + aτ² + bτ⁴} the minimum is at
         * {@code τ² = −a/2b} where a is negative, and a has a standard error over the probes.
         */
        private double vanished(int e) {
            double[] none = x.clone();
            none[e] = 0;
            Evaluation zero = likelihood.evaluate(parameters.lambda(none), true, false);
            none[e] = LET_IN;
            Evaluation one = likelihood.evaluate(parameters.lambda(none), true, false);
            none[e] = 2 * LET_IN;
            Evaluation two = likelihood.evaluate(parameters.lambda(none), true, false);
            double first = likelihood.criterion(one) - likelihood.criterion(zero);
            double second = likelihood.criterion(two) - likelihood.criterion(zero);
            double square = LET_IN * LET_IN;
            double b = (second - 4 * first) / (12 * square * square);
            double a = (16 * first - second) / (12 * square);
            double[] growth = one.trace().scatter();
            double[] base = zero.trace().scatter();
            for (int c = 0; c < growth.length; c++) {
                growth[c] = (growth[c] - base[c]) / square;
            }
            double least = a - STANDARD_ERRORS * TraceEstimate.standardError(growth);
            return VANISHED + (least < 0 && b > 0 ? Math.sqrt(-least / (2 * b)) : 0);
        }

        /** Fixed effects, their standard errors, and σ. */
        private record Estimates(double[] beta, double[] errors, double sigma) {}

        private Estimates estimates(double[] point) {
            FixedBasis basis = criterion.statistics().fixed();
            Likelihood.Solution solution = criterion.solve(point);
            double sigma = basis.scale() * Math.sqrt(solution.rSquared() / likelihood.degrees());
            double[] covariance = basis.covariance(solution.mInverse());
            int p = basis.rank();
            double[] errors = new double[p];
            for (int j = 0; j < p; j++) {
                errors[j] = sigma * Math.sqrt(covariance[j * (p + 1)]);
            }
            return new Estimates(basis.coefficients(solution.gamma()), errors, sigma);
        }

        private double[] fixed(double[] covariance, Estimates here, double[] sigma) {
            int p = here.beta().length;
            double[][] slopes = new double[k][p + 1];
            double[] point = x.clone();
            for (int i = 0; i < k; i++) {
                if (covariance[i * (k + 1)] == 0) {
                    continue;
                }
                double step = DIFFERENCE * Math.max(1, Math.abs(x[i]));
                point[i] = x[i] + step;
                Estimates above = estimates(point);
                point[i] = x[i] - step;
                Estimates below = estimates(point);
                point[i] = x[i];
                for (int j = 0; j < p; j++) {
                    slopes[i][j] = (above.beta()[j] - below.beta()[j]) / (2 * step);
                }
                slopes[i][p] = (above.sigma() - below.sigma()) / (2 * step);
            }
            double[] bounds = new double[p];
            for (int j = 0; j < p; j++) {
                bounds[j] = STANDARD_ERRORS * Math.sqrt(variance(covariance, slopes, j));
            }
            sigma[0] = STANDARD_ERRORS * Math.sqrt(variance(covariance, slopes, p));
            return bounds;
        }
    }
}
