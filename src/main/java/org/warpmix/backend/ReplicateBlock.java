package org.warpmix.backend;

import java.util.Arrays;

/**
 * Estimates of consecutive replicates as columns: entry i of each belongs to replicate {@code first + i}. Filled once by a
 * backend, then read only. Where a replicate failed its numbers are NaN.
 */
public final class ReplicateBlock {

    private final long first;
    private final int count;
    private final ReplicateStatus[] status;
    private final boolean[] singular;
    private final double[] criterion;
    private final double[] sigma;
    private final double[][] theta;
    private final double[][] beta;
    private final double[][] standardErrors;
    private final double[] wald;
    private final int[] evaluations;
    private final double[] gradientNorm;

    /**
     * An empty block.
     *
     * @param thetas number of entries of theta
     * @param betas rank of X
     * @param options tell which optional columns there are
     */
    public ReplicateBlock(long first, int count, int thetas, int betas, BatchOptions options) {
        this.first = first;
        this.count = count;
        this.status = new ReplicateStatus[count];
        Arrays.fill(status, ReplicateStatus.FAILED);
        this.singular = new boolean[count];
        this.criterion = nan(count);
        this.sigma = nan(count);
        this.theta = columns(thetas, count);
        this.beta = columns(betas, count);
        this.standardErrors = options.standardErrors() ? columns(betas, count) : null;
        this.wald = options.tested() != null ? nan(count) : null;
        this.evaluations = new int[count];
        this.gradientNorm = nan(count);
    }

    /** Number of the first replicate. */
    public long first() {
        return first;
    }

    /** Number of replicates. */
    public int count() {
        return count;
    }

    /** How each fit ended. */
    public ReplicateStatus[] status() {
        return status;
    }

    /** Whether a covariance matrix of the random effects is singular. */
    public boolean[] singular() {
        return singular;
    }

    /** −2 log-likelihood under ML, the REML criterion under REML. */
    public double[] criterion() {
        return criterion;
    }

    /** Residual standard deviations, in the unit of the response. */
    public double[] sigma() {
        return sigma;
    }

    /** One column per entry of theta, in lme4's order and scale. */
    public double[][] theta() {
        return theta;
    }

    /** One column per fixed effect that the basis of X keeps. */
    public double[][] beta() {
        return beta;
    }

    /** Standard errors of {@link #beta} at the estimated theta, or {@code null} where not asked for. */
    public double[][] standardErrors() {
        return standardErrors;
    }

    /**
     * {@code (b−c)'V⁻¹(b−c)} of the fixed effects tested, b their estimates, V their covariance, c the centre asked for;
     * {@code null} where not asked for.
     */
    public double[] wald() {
        return wald;
    }

    /** Evaluations of the criterion with its gradient. */
    public int[] evaluations() {
        return evaluations;
    }

    /** Largest absolute entry of the gradient at the end, as {@link org.warpmix.optimize.Optimum#gradientNorm}. */
    public double[] gradientNorm() {
        return gradientNorm;
    }

    /** Makes an entry what it was at first: a replicate without estimates. */
    public void clear(int i) {
        status[i] = ReplicateStatus.FAILED;
        singular[i] = false;
        criterion[i] = Double.NaN;
        sigma[i] = Double.NaN;
        clear(theta, i);
        clear(beta, i);
        clear(standardErrors, i);
        if (wald != null) {
            wald[i] = Double.NaN;
        }
        evaluations[i] = 0;
        gradientNorm[i] = Double.NaN;
    }

    private static void clear(double[][] columns, int i) {
        for (int j = 0; columns != null && j < columns.length; j++) {
            columns[j][i] = Double.NaN;
        }
    }

    private static double[] nan(int count) {
        double[] column = new double[count];
        Arrays.fill(column, Double.NaN);
        return column;
    }

    private static double[][] columns(int columns, int count) {
        double[][] all = new double[columns][];
        for (int j = 0; j < columns; j++) {
            all[j] = nan(count);
        }
        return all;
    }
}
