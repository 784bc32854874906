package org.warpmix.many;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.backend.ReplicateStatus;

/**
 * Estimates of consecutive response columns: entry c of each array belongs to column {@code first + c}. Where a column has none its
 * numbers are NaN. Filled once, then read only; the arrays are shared.
 *
 * @param first 0-based number of the first column
 * @param status how each fit ended
 * @param singular whether a covariance matrix of the random effects is singular
 * @param rows how many rows each column has
 * @param criterion −2 log-likelihood under ML, the REML criterion under REML
 * @param sigma residual standard deviations
 * @param theta one array per entry of theta, in lme4's order and scale
 * @param icc one array per grouping factor: its share of the variance, see
 *     {@link org.warpmix.inference.variation.IntraclassCorrelation}
 * @param beta one array per coefficient
 * @param standardErrors of {@code beta}
 * @param degrees of freedom of each coefficient's test
 */
public record ColumnEstimates(
        int first,
        ReplicateStatus[] status,
        boolean[] singular,
        int[] rows,
        double[] criterion,
        double[] sigma,
        double[][] theta,
        double[][] icc,
        double[][] beta,
        double[][] standardErrors,
        double[][] degrees) {

    /** Columns without estimates so far. */
    static ColumnEstimates empty(int first, int count, int thetas, int factors, int coefficients) {
        ReplicateStatus[] status = new ReplicateStatus[count];
        Arrays.fill(status, ReplicateStatus.FAILED);
        return new ColumnEstimates(
                first,
                status,
                new boolean[count],
                new int[count],
                nan(1, count)[0],
                nan(1, count)[0],
                nan(thetas, count),
                nan(factors, count),
                nan(coefficients, count),
                nan(coefficients, count),
                nan(coefficients, count));
    }

    private static double[][] nan(int arrays, int count) {
        double[][] all = new double[arrays][count];
        for (double[] array : all) {
            Arrays.fill(array, Double.NaN);
        }
        return all;
    }

    /** How many columns. */
    public int count() {
        return status.length;
    }

    /** {@code estimate / standard error}. */
    public double t(int coefficient, int c) {
        return beta[coefficient][c] / standardErrors[coefficient][c];
    }

    /** Two-sided p-value of the hypothesis that a coefficient is zero; NaN where there are no estimates. */
    public double p(int coefficient, int c) {
        double t = t(coefficient, c);
        double df = degrees[coefficient][c];
        return Double.isNaN(t) || !(df > 0)
                ? Double.NaN
                : 2 * TDistribution.of(df).survivalProbability(Math.abs(t));
    }

    private double[][] numbers() {
        double[][] all = new double[2 + theta.length + icc.length + 3 * beta.length][];
        all[0] = criterion;
        all[1] = sigma;
        int next = 2;
        for (double[][] some : new double[][][] {theta, icc, beta, standardErrors, degrees}) {
            for (double[] array : some) {
                all[next++] = array;
            }
        }
        return all;
    }

    byte[] toBytes() {
        double[][] numbers = numbers();
        ByteBuffer bytes = ByteBuffer.allocate(count() * (2 + Integer.BYTES + numbers.length * Double.BYTES));
        for (int c = 0; c < count(); c++) {
            bytes.put(code(status[c])).put((byte) (singular[c] ? 1 : 0)).putInt(rows[c]);
        }
        for (double[] array : numbers) {
            bytes.asDoubleBuffer().put(array);
            bytes.position(bytes.position() + array.length * Double.BYTES);
        }
        return bytes.array();
    }

    private static byte code(ReplicateStatus status) {
        return switch (status) {
            case CONVERGED -> 0;
            case NOT_CONVERGED -> 1;
            case FAILED -> 2;
        };
    }

    private static ReplicateStatus status(byte code) {
        return code == 0
                ? ReplicateStatus.CONVERGED
                : code == 1 ? ReplicateStatus.NOT_CONVERGED : ReplicateStatus.FAILED;
    }

    /** Reads what {@link #toBytes} wrote into columns without estimates. */
    ColumnEstimates read(byte[] result) {
        ByteBuffer bytes = ByteBuffer.wrap(result);
        for (int c = 0; c < count(); c++) {
            status[c] = status(bytes.get());
            singular[c] = bytes.get() != 0;
            rows[c] = bytes.getInt();
        }
        for (double[] array : numbers()) {
            bytes.asDoubleBuffer().get(array);
            bytes.position(bytes.position() + array.length * Double.BYTES);
        }
        return this;
    }
}
