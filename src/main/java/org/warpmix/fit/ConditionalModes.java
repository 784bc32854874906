package org.warpmix.fit;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.RandomTerm;

/**
 * Conditional modes (BLUPs) of the random effects of one grouping factor, and their conditional standard deviations
 * given the data and the estimated parameters, {@code σ² [ΛA⁻¹Λ']_jj}. Immutable.
 */
public final class ConditionalModes {

    private final String group;
    private final String[] levels;
    private final String[] names;
    private final double[] modes;
    private final double[] deviations;

    private ConditionalModes(String group, String[] levels, String[] names, double[] modes, double[] deviations) {
        this.group = group;
        this.levels = levels;
        this.names = names;
        this.modes = modes;
        this.deviations = deviations;
    }

    /** Name of the grouping factor. */
    public String group() {
        return group;
    }

    /** Labels of the levels. */
    public String[] levels() {
        return levels.clone();
    }

    /** Names of the random effects, over all terms on the factor. */
    public String[] names() {
        return names.clone();
    }

    /** Conditional mode of a random effect of a level. */
    public double mode(int level, int effect) {
        return modes[level * names.length + effect];
    }

    /** Conditional standard deviation of a random effect of a level; NaN where the iterative solver was chosen. */
    public double standardDeviation(int level, int effect) {
        return deviations[level * names.length + effect];
    }

    static List<ConditionalModes> of(
            ProfiledCriterion criterion, double[] x, Likelihood.Solution solution, double unit, double sigma) {
        List<ConditionalModes> all = new ArrayList<>();
        double[][] covariances = criterion.conditionalCovariances(x);
        List<RandomBlock> blocks = criterion.blocks();
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            List<String> names = new ArrayList<>();
            for (RandomTerm term : block.terms()) {
                names.addAll(List.of(term.names()));
            }
            double[] modes = inGivenColumns(block, solution.b()[f], unit);
            all.add(new ConditionalModes(
                    block.factor().name(),
                    block.factor().levels().clone(),
                    names.toArray(new String[0]),
                    modes,
                    deviations(block, covariances[f], sigma)));
        }
        return all;
    }

    /** {@code b = s T b̃}: from the solver's basis to the given columns, level by level. */
    static double[] inGivenColumns(RandomBlock block, double[] solved, double unit) {
        int q = block.columns();
        double[] basis = block.basis();
        double[] modes = new double[solved.length];
        for (int at = 0; at < modes.length; at += q) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = i; r < q; r++) {
                    sum += basis[i + r * q] * solved[at + r];
                }
                modes[at + i] = unit * sum;
            }
        }
        return modes;
    }

    private static double[] deviations(RandomBlock block, double[] covariances, double sigma) {
        int q = block.columns();
        double[] basis = block.basis();
        double[] deviations = new double[covariances.length / q];
        for (int level = 0; level < block.levels(); level++) {
            int at = level * q * q;
            for (int i = 0; i < q; i++) {
                double variance = 0;
                for (int r = i; r < q; r++) {
                    for (int s = i; s < q; s++) {
                        variance += basis[i + r * q] * covariances[at + r + s * q] * basis[i + s * q];
                    }
                }
                deviations[level * q + i] = sigma * Math.sqrt(Math.max(variance, 0));
            }
        }
        return deviations;
    }
}
