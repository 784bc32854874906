package org.warpmix.many;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.inference.BootstrapType;
import org.warpmix.inference.FixedTerm;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.replicate.PermutedColumns;
import org.warpmix.replicate.PermutedResponses;
import org.warpmix.unit.RunIdentity;

/**
 * A cluster permutation test made ready: each column fitted with the term and without, which takes memory of the order of columns
 * times rows. Units are consecutive permutations. It serves one thread.
 */
public final class ClusterRun {

    /** Refits of a unit. */
    private static final int REFITS = 5000;

    private static final int READ_AT_ONCE = 256;
    private static final int BYTES = Double.BYTES + Integer.BYTES;

    private final ClusterPermutation request;
    private final double[] observed;
    private final int[] fitted;
    private final int[] effects;
    private final double threshold;
    private final Batch batch;
    private final int permutations;
    private final boolean exact;

    private ClusterRun(
            ClusterPermutation request,
            double[] observed,
            int[] fitted,
            int[] effects,
            double threshold,
            Batch batch,
            int permutations,
            boolean exact) {
        this.request = request;
        this.observed = observed;
        this.fitted = fitted;
        this.effects = effects;
        this.threshold = threshold;
        this.batch = batch;
        this.permutations = permutations;
        this.exact = exact;
    }

    /** One column's part. */
    private record Observed(double statistic, int[] effects, FittedModel fit, double[] mean) {}

    /**
     * Fits the columns.
     *
     * @throws IllegalArgumentException where a column lacks a row, the model has no such term, or the design does not allow the
     *     scheme
     */
    public static ClusterRun of(ClusterPermutation request) {
        ManyResponses many = request.many();
        Observed[] columns = new Observed[many.columns()];
        for (int first = 0; first < columns.length; first += READ_AT_ONCE) {
            int from = first;
            int count = Math.min(READ_AT_ONCE, columns.length - from);
            double[][] read = new double[count][many.responses().rows()];
            many.responses().read(from, read);
            many.inParallel(count, c -> columns[from + c] = observe(request, from + c, read[c]));
        }
        double[] observed = new double[columns.length];
        int[] fitted = new int[columns.length];
        List<FittedModel> fits = new ArrayList<>();
        List<double[]> means = new ArrayList<>();
        Observed any = null;
        for (int c = 0; c < columns.length; c++) {
            observed[c] = Double.NaN;
            if (columns[c] != null) {
                any = columns[c];
                observed[c] = any.statistic;
                fitted[fits.size()] = c;
                fits.add(any.fit);
                means.add(any.mean);
            }
        }
        if (any == null) {
            throw new IllegalArgumentException("No column can be fitted, so there is nothing to permute.");
        }
        List<double[]> responses = fits.stream().map(fit -> fit.data().y()).toList();
        ColumnDesign design = ColumnDesign.of(many.base(), many.model().method(), responses);
        PermutedColumns one = source(request, design, fits.subList(0, 1), means, false);
        check(request, design, one, any.effects);
        boolean exact = request.scheme() != PermutationScheme.TER_BRAAK
                && one.arrangements() <= Math.min(request.permutations(), PermutedResponses.ENUMERABLE);
        BatchOptions options = BatchOptions.defaults().withTested(any.effects).withThreads(many.threads());
        return new ClusterRun(
                request,
                observed,
                Arrays.copyOf(fitted, fits.size()),
                any.effects,
                threshold(
                        request,
                        any.effects.length,
                        many.rows() - design.statistics().p()),
                design.batch(source(request, design, fits, means, exact), options),
                exact ? (int) one.arrangements() : request.permutations(),
                exact);
    }

    private static PermutedColumns source(
            ClusterPermutation request,
            ColumnDesign design,
            List<FittedModel> fits,
            List<double[]> means,
            boolean enumerated) {
        return PermutedColumns.of(
                request.scheme(),
                design.statistics(),
                fits,
                means.toArray(new double[0][]),
                request.factor(),
                enumerated,
                request.seed());
    }

    /** {@code null} for a column that cannot be fitted, such as one that is constant. */
    private static Observed observe(ClusterPermutation request, int number, double[] column) {
        ManyResponses many = request.many();
        for (int row : many.base().rows()) {
            if (!Double.isFinite(column[row])) {
                throw new IllegalArgumentException("Response column '"
                        + many.responses().names().get(number) + "' is "
                        + (Double.isNaN(column[row]) ? "missing" : "infinite")
                        + " in row " + (row + 1)
                        + ". A permutation rearranges all columns alike, so that each needs all rows:"
                        + " leave out the row, or the column.");
            }
        }
        Fit fit;
        try {
            fit = many.model().fit(ManyResponses.with(many.model(), many.table(), column));
        } catch (IllegalArgumentException degenerate) {
            return null;
        }
        FixedTerm term = FixedTerm.of(fit, request.term());
        boolean full = request.scheme() == PermutationScheme.TER_BRAAK;
        FittedModel permuted = full ? BootstrapType.fitted(fit) : term.reduced();
        double[] mean = permuted.mean();
        if (full) { // the residuals are the full model's, the term's own effect is taken away
            mean = mean.clone();
            int[] kept = fit.profiledCriterion().statistics().fixed().kept();
            for (int k = 0; k < term.effects().length; k++) {
                double[] x = fit.design().data().x()[kept[term.effects()[k]]];
                for (int i = 0; i < mean.length; i++) {
                    mean[i] -= term.estimates()[k] * x[i];
                }
            }
        }
        double wald = term.wald();
        return Double.isNaN(wald)
                ? null
                : new Observed(statistic(wald, term.estimates()), term.effects(), permuted, mean);
    }

