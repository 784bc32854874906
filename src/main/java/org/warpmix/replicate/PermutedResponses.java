package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;

/** Responses of a permutation test: a fit's means with its residuals rearranged, as a {@link PermutationScheme} has it. */
public final class PermutedResponses extends RowResponses {

    /** The most arrangements that are enumerated. */
    public static final long ENUMERABLE = 1_000_000;

    private final PermutationScheme scheme;
    private final boolean enumerated;
    private final Arrangements arrangements;
    private final int[][] groups;
    private final Decorrelation decorrelation;
    private final double[] residuals;

    private PermutedResponses(
            PermutationScheme scheme,
            Crossproducts statistics,
            ResponseProducts products,
            FittedModel fit,
            String factor,
            boolean enumerated,
            long seed) {
        super(statistics, products, products.coordinates(fit.mean()), seed);
        this.scheme = scheme;
        this.enumerated = enumerated;
        boolean decorrelates = scheme == PermutationScheme.FREEDMAN_LANE || scheme == PermutationScheme.TER_BRAAK;
        boolean byGroup = scheme == PermutationScheme.SIGN_FLIP || scheme == PermutationScheme.WHOLE_GROUPS;
        this.groups = byGroup ? groups(Independence.ofGroups(fit.data(), scheme.toString())) : null;
        this.arrangements = switch (scheme) {
            case FREEDMAN_LANE, TER_BRAAK -> Arrangements.Permutations.within(new int[fit.n()], 1);
            case SIGN_FLIP -> new Arrangements.Signs(groups.length);
            case WITHIN_GROUPS -> withinGroups(fit.data(), factor);
            case WHOLE_GROUPS -> wholeGroups(fit.data(), groups);
        };
        this.decorrelation = decorrelates ? Decorrelation.of(fit) : null;
        this.residuals = decorrelates ? decorrelation.residuals() : fit.marginalResiduals();
    }

    /**
     * Arrangements drawn at random.
     *
     * @param statistics of the full model, which is fitted to the replicates
     * @param fit of the reduced model, for {@link PermutationScheme#TER_BRAAK} of the full one, on the same rows
     * @param factor for {@link PermutationScheme#WITHIN_GROUPS} the grouping factor within whose levels rows are permuted,
     *     {@code null} for the only one; the other schemes take no notice
     * @throws IllegalArgumentException where the design does not allow the scheme, saying why
     */
    public static PermutedResponses of(
            PermutationScheme scheme, Crossproducts statistics, FittedModel fit, String factor, long seed) {
        return create(scheme, statistics, fit, factor, false, seed);
    }

