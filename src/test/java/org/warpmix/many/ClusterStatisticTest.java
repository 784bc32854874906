package org.warpmix.many;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.warpmix.many.ClusterStatistic.Cluster;
import org.warpmix.table.Table;

/** Clusters by hand, enhancement by numerical integration of its definition. */
class ClusterStatisticTest {

    private static final double NONE = Double.NaN;

    @Test
    void clustersOfALine() {
        double[] t = {3, 2.5, 1, -2.5, 2.2, NONE, 4, -3, -2.1};
        List<Cluster> clusters = ClusterStatistic.clusters(t, 2, Adjacency.line(9));
        assertEquals(5, clusters.size());
        assertArrayEquals(new int[] {0, 1}, clusters.get(0).columns());
        assertEquals(5.5, clusters.get(0).mass());
        assertArrayEquals(new int[] {7, 8}, clusters.get(4).columns());
        assertEquals(-5.1, clusters.get(4).mass(), 1e-12);
        assertEquals(5.5, ClusterStatistic.MASS.largest(t, 2, Adjacency.line(9)));
        assertEquals(4, ClusterStatistic.MAXIMUM.largest(t, 2, Adjacency.line(9)));
        assertEquals(0, ClusterStatistic.MASS.largest(t, 5, Adjacency.line(9)));
    }

    /** 3×3: the corners touch no diagonal neighbour. */
    @Test
    void clustersOfAGrid() {
        double[] t = {3, 3, 0, 0, 3, 0, 3, 0, 3};
        List<Cluster> clusters = ClusterStatistic.clusters(t, 2, Adjacency.grid(3, 3));
        assertEquals(3, clusters.size());
        int[] first = clusters.get(0).columns();
        Arrays.sort(first);
        assertArrayEquals(new int[] {0, 1, 4}, first);
    }

    @Test
    void channelsTouchAtOneTimeAndAlongIt() {
        Table edges = Table.builder().numeric("from", 1).numeric("to", 3).build();
        Adjacency adjacency = Adjacency.channels(3, 2, Adjacency.edges(edges, null, 3));
        double[] t = {3, 0, 3, 3, 3, 0};
        List<Cluster> clusters = ClusterStatistic.clusters(t, 2, adjacency);
        assertEquals(2, clusters.size());
        assertArrayEquals(new int[] {0, 4}, clusters.get(0).columns());
        assertArrayEquals(new int[] {2, 3}, clusters.get(1).columns());
    }

    @Test
    void enhancementIsTheIntegral() {
        Random random = new Random(1);
        for (Adjacency adjacency : List.of(Adjacency.line(20), Adjacency.grid(4, 5))) {
            double[] t = random.doubles(20, -3, 4).toArray();
            t[4] = t[5]; // equal heights
            t[11] = NONE;
            double[] enhanced = ClusterStatistic.enhanced(t, adjacency);
            double[] integral = new double[20];
            double step = 1e-4;
            for (double h = step / 2; h < 4; h += step) {
                for (Cluster cluster : ClusterStatistic.clusters(t, h, adjacency)) {
                    double value = Math.sqrt(cluster.columns().length) * h * h * step;
                    for (int column : cluster.columns()) {
                        integral[column] += Math.signum(t[column]) * value;
                    }
                }
            }
            integral[11] = NONE;
            assertArrayEquals(integral, enhanced, 5e-3);
            assertTrue(Double.isNaN(enhanced[11]));
        }
    }
}
