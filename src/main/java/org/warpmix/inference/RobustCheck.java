package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.model.GroupingFactor;

/**
 * Whether the conclusions on the fixed effects hold under standard errors that do not trust the model's covariances.
 *
 * <p>The standard errors are the jackknife's over independent groups, {@code (J−1)/J Σ (β̂_(j) − mean)²} of exact refits (for
 * linear models the cluster-robust CR3); where not each group was refitted, CR1 at the estimated theta. Their tests take t
 * with J − 1 degrees of freedom.
 *
 * @param group name of the grouping factor
 * @param groups J
 * @param jackknife whether the errors are the jackknife's, else CR1
 * @param effects one per fixed effect
 */
public record RobustCheck(String group, int groups, boolean jackknife, List<Effect> effects) {

    private static final double SIGNIFICANT = 0.05;
    private static final double FAR = 1.5;

    /**
     * One fixed effect.
     *
     * @param modelError standard error by the model
     * @param modelP its p-value
     * @param robustError standard error by the groups
     * @param robustP its p-value
     */
    public record Effect(
            String name, double estimate, double modelError, double modelP, double robustError, double robustP) {

        /** Whether significance at 5% is the same by both. */
        public boolean agrees() {
            return modelP < SIGNIFICANT == robustP < SIGNIFICANT;
        }

        /** Whether one standard error is more than one and a half times the other. */
        public boolean far() {
            return robustError > FAR * modelError || modelError > FAR * robustError;
        }
    }

    /** @param influence of the levels of {@code factor}, which are independent */
    static RobustCheck of(Fit fit, GroupingFactor factor, Influence influence) {
        FixedEffects effects = fit.fixedEffects();
        int groups = factor.levels().length;
        boolean jackknife = influence.complete()
                && influence.deletions().stream().noneMatch(d -> d.status() == ReplicateStatus.FAILED);
        double[] errors = jackknife
                ? jackknife(influence, effects.size())
                : GroupScores.of(fit, factor).robustErrors();
        TDistribution t = TDistribution.of(groups - 1);
        List<Effect> checked = new ArrayList<>();
        for (int j = 0; j < errors.length; j++) {
            double p = 2 * t.survivalProbability(Math.abs(effects.estimate(j)) / errors[j]);
            checked.add(new Effect(
                    effects.name(j), effects.estimate(j), effects.standardError(j), effects.p(j), errors[j], p));
        }
        return new RobustCheck(factor.name(), groups, jackknife, List.copyOf(checked));
    }

    private static double[] jackknife(Influence influence, int p) {
        double groups = influence.units();
        double[] errors = new double[p];
        for (int j = 0; j < p; j++) {
            int effect = j;
            double mean = influence.deletions().stream()
                    .mapToDouble(d -> influence.estimate(d, effect))
                    .average()
                    .orElse(Double.NaN);
            double squares = 0;
            for (Influence.Deletion deletion : influence.deletions()) {
                double d = influence.estimate(deletion, effect) - mean;
                squares += d * d;
            }
            errors[j] = Math.sqrt((groups - 1) / groups * squares);
        }
        return errors;
    }
}
