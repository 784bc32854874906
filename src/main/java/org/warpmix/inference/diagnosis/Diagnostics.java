package org.warpmix.inference.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.warpmix.fit.Fit;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.RandomTerm;
import org.warpmix.replicate.Independence;

/**
 * What to look at before a fit is believed: single rows and groups that carry it, the shape of residuals and random effects,
 * why it is singular, and whether its conclusions stand without the model's covariances.
 *
 * <pre>
 * Diagnostics diagnostics = Diagnostics.of(fit);
 * double[] leverage = diagnostics.rows().leverage();
 * for (Influence.Deletion without : diagnostics.groups().mostInfluential()) { … }
 * </pre>
 *
 * <p>One pass over the rows at first; refits when {@link #groups} and {@link #refittedRows} ask for them. Nothing is of order
 * n².
 */
public final class Diagnostics {

    private static final int REFITTED = 5;

    private final Fit fit;
    private final GroupingFactor factor;
    private final boolean independent;
    private final RowDiagnostics rows;
    private Influence groups;

    private Diagnostics(Fit fit, GroupingFactor factor, boolean independent, RowDiagnostics rows) {
        this.fit = fit;
        this.factor = factor;
        this.independent = independent;
        this.rows = rows;
    }

    /**
     * Diagnostics of a fit. Groups are the levels of the one grouping factor, or of the one in which all others are nested;
     * of crossed factors, those of the factor with the fewest.
     */
    public static Diagnostics of(Fit fit) {
        fit.design().data().requireRows("A diagnosis");
        Optional<GroupingFactor> outermost = Independence.outermost(fit.design().data());
        GroupingFactor chosen = outermost.orElseGet(() -> fit.design().data().terms().stream()
                .map(RandomTerm::factor)
                .min((a, b) -> Integer.compare(a.levels().length, b.levels().length))
                .orElseThrow());
        return new Diagnostics(fit, chosen, outermost.isPresent(), RowDiagnostics.of(fit));
    }

    /**
     * Chooses the grouping factor whose levels are left out.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public Diagnostics withFactor(String name) {
        GroupingFactor chosen =
                Independence.named(Independence.factors(fit.design().data()), name);
        Optional<GroupingFactor> outermost = Independence.outermost(fit.design().data());
        return new Diagnostics(fit, chosen, outermost.filter(chosen::equals).isPresent(), rows);
    }

    /** The fit that is diagnosed. */
    public Fit fit() {
        return fit;
    }

    /** Name of the grouping factor whose levels are left out. */
    public String factor() {
        return factor.name();
    }

    /** Leverage, standardised residuals and Cook's distance of each row used. */
    public RowDiagnostics rows() {
        return rows;
    }

    /** The fit without each group: exact refits. */
    public synchronized Influence groups() {
        if (groups == null) {
            groups = Influence.ofGroups(fit, factor);
        }
        return groups;
    }

    /**
     * The fit without each of the rows that stand out, by Cook's distance or by their standardised residual: exact refits,
     * up to ten.
     */
    public Influence refittedRows() {
        int[] chosen = IntStream.concat(largest(rows.cooksDistance()), largest(rows.standardized()))
                .distinct()
                .toArray();
        return Influence.ofRows(fit, chosen);
    }

    private static IntStream largest(double[] values) {
        int[] best = new int[Math.min(REFITTED, values.length)];
        int size = 0;
        for (int i = 0; i < values.length; i++) {
            int at = size;
            while (at > 0 && Math.abs(values[best[at - 1]]) < Math.abs(values[i])) {
                at--;
            }
            if (Double.isNaN(values[i]) || at == best.length) {
                continue;
            }
            System.arraycopy(best, at, best, at + 1, Math.min(size, best.length - 1) - at);
            best[at] = i;
            size = Math.min(size + 1, best.length);
        }
        return IntStream.of(best).limit(size);
    }

    /** Whether the standardised conditional residuals look normal. */
    public Normality residualNormality() {
        return Normality.of(rows.standardized());
    }

    /** Points of a normal quantile plot of the standardised conditional residuals. */
    public Normality.Quantiles residualQuantiles() {
        return Normality.quantiles(rows.standardized());
    }

    /** Whether the residual variance is the same throughout: on the fitted values, then between the levels of each factor. */
    public List<VarianceTest> residualVariance() {
        return VarianceTest.ofResiduals(fit, rows);
    }

    /** The distributions of the random effects that have a variance. */
    public List<EffectDiagnostics> randomEffects() {
        return EffectDiagnostics.of(fit);
    }

    /** Why the fit is singular; empty where it is not. */
    public List<Singularity> singularities() {
        return Singularity.of(fit);
    }

    /** Whether conclusions hold under robust standard errors; empty for a factor whose levels are not independent. */
    public Optional<RobustCheck> robust() {
        return independent ? Optional.of(RobustCheck.of(fit, factor.name())) : Optional.empty();
    }
}
