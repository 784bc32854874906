package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.table.Table;

/** p-values: uniform where nothing is to be found, and on tiny designs those of all arrangements fitted one by one. */
class PermutationTruthTest {

    private static final int DATA_SETS = 500;
    private static final int REPLICATES = 99;
    /** Kolmogorov and Smirnov's distance that one in a thousand exceeds, times √n. */
    private static final double DISTANCE = 1.95;

    private static final LinearMixedModel MODEL = LinearMixedModel.of("y ~ x + (1 | g)");

    private static Table table(double[] y, double[] x, int size) {
        int[] g = IntStream.range(0, y.length).map(row -> row / size).toArray();
        String[] labels =
                IntStream.range(0, y.length / size).mapToObj(j -> "g" + j).toArray(String[]::new);
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, labels)
                .build();
    }

    /** Groups with an intercept of their own and no effect of x, which is constant within groups or not. */
    private static Table unrelated(Random random, int groups, int size, boolean between) {
        double[] y = new double[groups * size];
        double[] x = new double[y.length];
        double group = 0;
        for (int row = 0; row < y.length; row++) {
            boolean first = row % size == 0;
            group = first ? random.nextGaussian() : group;
            x[row] = first || !between ? random.nextGaussian() : x[row - 1];
            y[row] = group + random.nextGaussian();
        }
        return table(y, x, size);
    }

    @ParameterizedTest
    @EnumSource
    void uniformUnderTheNull(PermutationScheme scheme) {
        Random random = new Random(21);
        int[] ranks = new int[REPLICATES + 2];
        for (int d = 0; d < DATA_SETS; d++) {
            Fit fit = MODEL.fit(unrelated(random, 10, 5, scheme == PermutationScheme.WHOLE_GROUPS));
            PermutationResult result = Permutation.of(fit, "x")
                    .withScheme(scheme)
                    .withReplicates(REPLICATES)
                    .withSeed(d)
                    .run();
            assertEquals(REPLICATES, result.converged());
            ranks[(int) result.extreme() + 1]++;
        }
        double distance = 0;
        int atMost = 0;
        for (int rank = 1; rank <= REPLICATES + 1; rank++) {
            atMost += ranks[rank];
            double p = rank / (REPLICATES + 1.0);
            distance = Math.max(distance, Math.abs((double) atMost / DATA_SETS - p));
        }
        assertTrue(distance < DISTANCE / Math.sqrt(DATA_SETS), scheme + ": distance " + distance);
    }

    /** All arrangements, fitted one by one from rows: as many with |t| at least as large as the one observed. */
    private static void assertExact(PermutationScheme scheme, Table data, double[] x, int size, List<double[]> all) {
        double observed = t(data);
        int extreme = 0;
        for (double[] y : all) {
            extreme += t(table(y, x, size)) >= observed * (1 - 1e-7) ? 1 : 0;
        }
        PermutationResult result = Permutation.of(MODEL.fit(data), "x")
                .withScheme(scheme)
                .withReplicates(1000)
                .run();
        assertTrue(result.exact());
        assertEquals(all.size(), result.replicates());
        assertEquals((double) extreme / all.size(), result.p());
        assertTrue(extreme > 1 && extreme < all.size() / 2, "of " + all.size() + " " + extreme);
    }

    private static double t(Table data) {
        return Math.abs(MODEL.fit(data).fixedEffects().t(1));
    }

    /** Calls with each permutation of the entries of an array from k on. */
    private static void permute(int[] items, int k, Consumer<int[]> each) {
        if (k == items.length) {
            each.accept(items);
        }
        for (int i = k; i < items.length; i++) {
            swap(items, k, i);
            permute(items, k + 1, each);
            swap(items, k, i);
        }
    }

    private static void swap(int[] items, int i, int k) {
        int item = items[i];
        items[i] = items[k];
        items[k] = item;
    }

    @Test
    void wholeGroupsAreThoseFittedOneByOne() {
        double[] y = {3.1, 3.9, 5.2, 4.1, 6.8, 7.7, 6.1, 7.0, 9.2, 8.1};
        double[] x = {1, 1, 2, 2, 4, 4, 3, 3, 3.5, 3.5};
        List<double[]> all = new ArrayList<>();
        permute(
                new int[] {0, 1, 2, 3, 4},
                0,
                order -> all.add(IntStream.range(0, 10)
                        .mapToDouble(row -> y[2 * order[row / 2] + row % 2])
                        .toArray()));
        assertEquals(120, all.size());
        assertExact(PermutationScheme.WHOLE_GROUPS, table(y, x, 2), x, 2, all);
    }

    @Test
    void rowsWithinGroupsAreThoseFittedOneByOne() {
        double[] y = {1.2, 2.9, 2.0, 5.5, 5.1, 6.3, 3.0, 4.4, 3.9};
        double[] x = {0.1, 1.3, 1.9, 0.4, 0.9, 2.2, 0.3, 1.1, 0.8};
        List<double[]> all = new ArrayList<>();
        permute(new int[] {0, 1, 2}, 0, a -> {
            int[] first = a.clone();
            permute(new int[] {3, 4, 5}, 0, b -> {
                int[] second = b.clone();
                permute(new int[] {6, 7, 8}, 0, c -> {
                    int[] order = IntStream.range(0, 9)
                            .map(row -> row < 3 ? first[row] : row < 6 ? second[row - 3] : c[row - 6])
                            .toArray();
                    all.add(IntStream.of(order).mapToDouble(row -> y[row]).toArray());
                });
            });
        });
        assertEquals(216, all.size());
        assertExact(PermutationScheme.WITHIN_GROUPS, table(y, x, 3), x, 3, all);
    }

    @Test
    void signsAreThoseFittedOneByOne() {
        double[] y = {2.1, 3.6, 1.4, 2.7, 3.9, 4.3, 2.2, 1.9, 3.1, 4.5, 0.9, 2.8, 3.3, 3.0};
        double[] x = {0, 1, 0.2, 1.1, 0.1, 0.9, 0, 1.2, 0.3, 1, 0.1, 1, 0, 0.8};
        Table data = table(y, x, 2);
        double mean =
                LinearMixedModel.of("y ~ 1 + (1 | g)").fit(data).fixedEffects().estimate(0);
        List<double[]> all = new ArrayList<>();
        for (int signs = 0; signs < 128; signs++) {
            int chosen = signs;
            all.add(IntStream.range(0, 14)
                    .mapToDouble(row -> mean + ((chosen >> row / 2 & 1) == 0 ? 1 : -1) * (y[row] - mean))
                    .toArray());
        }
        assertExact(PermutationScheme.SIGN_FLIP, data, x, 2, all);
    }
}
