package org.warpmix.many;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.fit.Fit;
import org.warpmix.inference.Permutation;
import org.warpmix.inference.PermutationResult;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.table.Table;

/** Column by column the test is {@link Permutation}'s; over columns it holds the familywise error. */
class ClusterPermutationTest {

    private final Table table = Columns.predictors();

    /** The largest over one column is that column's statistic. */
    @ParameterizedTest
    @CsvSource({
        "FREEDMAN_LANE, ~ x + f + (1 | g), x",
        "FREEDMAN_LANE, ~ x + f + (1 | g), f",
        "TER_BRAAK, ~ x + f + (1 | g), x",
        "SIGN_FLIP, ~ x + (1 | g), x",
        "WITHIN_GROUPS, ~ x + f + (1 | g), f",
        "FREEDMAN_LANE, ~ x + (1 | g) + (1 | f), x"
    })
    void ofOneColumnItIsThePermutationTest(PermutationScheme scheme, String formula, String term) {
        double[][] columns = {Columns.responses(table, 5, 9)[4]};
        ManyResponses many = Columns.many(formula, table, columns);
        ClusterResult result = ClusterPermutation.of(many, term, Adjacency.line(1))
                .withStatistic(ClusterStatistic.MAXIMUM)
                .withScheme(scheme, null)
                .withPermutations(99)
                .withSeed(7)
                .run();
        Fit fit = Columns.alone(many.model(), table, columns[0]);
        PermutationResult alone = Permutation.of(fit, term)
                .withScheme(scheme)
                .withReplicates(99)
                .withSeed(7)
                .run();
        double statistic = result.statistic()[0];
        assertEquals(alone.observed(), term.equals("x") ? statistic * statistic : statistic, 1e-9);
        assertEquals(alone.p(), result.p()[0], 1e-12);
        assertEquals(99, result.permutations());
    }

    @Test
    void goesThroughAllArrangementsWhereTheyAreFew() {
        double[][] columns = Columns.responses(table, 3, 9);
        ManyResponses many = Columns.many("~ x + (1 | g)", table, columns);
        ClusterResult result = ClusterPermutation.of(many, "x", Adjacency.line(3))
                .withScheme(PermutationScheme.SIGN_FLIP, null)
                .withPermutations(1000)
                .run();
        assertTrue(result.exact());
        assertEquals(256, result.permutations());
    }

    @Test
    void findsAnEffectWhereItIs() {
        TimeSeries series = new TimeSeries(10, 6, 24, 1.2, 5);
        for (ClusterStatistic statistic : ClusterStatistic.values()) {
            ClusterResult result = series.test(statistic, 199).run();
            ClusterResult.TestedCluster first = result.clusters().get(0);
            assertEquals(0.005, first.p(), 1e-12);
            assertTrue(first.peak() >= 8 && first.peak() < 16, statistic + ": " + first.peak());
            assertEquals(0, result.failed());
        }
    }

    /** 5 % of 120 null data sets are 6; more than 14 come about once in a thousand times. */
    @Test
    void holdsTheFamilywiseError() {
        Map<ClusterStatistic, Integer> found = new EnumMap<>(ClusterStatistic.class);
        int datasets = 120;
        for (int d = 0; d < datasets; d++) {
            TimeSeries series = new TimeSeries(8, 5, 6, 0, 100 + d);
            for (ClusterStatistic statistic : ClusterStatistic.values()) {
                double[] p = series.test(statistic, 39).withSeed(d).run().p();
                int any = Arrays.stream(p).min().orElseThrow() <= 0.05 ? 1 : 0;
                found.merge(statistic, any, Integer::sum);
            }
        }
        for (int count : found.values()) {
            assertTrue(count >= 1 && count <= 14, found.toString());
        }
    }

