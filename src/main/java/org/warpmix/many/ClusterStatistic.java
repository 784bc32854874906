package org.warpmix.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a permutation test over neighbouring columns takes the largest of, to hold the familywise error. */
public enum ClusterStatistic {
    /**
     * Cluster mass: neighbours beyond a threshold, on the same side of zero, are a cluster, and the sum of their statistics its mass.
     * Says that there is an effect somewhere in a cluster, not where it begins or ends. Maris and Oostenveld 2007,
     * doi:10.1016/j.jneumeth.2007.03.024.
     */
    MASS,
    /**
     * Threshold-free cluster enhancement, {@code ∫ extent(h)^½ h² dh} from zero to the statistic of a column, extent(h) the number of
     * columns of the cluster that it belongs to at threshold h; the integral is exact. Smith and Nichols 2009,
     * doi:10.1016/j.neuroimage.2008.03.061.
     */
    TFCE,
    /** The statistic itself, whatever the neighbours. Holds for each column alone. */
    MAXIMUM;

    private static final double EXTENT = 0.5;
    private static final double HEIGHT = 2;

    /**
     * A cluster.
     *
     * @param columns 0-based numbers, ascending by the search from neighbour to neighbour
     * @param mass sum of the columns' statistics, with their sign
     */
    public record Cluster(int[] columns, double mass) {}

    /**
     * The clusters.
     *
     * @param statistic one per column; NaN belongs to none
     * @param threshold positive
     */
    static List<Cluster> clusters(double[] statistic, double threshold, Adjacency adjacency) {
        List<Cluster> clusters = new ArrayList<>();
        boolean[] seen = new boolean[statistic.length];
        int[] queue = new int[statistic.length];
        for (int c = 0; c < statistic.length; c++) {
            if (seen[c] || !(Math.abs(statistic[c]) > threshold)) {
                continue;
            }
            double sign = Math.signum(statistic[c]);
            int found = 0;
            double mass = 0;
            queue[found++] = c;
            seen[c] = true;
            for (int next = 0; next < found; next++) {
                int at = queue[next];
                mass += statistic[at];
                for (int e = adjacency.start()[at]; e < adjacency.start()[at + 1]; e++) {
                    int neighbour = adjacency.neighbours()[e];
                    if (!seen[neighbour] && sign * statistic[neighbour] > threshold) {
                        seen[neighbour] = true;
                        queue[found++] = neighbour;
                    }
                }
            }
            clusters.add(new Cluster(Arrays.copyOf(queue, found), mass));
        }
        return clusters;
    }

    /**
     * The enhanced statistics, with the sign of the statistic; NaN where that is.
     *
     * <p>Columns join from the highest down. A component of columns that are joined lasts from the height at which it came about down
     * to that at which it grows, and gives each of its columns {@code extent^E (top^{H+1} − bottom^{H+1})/(H+1)}.
     */
    static double[] enhanced(double[] statistic, Adjacency adjacency) {
        double[] enhanced = new double[statistic.length];
        for (int sign = 1; sign >= -1; sign -= 2) {
            new Enhancement(statistic, sign, adjacency).write(enhanced);
        }
        for (int c = 0; c < enhanced.length; c++) {
            enhanced[c] = Double.isNaN(statistic[c]) ? Double.NaN : enhanced[c];
        }
        return enhanced;
    }

    /** The largest over the columns; 0 where there is none. */
    double largest(double[] statistic, double threshold, Adjacency adjacency) {
        double largest = 0;
        switch (this) {
            case MASS -> {
                for (Cluster cluster : clusters(statistic, threshold, adjacency)) {
                    largest = Math.max(largest, Math.abs(cluster.mass()));
                }
            }
            case TFCE -> largest = largest(enhanced(statistic, adjacency));
            case MAXIMUM -> largest = largest(statistic);
        }
        return largest;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.abs(value) > largest ? Math.abs(value) : largest;
        }
        return largest;
    }

    /** The columns on one side of zero, joined from the highest down; node k comes about with the k-th of them. */
    private static final class Enhancement {

        private final int sign;
        private final int[] order;
        private final int[] nodeOf;
        private final int[] extent;
        private final double[] top;
        private final double[] value;
        /** The component that a component grew into. */
        private final int[] parent;
        /** The component that it is part of by now, found by halving paths. */
        private final int[] root;

        Enhancement(double[] statistic, int sign, Adjacency adjacency) {
            this.sign = sign;
            this.order = IntStream.range(0, statistic.length)
                    .filter(c -> sign * statistic[c] > 0)
                    .boxed()
                    .sorted((a, b) -> Double.compare(sign * statistic[b], sign * statistic[a]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            this.nodeOf = new int[statistic.length];
            Arrays.fill(nodeOf, -1);
            this.extent = new int[order.length];
            this.top = new double[order.length];
            this.value = new double[order.length];
            this.parent = new int[order.length];
            this.root = new int[order.length];
            for (int k = 0; k < order.length; k++) {
                join(k, sign * statistic[order[k]], adjacency);
            }
            for (int k = order.length - 1; k >= 0; k--) {
                if (parent[k] < 0) {
                    value[k] = area(k, 0);
                } else {
                    value[k] += value[parent[k]];
                }
            }
        }

        private void join(int k, double height, Adjacency adjacency) {
            int column = order[k];
            nodeOf[column] = k;
            extent[k] = 1;
            top[k] = height;
            parent[k] = -1;
            root[k] = k;
            for (int e = adjacency.start()[column]; e < adjacency.start()[column + 1]; e++) {
                int node = nodeOf[adjacency.neighbours()[e]];
                if (node < 0) {
                    continue;
                }
                int component = find(node);
                if (component != k) {
                    extent[k] += extent[component];
                    value[component] = area(component, height);
                    parent[component] = k;
                    root[component] = k;
                }
            }
        }

        private double area(int k, double bottom) {
            double power = HEIGHT + 1;
            return Math.pow(extent[k], EXTENT) * (Math.pow(top[k], power) - Math.pow(bottom, power)) / power;
        }

        private int find(int node) {
            int at = node;
            while (root[at] != at) {
                root[at] = root[root[at]];
                at = root[at];
            }
            return at;
        }

        void write(double[] enhanced) {
            for (int k = 0; k < order.length; k++) {
                enhanced[order[k]] = sign * value[k];
            }
        }
    }
}