    /**
     * All arrangements, replicate i the i-th of {@link #arrangements}, the first the response itself: for exact p-values. In
     * all else as {@link #of}.
     *
     * @throws IllegalArgumentException where there are more than {@link #ENUMERABLE}, too
     */
    public static PermutedResponses enumerate(
            PermutationScheme scheme, Crossproducts statistics, FittedModel fit, String factor) {
        PermutedResponses all = create(scheme, statistics, fit, factor, true, 0);
        if (all.arrangements() > ENUMERABLE) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s has more than %,d arrangements here, too many to go through. Draw them at random.",
                    scheme,
                    ENUMERABLE));
        }
        return all;
    }

    private static PermutedResponses create(
            PermutationScheme scheme,
            Crossproducts statistics,
            FittedModel fit,
            String factor,
            boolean enumerated,
            long seed) {
        if (fit.n() != statistics.n()) {
            throw new IllegalArgumentException("The reduced model uses " + fit.n() + " rows, the full one "
                    + statistics.n() + ". Fit both to the rows that are complete for the full one.");
        }
        if (scheme == PermutationScheme.TER_BRAAK && fit.model().statistics().p() < statistics.p()) {
            throw new IllegalArgumentException(
                    scheme + " permutes the residuals of the full model, but is given a fit of a reduced one. Give the"
                            + " full fit, or permute by " + PermutationScheme.FREEDMAN_LANE + ".");
        }
        return new PermutedResponses(
                scheme, statistics, ResponseProducts.of(statistics), fit, factor, enumerated, seed);
    }

    /** As {@link #of}, or {@link #enumerate}, with the products at hand and no check of what is given. */
    static PermutedResponses of(
            PermutationScheme scheme,
            Crossproducts statistics,
            ResponseProducts products,
            FittedModel fit,
            String factor,
            boolean enumerated,
            long seed) {
        return new PermutedResponses(scheme, statistics, products, fit, factor, enumerated, seed);
    }

    /** Number of arrangements, the given one included; {@link Long#MAX_VALUE} where they are more than a long holds. */
    public long arrangements() {
        return arrangements.count();
    }

    /**
     * Whether what is exchanged differs in a predictor. Where it does not, every arrangement goes with the same predictor, so
     * the replicates say nothing of its effect.
     *
     * @param x n values
     */
    public boolean tells(double[] x) {
        if (!(arrangements instanceof Arrangements.Permutations permutations)) {
            return true;
        }
        int[] members = permutations.members();
        int[] start = permutations.start();
        for (int c = 0; c + 1 < start.length; c++) {
            for (int i = start[c] + 1; i < start[c + 1]; i++) {
                if (differ(x, members[start[c]], members[i])) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether two of the items that are exchanged, rows or groups, differ in a predictor. */
    private boolean differ(double[] x, int a, int b) {
        if (groups == null) {
            return x[a] != x[b];
        }
        for (int k = 0; k < groups[a].length; k++) {
            if (x[groups[a][k]] != x[groups[b][k]]) {
                return true;
            }
        }
        return false;
    }

    /** Whether replicates are the arrangements in turn, see {@link #enumerate}. */
    public boolean enumerated() {
        return enumerated;
    }

    @Override
    Rows rows() {
        int[] arrangement = new int[items()];
        double[][] work = work();
        return (random, replicate, y) -> {
            draw(random, replicate, arrangement);
            rearranged(arrangement, y, work);
        };
    }

    /** How many rows or groups an arrangement puts into places. */
    int items() {
        return groups == null ? residuals.length : groups.length;
    }

    /** Work space for {@link #rearranged}; it serves one thread, and all fits of one design. */
    double[][] work() {
        return decorrelation == null ? null : decorrelation.work();
    }

    /**
     * Draws the arrangement of a replicate.
     *
     * @param random at the start of its stream
     */
    void draw(Variates random, long replicate, int[] arrangement) {
        if (!enumerated) {
            arrangements.draw(random, arrangement);
        } else if (replicate <= arrangements.count()) {
            arrangements.write(replicate - 1, arrangement);
        } else {
            throw new IllegalArgumentException(
                    "Replicate " + replicate + " of " + arrangements.count() + " arrangements. Ask for no more.");
        }
    }

    /** Writes what an arrangement makes of the residuals: deviations from the means. */
    void rearranged(int[] arrangement, double[] y, double[][] work) {
        arrange(arrangement, y);
        if (decorrelation != null) {
            decorrelation.correlate(y, work);
        }
    }

    private void arrange(int[] arrangement, double[] y) {
        if (groups == null) {
            for (int i = 0; i < y.length; i++) {
                y[i] = residuals[arrangement[i]];
            }
            return;
        }
        for (int j = 0; j < groups.length; j++) {
            int[] from = scheme == PermutationScheme.SIGN_FLIP ? groups[j] : groups[arrangement[j]];
            double sign = scheme == PermutationScheme.SIGN_FLIP ? arrangement[j] : 1;
            for (int k = 0; k < from.length; k++) {
                y[groups[j][k]] = sign * residuals[from[k]];
            }
        }
    }

    /** The rows of each group, ascending. */
    private static int[][] groups(Independence components) {
        int[] sizes = new int[components.count()];
        for (int component : components.component()) {
            sizes[component]++;
        }
        int[][] groups = new int[sizes.length][];
        Arrays.setAll(groups, j -> new int[sizes[j]]);
        for (int i = components.component().length - 1; i >= 0; i--) {
            int j = components.component()[i];
            groups[j][--sizes[j]] = i;
        }
        return groups;
    }

    private static Arrangements withinGroups(ModelData data, String name) {
        List<GroupingFactor> factors = Independence.factors(data);
        if (name == null && factors.size() > 1) {
            throw new IllegalArgumentException("The model has grouping factors " + Independence.names(factors)
                    + ". Name the one within whose levels rows are permuted.");
        }
        GroupingFactor factor = name == null ? factors.get(0) : Independence.named(factors, name);
        double[] weight = new double[factor.levels().length];
        for (int i = 0; i < data.n() && data.weights() != null; i++) {
            int level = factor.codes()[i];
            if (weight[level] != 0 && weight[level] != data.weights()[i]) {
                throw new IllegalArgumentException("Rows of " + factor.name() + " " + factor.levels()[level]
                        + " have unequal weights, so they cannot be exchanged. Permute by "
                        + PermutationScheme.FREEDMAN_LANE + ", which standardises them.");
            }
            weight[level] = data.weights()[i];
        }
        return checked(
                Arrangements.Permutations.within(factor.codes(), factor.levels().length),
                "No level of " + factor.name()
                        + " has two rows, so there is nothing to permute within them. Permute by "
                        + PermutationScheme.WHOLE_GROUPS + " or " + PermutationScheme.FREEDMAN_LANE + ".");
    }

    private static Arrangements wholeGroups(ModelData data, int[][] groups) {
        Map<List<Double>, Integer> numbers = new HashMap<>();
        int[] classOf = new int[groups.length];
        for (int j = 0; j < groups.length; j++) {
            List<Double> key = new ArrayList<>(); // the size, or the weights row by row
            for (int k = 0; k < groups[j].length && data.weights() != null; k++) {
                key.add(data.weights()[groups[j][k]]);
            }
            if (key.isEmpty()) {
                key.add((double) groups[j].length);
            }
            int next = numbers.size();
            classOf[j] = numbers.computeIfAbsent(key, fresh -> next);
        }
        return checked(
                Arrangements.Permutations.within(classOf, numbers.size()),
                "No two groups have the same number of rows" + (data.weights() == null ? "" : " and the same weights")
                        + ", so none can be exchanged. Permute by " + PermutationScheme.SIGN_FLIP + " or "
                        + PermutationScheme.FREEDMAN_LANE + ".");
    }

    private static Arrangements checked(Arrangements arrangements, String message) {
        if (arrangements.count() == 1) {
            throw new IllegalArgumentException(message);
        }
        return arrangements;
    }
}
