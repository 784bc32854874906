package org.warpmix.likelihood;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;

/**
 * The profiled criterion of a linear mixed model as a function of its relative covariance factors.
 *
 * <p>With A = I + Λ'Z̃'Z̃Λ, M = X̃'X̃ − X̃'Z̃ΛA⁻¹Λ'Z̃'X̃ and r² the penalised residual sum of squares, in the
 * coordinates of {@link Crossproducts}:
 * <pre>
 * ML:   d(Λ) = log|A| + n (1 + log(2π r²/n)) − Σ log w
 * REML: d(Λ) = log|A| + log|M| + log|R'R| + (n−p)(1 + log(2π r²/(n−p))) − Σ log w
 * </pre>
 * Bates et al. 2015, J. Stat. Softw. 67(1), equations 35 and 42. An instance holds work space: it serves one thread.
 */
public interface Likelihood {

    /**
     * The likelihood of another response of the same design. It shares this one's plan and work space, so that the two
     * serve one thread, one call after the other.
     *
     * @param statistics by {@link Crossproducts#withResponse} from those of this likelihood
     * @throws IllegalArgumentException if they are of another design
     */
    Likelihood withResponse(Crossproducts statistics);

    /** The grouping factors' blocks: element f of every {@code lambda} belongs to block f. */
    List<RandomBlock> blocks();

    /**
     * Criterion, and its derivative where asked for.
     *
     * @param lambda per block Λ_f, q×q column-major, lower triangular; not modified
     * @param dLambda per block {@code ∂d/∂Λ_f}, q×q, all entries as if Λ_f were unconstrained; overwritten; or
     *     {@code null}
     * @return d(Λ), or +∞ where it cannot be evaluated (an overflow far from any sensible value)
     */
    double criterion(double[][] lambda, double[][] dLambda);

    /**
     * The parts of −2 log-likelihood (ML) where a parameter is held that {@link #criterion} profiles out:
     * {@code log|A| + n log(2πσ̃²) + r²/σ̃²} and constants, r² smallest under what is held.
     *
     * @param dLambda as for {@link #criterion}; overwritten by the derivative of {@code log|A| + n log r²}, or of
     *     {@code log|A| + r²/σ̃²} where σ̃² is held
     * @return {@code null} where it cannot be evaluated
     */
    Parts parts(double[][] lambda, Held held, double[][] dLambda);

    /** What a criterion with its derivative costs, a criterion alone being 1. */
    default double gradientCost() {
        return 1;
    }

    /** Estimates at given covariance factors. */
    Solution solve(double[][] lambda);

    /**
     * What is held.
     *
     * @param direction u, length p: {@code u'γ = value}; {@code null} where no fixed effect is held
     * @param value of u'γ, in units s
     * @param variance σ̃², in units s²; NaN where it is profiled out
     */
    record Held(double[] direction, double value, double variance) {

        /** The factor of r² in the gradient by Λ. */
        public double scale(int n, double rSquared) {
            return Double.isNaN(variance) ? n / rSquared : 1 / variance;
        }
    }

    /**
     * Parts of −2 log-likelihood.
     *
     * @param logDetA log|A|
     * @param rSquared r², in units s²
     * @param misfit half the derivative of r² by the value that is held
     */
    record Parts(double logDetA, double rSquared, double misfit) {}

    /**
     * Conditional covariances of the random effects relative to σ²: {@code [Λ A⁻¹ Λ']_jj} of every level.
     *
     * @return per block J matrices q×q, column-major, one after the other
     */
    double[][] conditionalCovariances(double[][] lambda);

    /** Errors of the estimates at given covariance factors. They hold until the next call on this likelihood. */
    ErrorCovariance errors(double[][] lambda);

    /**
     * Estimates at given covariance factors, in the solver's coordinates.
     *
     * @param gamma fixed effects in the basis X̃, in units s, length p
     * @param mInverse {@code M⁻¹}, p×p: covariance of gamma relative to σ²
     * @param rSquared penalised residual sum of squares, in units s²
     * @param b per block the conditional modes in the basis Z̃ and units s, q of each level one after the other
     */
    record Solution(double[] gamma, double[] mInverse, double rSquared, double[][] b) {}
}