    /** t of a single coefficient, Wald's statistic of several. */
    private static double statistic(double wald, double... estimates) {
        return estimates.length == 1 ? Math.copySign(Math.sqrt(wald), estimates[0]) : wald;
    }

    private static void check(ClusterPermutation request, ColumnDesign design, PermutedColumns drawn, int[] effects) {
        int[] kept = design.statistics().fixed().kept();
        for (int effect : effects) {
            if (drawn.tells(design.data().x()[kept[effect]])) {
                return;
            }
        }
        throw new IllegalArgumentException("Permuting by " + request.scheme() + " cannot test " + request.term()
                + ": it is the same in all that is exchanged. Permute by " + PermutationScheme.SIGN_FLIP + ".");
    }

    private static double threshold(ClusterPermutation request, int coefficients, int degrees) {
        if (!Double.isNaN(request.threshold())) {
            return request.threshold();
        }
        return coefficients == 1
                ? TDistribution.of(degrees).inverseSurvivalProbability(request.p() / 2)
                : ChiSquaredDistribution.of(coefficients).inverseSurvivalProbability(request.p());
    }

    /** What was asked for. */
    public ClusterPermutation request() {
        return request;
    }

    /** The statistic of each column; NaN for one that cannot be fitted. */
    double[] observed() {
        return observed;
    }

    /** The cluster-forming threshold. */
    double threshold() {
        return threshold;
    }

    /** How many permutations there are. */
    public int permutations() {
        return permutations;
    }

    /** Whether they are all arrangements that there are. */
    boolean exact() {
        return exact;
    }

    /** Whether a coefficient is of the term tested. */
    boolean tests(int coefficient) {
        return Arrays.binarySearch(effects, coefficient) >= 0;
    }

    /** Number of columns that were fitted. */
    int fitted() {
        return fitted.length;
    }

    /** Number of units. */
    public int units() {
        return (permutations + perUnit() - 1) / perUnit();
    }

    private int perUnit() {
        return Math.max(1, REFITS / fitted.length);
    }

    /** Permutes as a unit has it: per permutation the largest statistic, infinite where a refit failed, and how many did. */
    public byte[] unit(int unit) {
        int first = unit * perUnit();
        int count = Math.min(perUnit(), permutations - first);
        ByteBuffer result = ByteBuffer.allocate(count * BYTES);
        double[] statistic = new double[observed.length];
        Arrays.fill(statistic, Double.NaN);
        int[] failed = {0};
        request.many().backend().run(batch, (long) first * fitted.length + 1, (long) count * fitted.length, block -> {
            for (int i = 0; i < block.count(); i++) {
                int c = (int) ((block.first() + i - 1) % fitted.length);
                double value = statistic(block, i);
                failed[0] += Double.isNaN(value) ? 1 : 0;
                statistic[fitted[c]] = value;
                if (c == fitted.length - 1) {
                    double largest = request.statistic().largest(statistic, threshold, request.adjacency());
                    result.putDouble(failed[0] > 0 ? Double.POSITIVE_INFINITY : largest)
                            .putInt(failed[0]);
                    failed[0] = 0;
                }
            }
            return true;
        });
        return result.array();
    }

    private double statistic(ReplicateBlock block, int i) {
        if (block.status()[i] == ReplicateStatus.FAILED) {
            return Double.NaN;
        }
        return effects.length == 1 ? statistic(block.wald()[i], block.beta()[effects[0]][i]) : block.wald()[i];
    }

    /** What the run is, from that of the columns. */
    public RunIdentity identity(RunIdentity columns) {
        int edges = 31 * Arrays.hashCode(request.adjacency().start())
                + Arrays.hashCode(request.adjacency().neighbours());
        return columns.with("term", request.term())
                .with("adjacency", Integer.toHexString(edges))
                .with("statistic", request.statistic())
                .with("scheme", request.scheme())
                .with("factor", request.factor())
                .with("permutations", permutations)
                .with("seed", request.seed())
                .with("threshold", threshold);
    }

    /**
     * What the units found.
     *
     * @param found gives each unit's result
     */
    public ClusterResult result(IntFunction<byte[]> found) {
        double[] largest = new double[permutations];
        long failed = 0;
        for (int unit = 0, next = 0; unit < units(); unit++) {
            ByteBuffer result = ByteBuffer.wrap(found.apply(unit));
            while (result.hasRemaining()) {
                largest[next++] = result.getDouble();
                failed += result.getInt();
            }
        }
        return ClusterResult.of(this, largest, failed);
    }
}
