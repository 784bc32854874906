package org.warpmix.benchmarks;

import java.util.Random;
import org.warpmix.many.Adjacency;
import org.warpmix.many.ClusterPermutation;
import org.warpmix.many.ClusterResult;
import org.warpmix.many.ClusterStatistic;

/**
 * Times a cluster permutation test of a time series, the crossed model fitted anew to each point of each permutation:
 * {@code ClusterTiming SUBJECTS ITEMS POINTS PERMUTATIONS THREADS [RUNS]}.
 */
public final class ClusterTiming {

    private ClusterTiming() {}

    public static void main(String[] arguments) {
        int points = Integer.parseInt(arguments[2]);
        int permutations = Integer.parseInt(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        int runs = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 1;
        TimeSeries series = TimeSeries.of(
                Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), points, 0.3, new Random(1));
        for (int run = 0; run < runs; run++) {
            for (ClusterStatistic statistic : ClusterStatistic.values()) {
                long start = System.nanoTime();
                ClusterResult result = ClusterPermutation.of(series.many(threads), "condition", Adjacency.line(points))
                        .withStatistic(statistic)
                        .withPermutations(permutations)
                        .run();
                double seconds = (System.nanoTime() - start) * 1e-9;
                System.out.printf(
                        "%s: %d permutations x %d points, %d threads: %.1f s, %.0f us a refit, %d failed; clusters:",
                        statistic,
                        permutations,
                        points,
                        threads,
                        seconds,
                        seconds * 1e6 / permutations / points,
                        result.failed());
                for (ClusterResult.TestedCluster cluster : result.clusters()) {
                    System.out.printf(
                            " %d points, mass %.1f, p %.4f;",
                            cluster.cluster().columns().length,
                            cluster.cluster().mass(),
                            cluster.p());
                }
                System.out.println();
            }
        }
    }
}
