package org.warpmix.inference.diagnosis;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.fit.ConditionalModes;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * The distribution of one random effect over the levels of its factor: its BLUPs, each over its own standard deviation
 * {@code √(Φ_aa σ² − Var(b̂ − b))}. Shrinkage makes BLUPs look more normal, and more alike, than the effects are: a plot that
 * looks fine proves little where groups are small. Levels whose BLUP has no variance are {@code NaN}.
 *
 * @param group name of the grouping factor
 * @param name of the random effect
 * @param standardized one per level
 * @param normality of them
 * @param variance whether their variance depends on the mean of the level's fixed part
 */
public record EffectDiagnostics(
        String group, String name, double[] standardized, Normality normality, VarianceTest variance) {

    private static final double NEGLIGIBLE = 1e-8;

    /** Points of a normal quantile plot of the BLUPs. */
    public Normality.Quantiles quantiles() {
        return Normality.quantiles(standardized);
    }

    /** The effects that have a variance. */
    static List<EffectDiagnostics> of(Fit fit) {
        RowErrors errors = RowErrors.of(fit);
        List<ConditionalModes> modes = fit.conditionalModes();
        List<VarianceComponent> components = fit.randomEffects();
        List<RandomBlock> blocks = fit.profiledCriterion().blocks();
        List<EffectDiagnostics> all = new ArrayList<>();
        double sigma = fit.sigma();
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            double[] means = means(fit, block);
            for (int t = 0; t < block.terms().size(); t++) {
                RandomTerm term = block.terms().get(t);
                for (int a = 0; a < term.names().length; a++) {
                    double variance = components.get(block.termNumber(t)).covariance(a, a);
                    if (!(variance > 0)) {
                        continue;
                    }
                    int effect = block.firstColumn(t) + a;
                    double[] standardized = new double[block.levels()];
                    for (int level = 0; level < standardized.length; level++) {
                        errors.takeEffect(f, level, effect);
                        double own = variance - sigma * sigma * errors.variance();
                        standardized[level] = own > NEGLIGIBLE * variance
                                ? modes.get(f).mode(level, effect) / Math.sqrt(own)
                                : Double.NaN;
                    }
                    all.add(new EffectDiagnostics(
                            block.factor().name(),
                            term.names()[a],
                            standardized,
                            Normality.of(standardized),
                            VarianceTest.on("fixed part", standardized, means)));
                }
            }
        }
        return List.copyOf(all);
    }

    /** Mean of the fixed part over the rows of each level. */
    private static double[] means(Fit fit, RandomBlock block) {
        ModelData data = fit.design().data();
        double[] residuals = fit.residuals(Residual.MARGINAL);
        double[] means = new double[block.levels()];
        int[] rows = new int[means.length];
        for (int i = 0; i < residuals.length; i++) {
            int level = block.factor().codes()[i];
            means[level] += (data.y()[i] - residuals[i] - means[level]) / ++rows[level];
        }
        return means;
    }
}
