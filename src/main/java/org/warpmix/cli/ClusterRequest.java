package org.warpmix.cli;

import java.util.List;
import org.warpmix.many.Adjacency;
import org.warpmix.many.ClusterPermutation;
import org.warpmix.many.ClusterStatistic;
import org.warpmix.many.ManyResponses;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What {@code many} is told of a permutation test over neighbouring columns.
 *
 * @param adjacency {@code time}, {@code grid:RxC}, {@code channels:K}, {@code channels:K:FILE} or {@code edges:FILE}
 * @param p threshold of clusters, or NaN where {@code threshold} says it
 */
record ClusterRequest(
        int permutations,
        String term,
        ClusterStatistic statistic,
        String adjacency,
        PermutationScheme scheme,
        String factor,
        double p,
        double threshold,
        long seed) {

    private static final int MOST = 10_000_000;
    private static final double P = 0.05;
    private static final String PERMUTE = "--permute";
    private static final List<String> OPTIONS = List.of(
            "--term", "--cluster", "--adjacency", "--threshold", "--threshold-t", "--scheme", "--factor", "--seed");
    private static final String WAYS = "time, grid:RxC, channels:K, channels:K:FILE or edges:FILE";

    /** Adds the options. */
    static void addTo(CommandSpec spec) {
        spec.addOption(
                Usage.value(PERMUTE, "N", "Test --term in all columns by N permutations, the familywise error held."));
        spec.addOption(Usage.value("--term", "TERM", "Term or coefficient to permute for, e.g. x or a:b."));
        spec.addOption(Usage.value(
                "--cluster",
                "STATISTIC",
                "What is tested: " + Usage.list(ClusterStatistic.values())
                        + " mass: sum of t over neighbours beyond the threshold; tfce: threshold-free enhancement;"
                        + " maximum: each column by itself."));
        spec.addOption(Usage.value(
                "--adjacency",
                "WAY",
                "Which columns are neighbours: time (the default), those in a row; grid:RxC, row after row; channels:K, K"
                        + " channels one after the other, each in time; channels:K:FILE, and FILE has the pairs of channels"
                        + " that are neighbours; edges:FILE, it has those of columns. Pairs are two columns of a table:"
                        + " numbers from 1, or names of columns."));
        spec.addOption(
                Usage.value("--threshold", "P", "p-value from which a column is part of a cluster; by default 0.05."));
        spec.addOption(
                Usage.value("--threshold-t", "T", "The same as a t (of several coefficients, a Wald) statistic."));
        spec.addOption(Usage.value("--scheme", "SCHEME", "What to permute: " + Usage.list(PermutationScheme.values())));
        spec.addOption(Usage.value(
                "--factor", "NAME", "Grouping factor that within-groups permutes within, where there are several."));
        spec.addOption(Usage.value(
                "--seed", "S", "Seed of the permutations, a whole number; by default " + ReplicateRequest.SEED + "."));
    }

    /** Reads and checks the options; {@code null} where no test is asked for. */
    static ClusterRequest of(ParseResult request) {
        if (!Usage.has(request, PERMUTE)) {
            for (String option : OPTIONS) {
                if (Usage.has(request, option)) {
                    throw Usage.wrong(request, option + " is for a permutation test. Say --permute 1000, too.");
                }
            }
            return null;
        }
        String term = Usage.text(request, "--term");
        if (term == null) {
            throw Usage.wrong(request, "which term is to be tested? Say --term x, for example.");
        }
        if (Usage.has(request, "--threshold") && Usage.has(request, "--threshold-t")) {
            throw Usage.wrong(
                    request, "--threshold and --threshold-t both say where clusters begin. Leave out either.");
        }
        double p = Usage.number(request, "--threshold", P);
        double threshold = Usage.number(request, "--threshold-t", Double.NaN);
        if (!(p > 0 && p < 1)) {
            throw Usage.wrong(request, "--threshold: expected a p-value between 0 and 1; --threshold-t takes a t.");
        }
        if (threshold <= 0) {
            throw Usage.wrong(request, "--threshold-t: expected a positive number.");
        }
        return new ClusterRequest(
                (int) Usage.whole(request, PERMUTE, 1, MOST, 0),
                term,
                Usage.choice(request, "--cluster", ClusterStatistic.values()),
                Usage.has(request, "--adjacency") ? Usage.text(request, "--adjacency") : "time",
                Usage.choice(request, "--scheme", PermutationScheme.values()),
                Usage.text(request, "--factor"),
                p,
                threshold,
                Usage.whole(request, "--seed", Long.MIN_VALUE, Long.MAX_VALUE, ReplicateRequest.SEED));
    }

    /** The test of these columns. */
    ClusterPermutation on(ManyResponses many) {
        ClusterPermutation test = ClusterPermutation.of(many, term, adjacency(many))
                .withStatistic(statistic)
                .withScheme(scheme, factor)
                .withPermutations(permutations)
                .withSeed(seed);
        return Double.isNaN(threshold) ? test.withThresholdP(p) : test.withThreshold(threshold);
    }

    private Adjacency adjacency(ManyResponses many) {
        int columns = many.columns();
        String[] parts = adjacency.split(":", 3);
        try {
            if (adjacency.equals("time")) {
                return Adjacency.line(columns);
            }
            if (parts[0].equals("grid") && parts.length == 2) {
                String[] sizes = parts[1].split("x", -1);
                int rows = Integer.parseInt(sizes[0]);
                int across = Integer.parseInt(sizes[1]);
                if (rows > 0 && across > 0 && (long) rows * across == columns) {
                    return Adjacency.grid(rows, across);
                }
                throw new IllegalArgumentException("--adjacency " + adjacency + " has " + (long) rows * across
                        + " places, and there are " + columns + " columns.");
            }
            if (parts[0].equals("channels") && parts.length >= 2) {
                int channels = Integer.parseInt(parts[1]);
                if (channels < 1 || columns % channels != 0) {
                    throw new IllegalArgumentException("--adjacency " + adjacency + ": " + columns + " columns are not "
                            + channels + " channels of equally many points of time.");
                }
                List<int[]> edges = parts.length == 2 ? List.of() : Adjacency.edges(read(parts[2]), null, channels);
                return Adjacency.channels(channels, columns / channels, edges);
            }
            if (parts[0].equals("edges") && parts.length >= 2) {
                Table edges = read(adjacency.substring(parts[0].length() + 1));
                return Adjacency.of(
                        columns, Adjacency.edges(edges, many.responses().names(), columns));
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // told as any other that is not understood
        }
        throw new IllegalArgumentException(
                "--adjacency: expected " + WAYS + ", not " + NearestNames.quote(adjacency) + ".");
    }

    private static Table read(String file) {
        return TableReader.withDefaults().read(file);
    }
}
