package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.Batches;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.random.Philox;
import org.warpmix.random.VariateLanes;
import org.warpmix.replicate.CaseBootstrap;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;

/** What the CUDA backend draws and estimates, against the CPU: much closer than the contract asks, since both search alike. */
abstract class AgreementContract {

    private static final int REPLICATES = 1000;
    /** Draws, relative to the largest of an entry. */
    private static final double DRAW = 1e-12;
    /** Criteria, relative to n + |d|. */
    private static final double CRITERION = 1e-12;
    /** Estimates, relative to 1 + |estimate|. */
    private static final double ESTIMATE = 1e-9;
    /** The same where a variance is about to vanish: the criterion is flat there, and the last bit decides where a search ends. */
    private static final double FLAT = 5e-8;
    /** Share of the replicates that are so. */
    private static final double FLAT_SHARE = 0.01;

    abstract CudaBackend backend();

    private static Stream<Fit> grouped() {
        return Stream.of(
                Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML),
                Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days || Subject)", Method.ML),
                Batches.fit("sleepstudy.csv", "Reaction ~ 0 + (1 | Subject)", Method.ML),
                Batches.fit("Dyestuff2.csv", "Yield ~ 1 + (1 | Batch)", Method.REML),
                Batches.fit("Machines.csv", "score ~ Machine + (0 + Machine | Worker)", Method.REML),
                Batches.fit("s05_unbalanced.csv", "y ~ x + (x | g)", Method.ML));
    }

    @Test
    void randomNumbersAreTheSameBits() {
        long seed = 0x1234_5678_9abc_def0L;
        long first = (1L << 32) - 500; // across the low word of the counter
        int rounds = 100;
        try (Device device = Device.open(0);
                org.warpmix.backend.cuda.Stream stream = device.stream();
                DeviceArray numbers = device.allocate(2 * Long.BYTES * REPLICATES);
                DeviceArray variates = device.allocate(5L * Double.BYTES * rounds * REPLICATES)) {
            Kernel kernel = device.program("numbers.cu", Map.of()).kernel("variates");
            int blocks = (REPLICATES + 127) / 128;
            kernel.launch(stream, blocks, 128, 0, numbers, variates, rounds, seed, -2, 7, first, REPLICATES);
            stream.synchronize();
            double[] bits = new double[2 * REPLICATES];
            numbers.download(bits, bits.length, 0);
            long[] expected = new long[2];
            for (int i = 0; i < REPLICATES; i++) {
                Philox.block(seed, -2, 7, first + i, expected);
                assertEquals(expected[0], Double.doubleToRawLongBits(bits[2 * i]));
                assertEquals(expected[1], Double.doubleToRawLongBits(bits[2 * i + 1]));
            }
            double[] actual = new double[5 * rounds * REPLICATES];
            variates.download(actual, actual.length, 0);
            compareVariates(seed, first, rounds, actual);
        }
    }

    private static void compareVariates(long seed, long first, int rounds, double[] actual) {
        int[] freedom = {1, 2, 3, 40};
        VariateLanes lanes = new VariateLanes(seed);
        double[] expected = new double[VariateLanes.CAPACITY];
        for (int from = 0; from < REPLICATES; from += expected.length) {
            int count = Math.min(expected.length, REPLICATES - from);
            lanes.start(first + from, count);
            for (int e = 0; e < 5 * rounds; e++) {
                if (e % 5 == 0) {
                    lanes.normal(expected);
                } else {
                    lanes.chiSquare(freedom[e % 5 - 1], expected);
                }
                for (int i = 0; i < count; i++) {
                    double value = actual[e * REPLICATES + from + i];
                    assertEquals(expected[i], value, 1e-14 * (1 + Math.abs(expected[i])));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("grouped")
    void drawsWhatTheCpuDraws(Fit fit) {
        ParametricStatistics source =
                ParametricStatistics.of(Batches.fitted(fit).model(), Batches.SEED);
        Batch batch = Batches.batch(fit, source);
        GroupedModel model = new GroupedModel(batch);
        try (Device device = Device.open(0);
                org.warpmix.backend.cuda.Stream stream = device.stream();
                ParametricFeed feed = new ParametricFeed(device, stream, source, model);
                DeviceArray statistics = device.allocate(8L * feed.entries() * REPLICATES)) {
            long first = (1L << 32) - 100; // across the low word of the counter
            feed.fill(first, REPLICATES, statistics, REPLICATES, 1);
            stream.synchronize();
            double[][] expected = new double
                    [feed.entries() + fit.profiledCriterion().statistics().p() + 1][REPLICATES];
            source.drawer().draw(first, REPLICATES, expected);
            double[] actual = new double[REPLICATES];
            for (int e = 0; e < feed.entries(); e++) {
                statistics.download(actual, REPLICATES, (long) e * REPLICATES);
                double largest = 0;
                double error = 0;
                for (int i = 0; i < REPLICATES; i++) {
                    largest = Math.max(largest, Math.abs(expected[e][i]));
                    error = Math.max(error, Math.abs(expected[e][i] - actual[i]));
                }
                assertTrue(error <= DRAW * largest, "entry " + e + ": " + error + " of " + largest);
            }
        }
    }

    private static Stream<Batch> batches() {
        Stream<Batch> parametric = grouped()
                .map(fit -> Batches.batch(
                        fit, ParametricStatistics.of(Batches.fitted(fit).model(), Batches.SEED)));
        Fit slopes = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        Crossproducts statistics = slopes.profiledCriterion().statistics();
        FittedModel model = Batches.fitted(slopes);
        List<ReplicateSource> others =
                List.of(ParametricRows.of(model, Batches.SEED), CaseBootstrap.groups(statistics, Batches.SEED));
        Stream<Batch> several = Stream.of(
                        Batches.fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML),
                        Batches.fit("Pastes.csv", "strength ~ 1 + (1 | batch/cask)", Method.ML),
                        Batches.fit("s07_crossed.csv", "rt ~ condc + (condc | subj) + (1 | item)", Method.REML))
                .map(fit -> Batches.batch(fit, ParametricRows.of(Batches.fitted(fit), Batches.SEED)));
        return Stream.of(parametric, others.stream().map(source -> Batches.batch(slopes, source)), several)
                .flatMap(batches -> batches);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void estimatesWhatTheCpuEstimates(Batch batch) {
        Batch asked = Batches.withOptions(
                batch,
                batch.statistics().p() == 0
                        ? BatchOptions.defaults()
                        : BatchOptions.defaults().withStandardErrors(true).withTested(0));
        List<Batches.Row> expected = Batches.run(new CpuBackend(), asked, 1, REPLICATES);
        List<Batches.Row> actual = Batches.run(backend(), asked, 1, REPLICATES);
        double n = batch.statistics().n();
        int apart = 0;
        for (int i = 0; i < REPLICATES; i++) {
            Batches.Row e = expected.get(i);
            Batches.Row a = actual.get(i);
            String what = e + "\n" + a;
            assertEquals(e.status(), a.status(), what);
            assertEquals(e.singular(), a.singular(), what);
            assertEquals(e.criterion(), a.criterion(), CRITERION * (n + Math.abs(e.criterion())), what);
            double difference = Math.max(
                    Math.max(
                            difference(List.of(e.sigma(), e.wald()), List.of(a.sigma(), a.wald())),
                            difference(e.theta(), a.theta())),
                    Math.max(difference(e.beta(), a.beta()), difference(e.standardErrors(), a.standardErrors())));
            assertTrue(difference <= FLAT, what);
            apart += difference <= ESTIMATE ? 0 : 1;
        }
        assertTrue(apart <= FLAT_SHARE * REPLICATES, apart + " of " + REPLICATES);
    }

    private static double difference(List<Double> expected, List<Double> actual) {
        double worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            double e = expected.get(i);
            if (!Double.isNaN(e)) { // else it was not asked for
                worst = Math.max(worst, Math.abs(e - actual.get(i)) / (1 + Math.abs(e)));
            }
        }
        return worst;
    }
}
