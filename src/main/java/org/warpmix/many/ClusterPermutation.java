package org.warpmix.many;

import org.warpmix.replicate.PermutationScheme;
import org.warpmix.unit.UnitRun;
import org.warpmix.unit.UnitStore;

/**
 * A permutation test of a term in all of many columns that are neighbours, which holds the familywise error. Immutable; each
 * {@code with…} gives another one.
 *
 * <pre>
 * ClusterResult result = ClusterPermutation.of(many, "condition", Adjacency.line(200)).withPermutations(1_000).run();
 * </pre>
 *
 * <p>A permutation rearranges all columns alike, fits the model anew to each, and keeps the largest {@link ClusterStatistic} over
 * all of them. The statistic of a column is {@code t = b/se(b)} of the mixed model, and the test two-sided; of a term of several
 * coefficients Wald's {@code b'V⁻¹b}. What is rearranged says the {@link PermutationScheme}; all but ter Braak's take the
 * residuals of the model without the term, fitted to each column.
 *
 * @param many the model and the columns, each complete in the rows used
 * @param term a term or a coefficient of the fixed effects
 * @param factor see {@link org.warpmix.inference.Permutation#withFactor}; or {@code null}
 * @param permutations how many; all that there are where these are no more
 * @param p two-sided p-value of a column from which it may be part of a cluster, by a t distribution with n − rank(X) degrees of
 *     freedom, or χ²
 * @param threshold the same as a statistic; NaN for that of p
 */
public record ClusterPermutation(
        ManyResponses many,
        String term,
        Adjacency adjacency,
        ClusterStatistic statistic,
        PermutationScheme scheme,
        String factor,
        int permutations,
        long seed,
        double p,
        double threshold) {

    private static final int PERMUTATIONS = 1000;
    private static final double P = 0.05;

    public ClusterPermutation {
        if (adjacency.size() != many.columns()) {
            throw new IllegalArgumentException(
                    "The adjacency is of " + adjacency.size() + " columns, the responses are " + many.columns() + ".");
        }
        if (permutations < 1) {
            throw new IllegalArgumentException(
                    "Permutations: " + permutations + " were asked for. Ask for one at least.");
        }
        if (!(p > 0 && p < 1) || threshold <= 0) {
            throw new IllegalArgumentException(
                    "The cluster-forming threshold is a p-value between 0 and 1, or a positive" + " statistic.");
        }
    }

    /** Cluster mass by 1,000 permutations of Freedman and Lane, the threshold at p = 0.05, and seed 1. */
    public static ClusterPermutation of(ManyResponses many, String term, Adjacency adjacency) {
        return new ClusterPermutation(
                many,
                term,
                adjacency,
                ClusterStatistic.MASS,
                PermutationScheme.FREEDMAN_LANE,
                null,
                PERMUTATIONS,
                1,
                P,
                Double.NaN);
    }

    /** Chooses what the largest is taken of. */
    public ClusterPermutation withStatistic(ClusterStatistic chosen) {
        return new ClusterPermutation(many, term, adjacency, chosen, scheme, factor, permutations, seed, p, threshold);
    }

    /** Chooses what is rearranged, for within-groups within which factor's levels. */
    public ClusterPermutation withScheme(PermutationScheme chosen, String within) {
        return new ClusterPermutation(
                many, term, adjacency, statistic, chosen, within, permutations, seed, p, threshold);
    }

    /** Chooses how many. */
    public ClusterPermutation withPermutations(int number) {
        return new ClusterPermutation(many, term, adjacency, statistic, scheme, factor, number, seed, p, threshold);
    }

    /** Chooses the random numbers; any seed will do. */
    public ClusterPermutation withSeed(long chosen) {
        return new ClusterPermutation(
                many, term, adjacency, statistic, scheme, factor, permutations, chosen, p, threshold);
    }

    /** Chooses the cluster-forming threshold by its p-value. */
    public ClusterPermutation withThresholdP(double chosen) {
        return new ClusterPermutation(
                many, term, adjacency, statistic, scheme, factor, permutations, seed, chosen, Double.NaN);
    }

    /** Chooses the cluster-forming threshold. */
    public ClusterPermutation withThreshold(double chosen) {
        return new ClusterPermutation(many, term, adjacency, statistic, scheme, factor, permutations, seed, p, chosen);
    }

    /** Runs it. */
    public ClusterResult run() {
        ClusterRun run = ClusterRun.of(this);
        UnitStore store = UnitStore.inMemory();
        UnitRun.of(run.units(), store).run(run::unit, done -> true);
        return run.result(store::read);
    }
}
