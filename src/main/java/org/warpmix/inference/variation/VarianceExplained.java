package org.warpmix.inference.variation;

import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.table.NearestNames;

/**
 * The variance of the response by where it comes from, and how much of it the model explains. Immutable.
 *
 * <p>R² of Nakagawa and Schielzeth 2013, Methods Ecol. Evol. 4(2), with random slopes as Johnson 2014, the same 5(9): a random
 * effect's variance is {@code z'Σz} in the mean over the rows used. The fixed effects' variance is that of {@code Xβ} over these
 * rows, without an offset; with prior weights the error's is {@code σ²/w} in the mean. The response's total is their sum.
 */
public final class VarianceExplained {

    private final List<String> groups;
    private final double[] parts;

    private VarianceExplained(List<String> groups, double[] parts) {
        this.groups = groups;
        this.parts = parts;
    }

    /** At the fit's estimates. */
    public static VarianceExplained of(Fit fit) {
        VarianceParts parts = new VarianceParts(fit);
        return new VarianceExplained(List.copyOf(parts.groups()), parts.of(fit));
    }

    /** The grouping factors, in lme4's order. */
    public List<String> groups() {
        return groups;
    }

    /** Variance of the fixed effects' means. */
    public double fixed() {
        return parts[0];
    }

    /**
     * Variance of a grouping factor's random effects.
     *
     * @throws IllegalArgumentException for a factor that the model does not have
     */
    public double random(String group) {
        return parts[1 + indexOf(groups, group)];
    }

    /** Variance of all random effects. */
    public double random() {
        double sum = 0;
        for (int g = 1; g <= groups.size(); g++) {
            sum += parts[g];
        }
        return sum;
    }

    /** Variance of the error. */
    public double residual() {
        return parts[parts.length - 1];
    }

    /** Variance of the response. */
    public double total() {
        return fixed() + random() + residual();
    }

    /** Marginal R²: the fixed effects' share of the total. */
    public double marginal() {
        return fixed() / total();
    }

    /** Conditional R²: the share of fixed and random effects together. */
    public double conditional() {
        return (fixed() + random()) / total();
    }

    static int indexOf(List<String> groups, String group) {
        int index = groups.indexOf(group);
        if (index < 0) {
            throw new IllegalArgumentException("The model has no grouping factor " + NearestNames.quote(group) + ". "
                    + NearestNames.hint(group, groups));
        }
        return index;
    }
}
