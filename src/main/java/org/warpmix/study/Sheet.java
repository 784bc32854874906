package org.warpmix.study;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;

/**
 * What a model made of consecutive replicates: estimates, and per method and coefficient what its tests rest on. NaN is what there is
 * not.
 */
final class Sheet {

    private final ModelPlan plan;
    private final ReplicateBlock block;
    /** By method, coefficient and replicate. */
    private final double[][][] errors;

    private final double[][][] freedom;
    /** p-values of methods without an interval. */
    private final double[][][] p;

    Sheet(ModelPlan plan, long first, int count) {
        this.plan = plan;
        int methods = plan.methods().size();
        int coefficients = plan.coefficients();
        block = new ReplicateBlock(
                first,
                count,
                plan.thetas(),
                coefficients,
                BatchOptions.defaults().withStandardErrors(true));
        errors = columns(methods, coefficients, count);
        freedom = columns(methods, coefficients, count);
        p = columns(methods, coefficients, count);
    }

    private static double[][][] columns(int methods, int coefficients, int count) {
        double[][][] all = new double[methods][coefficients][count];
        for (double[][] method : all) {
            for (double[] column : method) {
                Arrays.fill(column, Double.NaN);
            }
        }
        return all;
    }

    ModelPlan plan() {
        return plan;
    }

    /** The estimates. */
    ReplicateBlock block() {
        return block;
    }

    /** Takes over estimates that a backend hands out. */
    void take(ReplicateBlock part) {
        int at = (int) (part.first() - block.first());
        int count = part.count();
        System.arraycopy(part.status(), 0, block.status(), at, count);
        System.arraycopy(part.singular(), 0, block.singular(), at, count);
        System.arraycopy(part.criterion(), 0, block.criterion(), at, count);
        System.arraycopy(part.sigma(), 0, block.sigma(), at, count);
        copy(part.theta(), block.theta(), at, count);
        copy(part.beta(), block.beta(), at, count);
        copy(part.standardErrors(), block.standardErrors(), at, count);
    }

    private static void copy(double[][] from, double[][] to, int at, int count) {
        for (int c = 0; c < from.length; c++) {
            System.arraycopy(from[c], 0, to[c], at, count);
        }
    }

    /** Says standard error and degrees of freedom of a coefficient by a method; infinite ones are the normal distribution's. */
    void set(int method, int coefficient, int i, double error, double degrees) {
        errors[method][coefficient][i] = error;
        freedom[method][coefficient][i] = degrees;
    }

    /** Says a p-value of a method that has no interval. */
    void setP(int method, int coefficient, int i, double value) {
        p[method][coefficient][i] = value;
    }

    double error(int method, int coefficient, int i) {
        return errors[method][coefficient][i];
    }

    double degrees(int method, int coefficient, int i) {
        return freedom[method][coefficient][i];
    }

    /** p-value of the hypothesis that a coefficient has a value; NaN where there is none. */
    double p(int method, int coefficient, int i, double value) {
        if (!plan.methods().get(method).hasInterval()) {
            return value == 0 ? p[method][coefficient][i] : Double.NaN;
        }
        double t = Math.abs((block.beta()[coefficient][i] - value) / errors[method][coefficient][i]);
        double degrees = freedom[method][coefficient][i];
        if (Double.isNaN(t) || !(degrees > 0)) {
            return Double.NaN;
        }
        return 2
                * (degrees == Double.POSITIVE_INFINITY
                        ? NormalDistribution.of(0, 1).survivalProbability(t)
                        : TDistribution.of(degrees).survivalProbability(t));
    }

    /**
     * Whether such a p-value is at most alpha.
     *
     * @param z the normal quantile of 1 − alpha/2: no t within it is
     * @return 1 or 0; −1 where there is no p-value
     */
    int rejects(int method, int coefficient, int i, double value, double alpha, double z) {
        if (plan.methods().get(method).hasInterval() && freedom[method][coefficient][i] > 0) {
            double t = Math.abs((block.beta()[coefficient][i] - value) / errors[method][coefficient][i]);
            if (t < z) {
                return 0; // most t are: no distribution function is needed
            }
        }
        double found = p(method, coefficient, i, value);
        return Double.isNaN(found) ? -1 : found <= alpha ? 1 : 0;
    }
}
