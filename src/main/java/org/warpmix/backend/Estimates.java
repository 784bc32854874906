package org.warpmix.backend;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.likelihood.Parameters;
import org.warpmix.linalg.SmallCholesky;

/**
 * From the solver's coordinates, in which a backend finds an optimum, to the columns of a block. An instance serves one
 * thread.
 */
public final class Estimates {

    private final BatchOptions options;
    private final FixedBasis basis;
    private final Parameters parameters;
    private final double[] theta;
    private final double[] gamma;

    public Estimates(Crossproducts statistics, Parameters parameters, BatchOptions options) {
        this.options = options;
        this.basis = statistics.fixed();
        this.parameters = parameters;
        this.theta = new double[parameters.count()];
        this.gamma = new double[statistics.p()];
    }

    /**
     * The optimum of one replicate, in the solver's coordinates and divided by the unit of its response.
     *
     * @param x see {@link Parameters}
     * @param criterion d at x
     * @param degrees ν: n under ML, n − p under REML
     * @param rSquared penalised residual sum of squares
     * @param gamma fixed effects
     * @param fixedInverse {@code M_XX⁻¹}, p×p; needed for standard errors and tests only
     */
    public record Solved(
            double[] x, double criterion, double degrees, double rSquared, double[] gamma, double[] fixedInverse) {}

    /** Writes the estimates of entry i of a block; shift and unit zero and one. */
    public void write(ReplicateBlock block, int i, Solved solved) {
        write(block, i, solved, null, 0, 0);
    }

    /**
     * Writes the estimates of entry i of a block.
     *
     * @param drawn statistics of the responses, entry e of replicate j at {@code drawn[e][j]}
     * @param j the replicate
     * @param shift first entry of the shift, that of the unit behind it; see
     *     {@link org.warpmix.crossprod.ResponseLayout}
     */
    public void write(ReplicateBlock block, int i, Solved solved, double[][] drawn, int j, int shift) {
        int p = gamma.length;
        double unit = drawn == null ? 1 : drawn[shift + p][j];
        for (int e = 0; e < p; e++) {
            gamma[e] = unit * solved.gamma()[e] + (drawn == null ? 0 : drawn[shift + e][j]);
        }
        double sigma = unit * basis.scale() * Math.sqrt(solved.rSquared() / solved.degrees());
        double logUnit = unit == 1 ? 0 : Math.log(unit);
        block.criterion()[i] = solved.criterion() + 2 * solved.degrees() * logUnit;
        block.sigma()[i] = sigma;
        parameters.toTheta(solved.x(), theta);
        for (int e = 0; e < theta.length; e++) {
            block.theta()[e][i] = theta[e];
        }
        double[] beta = basis.coefficients(gamma);
        for (int e = 0; e < p; e++) {
            block.beta()[e][i] = beta[e];
        }
        if (block.standardErrors() == null && block.wald() == null) {
            return;
        }
        double[] covariance = basis.covariance(solved.fixedInverse());
        for (int e = 0; e < covariance.length; e++) {
            covariance[e] *= sigma * sigma;
        }
        if (block.standardErrors() != null) {
            for (int e = 0; e < p; e++) {
                block.standardErrors()[e][i] = Math.sqrt(covariance[e * (p + 1)]);
            }
        }
        if (block.wald() != null) {
            block.wald()[i] = wald(beta, covariance);
        }
    }

    private double wald(double[] beta, double[] covariance) {
        int[] tested = options.tested();
        int size = tested.length;
        double[] v = new double[size * size];
        double[] b = new double[size];
        for (int c = 0; c < size; c++) {
            b[c] = beta[tested[c]] - (options.centre() == null ? 0 : options.centre()[c]);
            for (int r = 0; r < size; r++) {
                v[r + c * size] = covariance[tested[r] + tested[c] * beta.length];
            }
        }
        if (!SmallCholesky.factor(v, 0, size, size)) {
            return Double.NaN;
        }
        SmallCholesky.solveLower(v, 0, size, size, b, 0, 1, size);
        double sum = 0;
        for (double entry : b) {
            sum += entry * entry;
        }
        return sum;
    }
}