    @Test
    void doesNotDependOnThreadsAndLeavesConstantColumnsOut() {
        double[][] columns = Columns.responses(table, 9, 11);
        Arrays.fill(columns[4], 1);
        ManyResponses many = Columns.many("~ x + (1 | g)", table, columns);
        ClusterPermutation test =
                ClusterPermutation.of(many, "x", Adjacency.grid(3, 3)).withPermutations(50);
        ClusterResult result = test.run();
        assertTrue(Double.isNaN(result.p()[4]));
        assertEquals(8, result.fitted());
        ClusterResult again = ClusterPermutation.of(many.withThreads(3), "x", Adjacency.grid(3, 3))
                .withPermutations(50)
                .run();
        assertArrayEquals(result.largest(), again.largest());
    }

    @Test
    void saysWhatIsWrong() {
        double[][] columns = Columns.responses(table, 3, 12);
        columns[1][16] = Double.NaN;
        ManyResponses many = Columns.many("~ x + (1 | g)", table, columns);
        assertEquals(
                "Response column 'V2' is missing in row 17. A permutation rearranges all columns alike, so that each needs all"
                        + " rows: leave out the row, or the column.",
                message(ClusterPermutation.of(many, "x", Adjacency.line(3))));
        assertThrows(IllegalArgumentException.class, () -> ClusterPermutation.of(many, "x", Adjacency.line(4)));
        double[][] complete = Columns.responses(table, 2, 12);
        ManyResponses whole = Columns.many("~ x + (1 | g)", table, complete);
        assertEquals(
                "No fixed-effects term or coefficient 'y'. Known names: 'x', '(Intercept)'.",
                message(ClusterPermutation.of(whole, "y", Adjacency.line(2))));
        assertEquals(
                "Permuting by within-groups cannot test (Intercept): it is the same in all that is exchanged. Permute by"
                        + " sign-flip.",
                message(ClusterPermutation.of(whole, "(Intercept)", Adjacency.line(2))
                        .withScheme(PermutationScheme.WITHIN_GROUPS, null)));
    }

    private static String message(ClusterPermutation test) {
        return assertThrows(IllegalArgumentException.class, test::run).getMessage();
    }

    /** A crossed experiment through time; an effect in the middle third. */
    private static final class TimeSeries {

        private final Table table;
        private final double[][] columns;

        TimeSeries(int subjects, int items, int points, double effect, long seed) {
            Random random = new Random(seed);
            int n = subjects * items;
            double[] x = new double[n];
            String[] s = new String[n];
            String[] item = new String[n];
            for (int i = 0; i < n; i++) {
                x[i] = (i / items + i % items) % 2 - 0.5;
                s[i] = "s" + i / items;
                item[i] = "i" + i % items;
            }
            table = Table.builder()
                    .numeric("x", x)
                    .factor("s", s)
                    .factor("i", item)
                    .build();
            double[] ofSubject = new double[subjects];
            double[] ofItem = new double[items];
            double[] error = new double[n];
            columns = new double[points][n];
            for (int t = 0; t < points; t++) {
                step(ofSubject, 0.7, t, random);
                step(ofItem, 0.4, t, random);
                step(error, 1, t, random);
                double here = t >= points / 3 && t < 2 * points / 3 ? effect : 0;
                for (int i = 0; i < n; i++) {
                    columns[t][i] = ofSubject[i / items] + ofItem[i % items] + here * x[i] + error[i];
                }
            }
        }

        private static void step(double[] values, double sd, int t, Random random) {
            double kept = t == 0 ? 0 : 0.8;
            for (int i = 0; i < values.length; i++) {
                values[i] = kept * values[i] + Math.sqrt(1 - kept * kept) * sd * random.nextGaussian();
            }
        }

        ClusterPermutation test(ClusterStatistic statistic, int permutations) {
            ManyResponses many = Columns.many("~ x + (1 | s) + (1 | i)", table, columns);
            return ClusterPermutation.of(many, "x", Adjacency.line(columns.length))
                    .withStatistic(statistic)
                    .withPermutations(permutations);
        }
    }
}
