package org.warpmix.inference.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.inference.Estimands;
import org.warpmix.inference.Replicates;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.GroupingFactor;
import org.warpmix.replicate.LeaveOneGroupOut;
import org.warpmix.replicate.LeaveOneRowOut;
import org.warpmix.replicate.ReplicateSource;

/**
 * What leaving out groups, or rows, one at a time does to all estimates: exact refits, theta and sigma included, in one batch.
 * Immutable.
 */
public final class Influence {

    private static final int MOST_GROUPS = 2000;
    /** What the refits go over together: groups of one factor, which stand for their rows, else rows. */
    private static final double MOST_READ = 2e6;

    private static final int FEWEST_GROUPS = 20;
    private static final double SIGNIFICANT = 0.05;

    /**
     * The model without one group or row. Where its refit failed, such as for an effect that only this group tells of,
     * numbers are NaN.
     *
     * @param label of the group, or number of the row as a person counts it
     * @param rows how many are left out
     * @param status how the search ended
     * @param singular whether a covariance matrix of the random effects is singular without it
     * @param estimates of the parameters that {@link Influence#names} lists
     * @param standardErrors of the fixed effects
     * @param cooksDistance of the fixed effects, {@code (β̂ − β̂_(j))' Cov(β̂)⁻¹ (β̂ − β̂_(j)) / p}
     */
    public record Deletion(
            String label,
            int rows,
            ReplicateStatus status,
            boolean singular,
            double[] estimates,
            double[] standardErrors,
            double cooksDistance) {}

    private final String unit;
    private final int units;
    private final List<String> names;
    private final double[] estimates;
    private final int firstEffect;
    private final double critical;
    private final double[] standardErrors;
    private final List<Deletion> deletions;

    private Influence(Fit fit, String unit, int units, Estimands estimands, List<Deletion> deletions) {
        this.unit = unit;
        this.units = units;
        this.names = List.copyOf(estimands.names());
        this.estimates = estimands.estimates();
        this.firstEffect = 1 + fit.theta().length;
        this.critical = TDistribution.of(fit.residualDegrees()).inverseSurvivalProbability(0.5 * SIGNIFICANT);
        this.standardErrors = errors(fit);
        this.deletions = List.copyOf(deletions);
    }

    /**
     * Leaves out the levels of a grouping factor, one at a time. Of more than some 1,400, and of fewer where every refit has to
     * go over many rows (several factors), only those that move the fixed effects most to first order.
     */
    public static Influence ofGroups(Fit fit, GroupingFactor factor) {
        int levels = factor.levels().length;
        int read = fit.groups().size() == 1 ? levels : fit.nobs();
        int most = Math.max(FEWEST_GROUPS, (int) Math.min(MOST_GROUPS, MOST_READ / read));
        int[] out = levels <= most
                ? IntStream.range(0, levels).toArray()
                : GroupScores.of(fit, factor).largest(most);
        int[] rows = new int[levels];
        for (int code : factor.codes()) {
            rows[code]++;
        }
        LeaveOneGroupOut source =
                LeaveOneGroupOut.of(fit.design().data(), fit.profiledCriterion().statistics(), factor, out);
        return run(fit, factor.name(), levels, source.source(), out, factor.levels(), rows);
    }

    /**
     * Leaves out some rows, one at a time. Each refit goes over all others.
     *
     * @param rows numbers among the rows used, from 0
     */
    public static Influence ofRows(Fit fit, int... rows) {
        int[] tableRows = fit.design().data().rows();
        String[] labels = new String[fit.nobs()];
        int[] ones = new int[labels.length];
        for (int row : rows) {
            labels[row] = Integer.toString(tableRows[row] + 1);
            ones[row] = 1;
        }
        ReplicateSource source = new LeaveOneRowOut(fit.design().data(), rows.clone());
        return run(fit, "row", fit.nobs(), source, rows, labels, ones);
    }

