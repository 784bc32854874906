package org.warpmix.benchmarks;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.warpmix.many.Adjacency;
import org.warpmix.many.ClusterPermutation;
import org.warpmix.many.ClusterResult;
import org.warpmix.many.ClusterStatistic;

/**
 * How often a cluster permutation test finds something where there is nothing, with its Monte Carlo error:
 * {@code FamilywiseStudy DATASETS SUBJECTS ITEMS POINTS PERMUTATIONS THREADS}. The points are alike with their neighbours, as those of
 * a time series are.
 */
public final class FamilywiseStudy {

    private static final double LEVEL = 0.05;

    private FamilywiseStudy() {}

    public static void main(String[] arguments) {
        int datasets = Integer.parseInt(arguments[0]);
        int points = Integer.parseInt(arguments[3]);
        Map<ClusterStatistic, Integer> found = new EnumMap<>(ClusterStatistic.class);
        long start = System.nanoTime();
        for (int d = 0; d < datasets; d++) {
            TimeSeries series = TimeSeries.of(
                    Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), points, 0, new Random(1000 + d));
            for (ClusterStatistic statistic : ClusterStatistic.values()) {
                ClusterResult result = ClusterPermutation.of(
                                series.many(Integer.parseInt(arguments[5])), "condition", Adjacency.line(points))
                        .withStatistic(statistic)
                        .withPermutations(Integer.parseInt(arguments[4]))
                        .withSeed(d)
                        .run();
                boolean any = false;
                for (double p : result.p()) {
                    any |= p <= LEVEL;
                }
                found.merge(statistic, any ? 1 : 0, Integer::sum);
            }
        }
        double error = Math.sqrt(LEVEL * (1 - LEVEL) / datasets);
        for (ClusterStatistic statistic : ClusterStatistic.values()) {
            System.out.printf(
                    "%s: %.4f of %d null data sets have a p <= 0.05 (expected 0.05, Monte Carlo error %.4f)%n",
                    statistic, (double) found.get(statistic) / datasets, datasets, error);
        }
        System.out.printf("%.0f s%n", (System.nanoTime() - start) * 1e-9);
    }
}
