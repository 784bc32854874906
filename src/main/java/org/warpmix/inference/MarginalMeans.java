package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;

/**
 * Estimated marginal means of factors, and their pairwise differences. Immutable; each {@code with…} gives another.
 *
 * <p>The mean of a level is that of the model's predictions over the grid of all combinations of the other factors' levels,
 * with equal weights, numeric columns at their means (Searle, Speed and Milliken 1980, Am. Stat. 34(4),
 * doi:10.1080/00031305.1980.10483031), offset included. On the scale on which the response is modelled.
 *
 * <pre>
 * MarginalMeans.Result result = MarginalMeans.of(fit, "recipe").withAdjustment(Adjustment.HOLM).test();
 * </pre>
 */
public final class MarginalMeans {

    /**
     * The mean of a level, or of a combination of levels.
     *
     * @param levels one of each factor asked for
     * @param test the mean as a contrast of the fixed effects; all {@code NaN} where it is not estimable
     */
    public record Mean(List<String> levels, ContrastTest test) {

        /** The levels as one word. */
        public String label() {
            return String.join(" ", levels);
        }
    }

    /**
     * A difference of two means.
     *
     * @param first what is subtracted from
     * @param second what is subtracted
     * @param test the difference; all {@code NaN} where it is not estimable
     * @param p adjusted p-value
     */
    public record Pair(Mean first, Mean second, ContrastTest test, double p) {

        /** E.g. {@code A - B}. */
        public String label() {
            return first.label() + " - " + second.label();
        }
    }

    /**
     * What came out.
     *
     * @param fit the fit whose effects were tested, see {@link FixedEffectsInference#fit}
     * @param factors those asked for
     * @param averaged the factors averaged over
     * @param held the numeric columns held at their means
     * @param means in the order of the levels, those of the first factor changing fastest
     * @param pairs all differences
     * @param notes what a reader should know, in plain words
     */
    public record Result(
            Fit fit,
            List<String> factors,
            List<String> averaged,
            List<String> held,
            DegreesOfFreedom degrees,
            Adjustment adjustment,
            List<Mean> means,
            List<Pair> pairs,
            List<String> notes) {}

    private static final ContrastTest NONE = new ContrastTest(Double.NaN, Double.NaN, Double.NaN);

    private final Fit fit;
    private final List<String> factors;
    private final DegreesOfFreedom degrees;
    private final Adjustment adjustment;

    private MarginalMeans(Fit fit, List<String> factors, DegreesOfFreedom degrees, Adjustment adjustment) {
        this.fit = fit;
        this.factors = factors;
        this.degrees = degrees;
        this.adjustment = adjustment;
    }

    /**
     * The means of a factor, or of the combinations of several, by default with Satterthwaite's degrees of freedom and Tukey's
     * adjustment.
     *
     * @param factors names of columns that are factors of the fixed effects
     */
    public static MarginalMeans of(Fit fit, String... factors) {
        return new MarginalMeans(fit, List.of(factors), DegreesOfFreedom.SATTERTHWAITE, Adjustment.TUKEY);
    }

    /** Chooses the degrees of freedom. */
    public MarginalMeans withDegrees(DegreesOfFreedom chosen) {
        return new MarginalMeans(fit, factors, chosen, adjustment);
    }

    /** Chooses how the p-values of the pairs are adjusted. */
    public MarginalMeans withAdjustment(Adjustment chosen) {
        return new MarginalMeans(fit, factors, degrees, chosen);
    }

    /**
     * Reckons the means and the pairs.
     *
     * @throws IllegalArgumentException naming what is no factor of the model, or cannot be held at a mean
     */
    public Result test() {
        ReferenceGrid grid = ReferenceGrid.of(fit, factors);
        FixedEffectsInference inference = FixedEffectsInference.of(fit, degrees);
        List<String> notes = new ArrayList<>(inference.notes());
        List<Mean> means = new ArrayList<>();
        for (int i = 0; i < grid.size(); i++) {
            ContrastTest test = test(inference, grid.contrast(i));
            means.add(new Mean(
                    grid.levels(i),
                    new ContrastTest(test.estimate() + grid.offset(), test.standardError(), test.degrees())));
        }
        int count = means.size() * (means.size() - 1) / 2;
        ContrastTest[] tests = new ContrastTest[count];
        int[][] members = new int[count][];
        int next = 0;
        boolean missing = false;
        for (int i = 0; i < means.size(); i++) {
            missing |= Double.isNaN(means.get(i).test().estimate());
            for (int j = i + 1; j < means.size(); j++) {
                double[] difference = grid.contrast(i).clone();
                for (int k = 0; k < difference.length; k++) {
                    difference[k] -= grid.contrast(j)[k];
                }
                members[next] = new int[] {i, j};
                tests[next++] = test(inference, difference);
            }
        }
        double[] p = adjustment.adjusted(tests, means.size());
        List<Pair> pairs = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            pairs.add(new Pair(means.get(members[k][0]), means.get(members[k][1]), tests[k], p[k]));
        }
        if (missing) {
            notes.add("Means without a value are not estimable: the fixed effects are linearly dependent, and some"
                    + " combinations of levels that they average over are not told by the data.");
        }
        return new Result(
                inference.fit(),
                factors,
                grid.averaged(),
                grid.held(),
                degrees,
                adjustment,
                List.copyOf(means),
                List.copyOf(pairs),
                List.copyOf(notes));
    }

    private static ContrastTest test(FixedEffectsInference inference, double[] l) {
        boolean empty = true;
        for (double weight : l) {
            empty &= weight == 0;
        }
        return empty || !inference.estimable(l) ? NONE : inference.test(l);
    }
}