    private static Influence run(
            Fit fit, String unit, int units, ReplicateSource source, int[] out, String[] labels, int[] rows) {
        Estimands estimands = new Estimands(fit, false);
        List<Deletion> deletions = new ArrayList<>();
        if (out.length > 0) {
            Replicates replicates = Replicates.defaults().withRange(1, out.length);
            Batch batch = new Batch(
                    fit.design().data(),
                    fit.profiledCriterion().statistics(),
                    fit.model().method(),
                    fit.optimum(),
                    source,
                    BatchOptions.defaults().withStandardErrors(true));
            double[] metric = metric(fit);
            replicates.run(batch, block -> {
                double[][] columns = estimands.columns(block);
                for (int i = 0; i < block.count(); i++) {
                    int unitOut = out[(int) block.first() - 1 + i];
                    deletions.add(deletion(fit, metric, block, columns, i, labels[unitOut], rows[unitOut]));
                }
                return true;
            });
        }
        return new Influence(fit, unit, units, estimands, deletions);
    }

    private static Deletion deletion(
            Fit fit, double[] metric, ReplicateBlock block, double[][] columns, int i, String label, int rows) {
        double[] estimates = new double[columns.length];
        Arrays.setAll(estimates, c -> columns[c][i]);
        FixedEffects effects = fit.fixedEffects();
        int p = effects.size();
        double[] errors = new double[p];
        double[] change = new double[p];
        for (int j = 0; j < p; j++) {
            errors[j] = block.standardErrors()[j][i];
            change[j] = effects.estimate(j) - block.beta()[j][i];
        }
        SmallCholesky.solveLower(metric, 0, p, p, change, 0, 1, p);
        double cook = Arrays.stream(change).map(c -> c * c).sum() / p;
        return new Deletion(label, rows, block.status()[i], block.singular()[i], estimates, errors, cook);
    }

    /** Cholesky factor of Cov(β̂). */
    private static double[] metric(Fit fit) {
        FixedEffects effects = fit.fixedEffects();
        int p = effects.size();
        double[] metric = new double[p * p];
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < p; i++) {
                metric[i + j * p] = effects.covariance(i, j);
            }
        }
        SmallCholesky.factor(metric, 0, p, p);
        return metric;
    }

    private static double[] errors(Fit fit) {
        FixedEffects effects = fit.fixedEffects();
        double[] errors = new double[effects.size()];
        Arrays.setAll(errors, effects::standardError);
        return errors;
    }

    /** What is left out: the name of a grouping factor, or {@code row}. */
    public String unit() {
        return unit;
    }

    /** How many there are. */
    public int units() {
        return units;
    }

    /** Names of the parameters, such as {@code sigma}, {@code theta.1}, {@code beta.Days}, {@code sd.Subject.Days}. */
    public List<String> names() {
        return names;
    }

    /** Estimates from all rows. */
    public double[] estimates() {
        return estimates.clone();
    }

    /** Standard errors of the fixed effects from all rows. */
    public double[] standardErrors() {
        return standardErrors.clone();
    }

    /** One per group or row left out, in the order of the levels or as asked for. */
    public List<Deletion> deletions() {
        return deletions;
    }

    /** Whether each group has been left out. */
    public boolean complete() {
        return deletions.size() == units;
    }

    /** The deletions by Cook's distance, the largest first and those that failed before all. */
    public List<Deletion> mostInfluential() {
        List<Deletion> sorted = new ArrayList<>(deletions);
        sorted.sort(Comparator.comparingDouble(d -> -distance(d)));
        return sorted;
    }

    private static double distance(Deletion deletion) {
        return Double.isNaN(deletion.cooksDistance()) ? Double.POSITIVE_INFINITY : deletion.cooksDistance();
    }

    /** A fixed effect without a group or row. */
    public double estimate(Deletion deletion, int effect) {
        return deletion.estimates()[firstEffect + effect];
    }

    /** How far a deletion moves a fixed effect, in standard errors of the fit: {@code (β̂_(j) − β̂)/se}. */
    public double shift(Deletion deletion, int effect) {
        int at = firstEffect + effect;
        return (deletion.estimates()[at] - estimates[at]) / standardErrors[effect];
    }

    /**
     * Whether a fixed effect is significant at 5% by all rows and not without a group or row, or the other way round; t with
     * the residual degrees of freedom.
     */
    public boolean turns(Deletion deletion, int effect) {
        double before = Math.abs(estimates[firstEffect + effect]) / standardErrors[effect];
        double after = Math.abs(estimate(deletion, effect)) / deletion.standardErrors()[effect];
        return !Double.isNaN(after) && before > critical != after > critical;
    }
}
