package org.warpmix.study;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.inference.Estimands;
import org.warpmix.inference.Moments;
import org.warpmix.table.NearestNames;

/**
 * What is counted of a model in a condition, whatever the number of replicates. Measures and their Monte Carlo standard errors are
 * those of Morris, White and Crowther 2019, Stat. Med. 38(11), table 6, doi:10.1002/sim.8086.
 *
 * <p>Estimates of searches that did not converge count; replicates that failed have none and are left out.
 */
public final class Tally {

    private static final int REPLICATES = 0;
    private static final int NOT_CONVERGED = 1;
    private static final int FAILED = 2;
    private static final int SINGULAR = 3;
    private static final int COUNTS = 4;

    private static final int INTERVALS = 0;
    private static final int COVERED = 1;
    private static final int TESTS = 2;
    private static final int REJECTED = 3;

    private final ModelPlan plan;
    private final double alpha;
    private final double[] counts = new double[COUNTS];
    /** Estimate minus truth, of each parameter reported. */
    private final Moments[] deviations;
    /** By method and coefficient tested. */
    private final double[][][] tests;

    private final Moments[][] variances;

    Tally(ModelPlan plan, double level) {
        this.plan = plan;
        this.alpha = 1 - level;
        int methods = plan.methods().size();
        deviations = new Moments[plan.reported().length];
        tests = new double[methods][plan.tested().length][COUNTS];
        variances = new Moments[methods][plan.tested().length];
        for (int k = 0; k < deviations.length; k++) {
            deviations[k] = new Moments();
        }
        for (Moments[] method : variances) {
            for (int t = 0; t < method.length; t++) {
                method[t] = new Moments();
            }
        }
    }

    /** Adds replicates. */
    void add(Sheet sheet) {
        int count = sheet.block().count();
        counts[REPLICATES] += count;
        for (int i = 0; i < count; i++) {
            ReplicateStatus status = sheet.block().status()[i];
            counts[NOT_CONVERGED] += status == ReplicateStatus.NOT_CONVERGED ? 1 : 0;
            counts[FAILED] += status == ReplicateStatus.FAILED ? 1 : 0;
            counts[SINGULAR] += sheet.block().singular()[i] ? 1 : 0;
        }
        double[][] columns = columns(sheet);
        double[] finite = new double[count];
        for (int k = 0; k < deviations.length; k++) {
            double truth = plan.truths()[plan.reported()[k]];
            double origin = Double.isNaN(truth) ? 0 : truth;
            int found = 0;
            for (double estimate : columns[plan.reported()[k]]) {
                if (Double.isFinite(estimate)) {
                    finite[found++] = estimate - origin;
                }
            }
            deviations[k].add(finite, found);
        }
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(alpha / 2);
        for (int m = 0; m < tests.length; m++) {
            for (int t = 0; t < plan.tested().length; t++) {
                addTests(sheet, m, t, z, finite);
            }
        }
    }

    private void addTests(Sheet sheet, int m, int t, double z, double[] finite) {
        int coefficient = plan.tested()[t];
        double truth = plan.truths()[coefficient];
        double[] counted = tests[m][t];
        int found = 0;
        for (int i = 0; i < sheet.block().count(); i++) {
            double error = sheet.error(m, coefficient, i);
            if (Double.isFinite(error)) {
                finite[found++] = error * error;
            }
            int rejected = sheet.rejects(m, coefficient, i, 0, alpha, z);
            if (rejected >= 0) {
                counted[TESTS]++;
                counted[REJECTED] += rejected;
            }
            if (plan.methods().get(m).hasInterval()) {
                int missed = truth == 0 ? rejected : sheet.rejects(m, coefficient, i, truth, alpha, z);
                if (missed >= 0) {
                    counted[INTERVALS]++;
                    counted[COVERED] += 1 - missed;
                }
            }
        }
        variances[m][t].add(finite, found);
    }

    /** The estimates in the order of the plan's parameters. */
    private double[][] columns(Sheet sheet) {
        Estimands estimands = new Estimands(plan.terms(), plan.coefficientNames());
        double[][] all = estimands.columns(sheet.block());
        double[][] columns = new double[plan.parameters().size()][];
        for (int k = 0; k < columns.length; k++) {
            columns[k] = all[estimands.names().indexOf(plan.parameters().get(k))];
        }
        return columns;
    }

    /** All that was counted, for {@link #merge}. */
    double[] state() {
        double[] state = new double[size()];
        System.arraycopy(counts, 0, state, 0, COUNTS);
        int at = COUNTS;
        for (Moments moments : deviations) {
            System.arraycopy(moments.state(), 0, state, at, Moments.STATE);
            at += Moments.STATE;
        }
        for (int m = 0; m < tests.length; m++) {
            for (int t = 0; t < tests[m].length; t++) {
                System.arraycopy(tests[m][t], 0, state, at, COUNTS);
                System.arraycopy(variances[m][t].state(), 0, state, at + COUNTS, Moments.STATE);
                at += COUNTS + Moments.STATE;
            }
        }
        return state;
    }

    /** Length of a {@link #state}. */
    int size() {
        return COUNTS
                + deviations.length * Moments.STATE
                + tests.length * plan.tested().length * (COUNTS + Moments.STATE);
    }

