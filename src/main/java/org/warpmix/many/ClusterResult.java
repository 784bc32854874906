package org.warpmix.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.warpmix.many.ClusterStatistic.Cluster;

/**
 * What a cluster permutation test found. Immutable; the arrays are shared.
 *
 * <p>With b of B permutations whose largest statistic is at least that observed, {@code p = (1 + b)/(1 + B)}, or {@code b/B} where all
 * arrangements were gone through: familywise, since the largest is over all columns. A permutation with a refit that failed counts as
 * at least as large, so p is never too small for it.
 */
public final class ClusterResult {

    /** Familywise level at which neighbours are told together where no threshold makes clusters. */
    public static final double LEVEL = 0.05;

    /** Statistics that agree within the accuracy of a fit are taken as equal, hence as large. */
    private static final double TIE = 1e-6;

    /**
     * A cluster of columns, or of neighbours that are significant by themselves.
     *
     * @param cluster its columns, and the sum of their statistics
     * @param peak 0-based number of the column with the largest statistic
     * @param p familywise; the least of the columns' where they are tested by themselves
     */
    public record TestedCluster(Cluster cluster, int peak, double p) {}

    private final ClusterRun run;
    private final double[] largest;
    private final double[] sorted;
    private final long failed;
    private final double[] p;
    private final List<TestedCluster> clusters;

    private ClusterResult(ClusterRun run, double[] largest, long failed) {
        this.run = run;
        this.largest = largest;
        this.sorted = largest.clone();
        Arrays.sort(sorted);
        this.failed = failed;
        this.p = new double[run.observed().length];
        this.clusters = new ArrayList<>();
    }

    static ClusterResult of(ClusterRun run, double[] largest, long failed) {
        ClusterResult result = new ClusterResult(run, largest, failed);
        result.test();
        return result;
    }

    private void test() {
        double[] statistic = run.observed();
        ClusterStatistic kind = run.request().statistic();
        Adjacency adjacency = run.request().adjacency();
        if (kind == ClusterStatistic.MASS) {
            for (int c = 0; c < p.length; c++) {
                p[c] = Double.isNaN(statistic[c]) ? Double.NaN : 1;
            }
            for (Cluster cluster : ClusterStatistic.clusters(statistic, run.threshold(), adjacency)) {
                double value = pOf(Math.abs(cluster.mass()));
                for (int column : cluster.columns()) {
                    p[column] = value;
                }
                clusters.add(new TestedCluster(cluster, peak(cluster, statistic), value));
            }
        } else {
            double[] tested =
                    kind == ClusterStatistic.TFCE ? ClusterStatistic.enhanced(statistic, adjacency) : statistic;
            double[] significant = new double[p.length];
            for (int c = 0; c < p.length; c++) {
                p[c] = Double.isNaN(tested[c]) ? Double.NaN : pOf(Math.abs(tested[c]));
                significant[c] = p[c] <= LEVEL ? statistic[c] : Double.NaN;
            }
            for (Cluster cluster : ClusterStatistic.clusters(significant, 0, adjacency)) {
                double least = 1;
                for (int column : cluster.columns()) {
                    least = Math.min(least, p[column]);
                }
                clusters.add(new TestedCluster(cluster, peak(cluster, statistic), least));
            }
        }
        clusters.sort(Comparator.comparingDouble(TestedCluster::p)
                .thenComparing(tested -> -Math.abs(tested.cluster().mass())));
    }

    private static int peak(Cluster cluster, double[] statistic) {
        int peak = cluster.columns()[0];
        for (int column : cluster.columns()) {
            peak = Math.abs(statistic[column]) > Math.abs(statistic[peak]) ? column : peak;
        }
        return peak;
    }

    private double pOf(double value) {
        int below = Arrays.binarySearch(sorted, value * (1 - TIE));
        below = below < 0 ? -below - 1 : below;
        while (below > 0 && sorted[below - 1] >= value * (1 - TIE)) {
            below--;
        }
        int extreme = sorted.length - below;
        return run.exact() ? (double) extreme / sorted.length : (1.0 + extreme) / (1.0 + sorted.length);
    }

    /** What was asked for. */
    public ClusterPermutation request() {
        return run.request();
    }

    /** t of each column, or Wald's statistic of a term of several coefficients; NaN for a column that cannot be fitted. */
    public double[] statistic() {
        return run.observed();
    }

    /** Familywise p-value of each column: of the cluster that it is in, and 1 where it is in none; NaN as {@link #statistic}. */
    public double[] p() {
        return p;
    }

    /** The clusters, those with the smallest p first. */
    public List<TestedCluster> clusters() {
        return List.copyOf(clusters);
    }

    /** The cluster-forming threshold of the statistic, of use for {@link ClusterStatistic#MASS} only. */
    public double threshold() {
        return run.threshold();
    }

    /** The largest statistic of each permutation; infinite where a refit failed. */
    public double[] largest() {
        return largest;
    }

    /** Number of permutations. */
    public int permutations() {
        return largest.length;
    }

    /** Whether these are all arrangements that there are. */
    public boolean exact() {
        return run.exact();
    }

    /** Number of columns that were fitted to each permutation. */
    public int fitted() {
        return run.fitted();
    }

    /** Number of refits without estimates. */
    public long failed() {
        return failed;
    }

    /** Whether a coefficient is of the term tested. */
    public boolean tests(int coefficient) {
        return run.tests(coefficient);
    }
}