    /** Adds what another counted. */
    void merge(double[] state, int from) {
        add(counts, state, from);
        int at = from + COUNTS;
        for (Moments moments : deviations) {
            moments.merge(state, at);
            at += Moments.STATE;
        }
        for (int m = 0; m < tests.length; m++) {
            for (int t = 0; t < tests[m].length; t++) {
                add(tests[m][t], state, at);
                variances[m][t].merge(state, at + COUNTS);
                at += COUNTS + Moments.STATE;
            }
        }
    }

    private static void add(double[] sum, double[] state, int from) {
        for (int k = 0; k < sum.length; k++) {
            sum[k] += state[from + k];
        }
    }

    /** Name of the model. */
    public String model() {
        return plan.model().name();
    }

    /** Names of the parameters reported: {@code beta.…}, {@code sigma}, {@code sd.…}, {@code cor.…}. */
    public List<String> parameters() {
        return Arrays.stream(plan.reported()).mapToObj(plan.parameters()::get).toList();
    }

    /** The methods of the tests. */
    public List<TestMethod> methods() {
        return plan.methods();
    }

    /** The true value of a parameter; NaN where the truth has no such thing. */
    public double truth(String parameter) {
        return plan.truths()[plan.reported()[index(parameter)]];
    }

    /** Whether a parameter is a coefficient: these are tested. */
    public boolean isTested(String parameter) {
        return tested(parameter) >= 0;
    }

    /** Number of replicates. */
    public long replicates() {
        return (long) counts[REPLICATES];
    }

    /** Share of the replicates whose search converged. */
    public Measure converged() {
        return Measure.share(counts[REPLICATES] - counts[NOT_CONVERGED] - counts[FAILED], counts[REPLICATES]);
    }

    /** Share of the replicates with a singular covariance of random effects. */
    public Measure singular() {
        return Measure.share(counts[SINGULAR], counts[REPLICATES]);
    }

    /** Share of the replicates without estimates. */
    public Measure failed() {
        return Measure.share(counts[FAILED], counts[REPLICATES]);
    }

    /** Mean of the estimates. */
    public Measure mean(String parameter) {
        Moments moments = deviations[index(parameter)];
        double truth = truth(parameter);
        return new Measure(moments.mean() + (Double.isNaN(truth) ? 0 : truth), moments.meanError(), moments.count());
    }

    /** Mean of the estimates minus the truth. */
    public Measure bias(String parameter) {
        Moments moments = deviations[index(parameter)];
        return knownTruth(parameter, new Measure(moments.mean(), moments.meanError(), moments.count()));
    }

    /** Standard deviation of the estimates. */
    public Measure empiricalError(String parameter) {
        Moments moments = deviations[index(parameter)];
        return new Measure(moments.sd(), moments.sd() / Math.sqrt(2 * (moments.count() - 1.0)), moments.count());
    }

    /** Root mean square of the estimates' distances from the truth. */
    public Measure rootMeanSquare(String parameter) {
        Moments moments = deviations[index(parameter)];
        double root = Math.sqrt(moments.meanSquare());
        return knownTruth(parameter, new Measure(root, moments.meanSquareError() / (2 * root), moments.count()));
    }

    private Measure knownTruth(String parameter, Measure measure) {
        return Double.isNaN(truth(parameter)) ? new Measure(Double.NaN, Double.NaN, measure.count()) : measure;
    }

    /** Root mean square of the standard errors that a method gives. */
    public Measure modelError(String parameter, TestMethod method) {
        Moments moments = variances[plan.methods().indexOf(method)][tested(parameter)];
        double root = Math.sqrt(moments.mean());
        return new Measure(root, moments.meanError() / (2 * root), moments.count());
    }

    /** {@link #modelError} relative to {@link #empiricalError}, minus one. */
    public Measure relativeError(String parameter, TestMethod method) {
        Measure model = modelError(parameter, method);
        Measure empirical = empiricalError(parameter);
        double ratio = model.value() / empirical.value();
        double relative = Math.hypot(model.error() / model.value(), empirical.error() / empirical.value());
        return new Measure(ratio - 1, ratio * relative, model.count());
    }

    /** Share of the intervals that hold the truth. */
    public Measure coverage(String parameter, TestMethod method) {
        double[] counted = tests[plan.methods().indexOf(method)][tested(parameter)];
        return Measure.share(counted[COVERED], counted[INTERVALS]);
    }

    /** Share of the tests that reject zero: power, or the error of the first kind where zero is the truth. */
    public Measure rejection(String parameter, TestMethod method) {
        double[] counted = tests[plan.methods().indexOf(method)][tested(parameter)];
        return Measure.share(counted[REJECTED], counted[TESTS]);
    }

    private int index(String parameter) {
        for (int k = 0; k < plan.reported().length; k++) {
            if (plan.parameters().get(plan.reported()[k]).equals(parameter)) {
                return k;
            }
        }
        throw new IllegalArgumentException("The model " + model() + " has no parameter "
                + NearestNames.quote(parameter) + ". "
                + NearestNames.hint(parameter, parameters()));
    }

    private int tested(String parameter) {
        int number = plan.reported()[index(parameter)];
        for (int t = 0; t < plan.tested().length; t++) {
            if (plan.tested()[t] == number) {
                return t;
            }
        }
        return -1;
    }
}
