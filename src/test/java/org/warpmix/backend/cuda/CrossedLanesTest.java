package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.model.Unstructured;
import org.warpmix.replicate.UserResponses;
import org.warpmix.table.TableReader;

/** The criterion of crossed and nested models on a device, against that of the host; fronts in shared memory and not. */
class CrossedLanesTest {

    private static final String FRONT = "org.warpmix.cuda.front";
    private static final double TOLERANCE = 1e-10;
    private static final int SHARED = 1000;
    private static final int LIBRARIES = 0;

    private Device device;

    @BeforeEach
    void open() {
        assumeTrue(EmulatedDevice.available(), "the emulated device takes a g++ on Linux, x86-64");
        EmulatedDevice.use();
        device = Device.open(0);
    }

    @AfterEach
    void close() {
        System.clearProperty(FRONT);
        if (device != null) {
            EmulatedDevice.reset();
            assertEquals(0, device.openBytes());
            device.close();
        }
    }

    /** A design, responses of it, a point for each of them. */
    private record Problem(Crossproducts design, Method method, double[][] drawn, double[][] x) {

        static Problem of(Crossproducts design, Method method, int replicates, long seed) {
            Random random = new Random(seed);
            double[][] y = new double[replicates][design.n()];
            for (double[] response : y) {
                for (int i = 0; i < response.length; i++) {
                    response[i] = random.nextGaussian() + (i % 3);
                }
            }
            double[][] drawn = new double[ResponseLayout.of(design).size()][replicates];
            UserResponses.of(design, y).drawer().draw(1, replicates, drawn);
            int k = ProfiledCriterion.of(design, method).parameters().count();
            double[][] x = new double[k][replicates];
            for (double[] entry : x) {
                for (int i = 0; i < replicates; i++) {
                    entry[i] = random.nextInt(8) == 0 ? 0 : random.nextGaussian();
                }
            }
            return new Problem(design, method, drawn, x);
        }

        double[] response(int i) {
            double[] response = new double[drawn.length];
            for (int e = 0; e < response.length; e++) {
                response[e] = drawn[e][i];
            }
            return response;
        }

        double[] point(int i) {
            double[] point = new double[x.length];
            for (int e = 0; e < point.length; e++) {
                point[e] = x[e][i];
            }
            return point;
        }

        CrossedLanes lanes(Device device, int wanted) {
            return CrossedLanes.of(
                    device, design, method, ProfiledCriterion.of(design, method).parameters(), wanted);
        }

        /** Evaluates each replicate in a lane of its own; per replicate value, gradient, r², γ, M_XX⁻¹. */
        double[][] evaluate(CrossedLanes criterion, int[] laneOf) {
            int lanes = criterion.lanes();
            double[][] at = new double[x.length][lanes];
            boolean[] held = new boolean[lanes];
            boolean[] sound = new boolean[1];
            for (int i = 0; i < laneOf.length; i++) {
                criterion.load(new int[] {laneOf[i]}, 1, drawn, i, sound);
                assertTrue(sound[0]);
                held[laneOf[i]] = true;
                for (int e = 0; e < x.length; e++) {
                    at[e][laneOf[i]] = x[e][i];
                }
            }
            int[] occupied = new int[lanes];
            int count = 0;
            for (int l = 0; l < lanes; l++) {
                if (held[l]) {
                    occupied[count++] = l;
                }
            }
            double[] value = new double[lanes];
            double[][] gradient = new double[x.length][lanes];
            criterion.evaluate(at, occupied, count, value, gradient);
            double[][] results = new double[laneOf.length][];
            for (int i = 0; i < laneOf.length; i++) {
                results[i] = results(criterion, laneOf[i], value, gradient);
            }
            return results;
        }

        private double[] results(CrossedLanes criterion, int lane, double[] value, double[][] gradient) {
            int p = design.p();
            double[] gamma = new double[p];
            double[] inverse = new double[p * p];
            criterion.gamma(lane, gamma);
            criterion.fixedInverse(lane, inverse);
            double[] results = new double[2 + x.length + p + p * p];
            results[0] = value[lane];
            for (int e = 0; e < x.length; e++) {
                results[1 + e] = gradient[e][lane];
            }
            results[1 + x.length] = criterion.rSquared(lane);
            System.arraycopy(gamma, 0, results, 2 + x.length, p);
            System.arraycopy(inverse, 0, results, 2 + x.length + p, p * p);
            return results;
        }

        double[] onHost(int i) {
            ProfiledCriterion criterion = ProfiledCriterion.of(design.withResponse(response(i)), method);
            double[] gradient = new double[x.length];
            double value = criterion.value(point(i), gradient);
            Likelihood.Solution solution = criterion.solve(point(i));
            int p = design.p();
            double[] results = new double[2 + x.length + p + p * p];
            results[0] = value;
            System.arraycopy(gradient, 0, results, 1, x.length);
            results[1 + x.length] = solution.rSquared();
            System.arraycopy(solution.gamma(), 0, results, 2 + x.length, p);
            System.arraycopy(solution.mInverse(), 0, results, 2 + x.length + p, p * p);
            return results;
        }

        void compare(double[][] results, String which) {
            for (int i = 0; i < results.length; i++) {
                double[] expected = onHost(i);
                for (int e = 0; e < expected.length; e++) {
                    double tolerance = TOLERANCE * Math.max(1, largestLike(expected, e));
                    assertEquals(expected[e], results[i][e], tolerance, which + ", replicate " + i + ", entry " + e);
                }
            }
        }

        /** The largest of the numbers of one kind. */
        private double largestLike(double[] results, int e) {
            int k = x.length;
            int[] bounds = {0, 1, 1 + k, 2 + k, 2 + k + design.p(), results.length};
            double largest = 0;
            for (int b = 0; b + 1 < bounds.length; b++) {
                for (int i = bounds[b]; e >= bounds[b] && e < bounds[b + 1] && i < bounds[b + 1]; i++) {
                    largest = Math.max(largest, Math.abs(results[i]));
                }
            }
            return largest;
        }
    }

    private static Crossproducts statistics(String file, String formula, Method method) {
        return LinearMixedModel.of(formula)
                .withMethod(method)
                .fit(TableReader.withDefaults().read(Path.of("src/test/resources/data/" + file)))
                .profiledCriterion()
                .statistics();
    }

    private static int[] lanes(int count) {
        int[] lanes = new int[count];
        for (int l = 0; l < count; l++) {
            lanes[l] = l;
        }
        return lanes;
    }

    @ParameterizedTest
    @ValueSource(ints = {SHARED, LIBRARIES})
    void valuesAreTheHostsOnRandomModels(int front) {
        System.setProperty(FRONT, Integer.toString(front));
        int compared = 0;
        for (int seed = 0; seed < 60; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            Crossproducts design;
            try {
                design = Crossproducts.of(model.data());
            } catch (IllegalArgumentException degenerate) {
                continue;
            }
            if (CrossedLanes.suits(design)) {
                Problem problem = Problem.of(design, model.method(), 3, seed);
                try (CrossedLanes criterion = problem.lanes(device, 3)) {
                    problem.compare(problem.evaluate(criterion, lanes(3)), "seed " + seed + ", " + model);
                }
                compared++;
            }
        }
        assertTrue(compared > 30, "compared " + compared);
    }

    /** Slopes on both factors, several tiles and stretches of levels, panels of every length. */
    private static Crossproducts slopes(int n, int first, int firstColumns, int second, int secondColumns) {
        Random random = new Random(n);
        double[][] z = new double[6][n];
        double[] y = new double[n];
        int[] a = new int[n];
        int[] b = new int[n];
        for (int i = 0; i < n; i++) {
            z[0][i] = 1;
            for (int j = 1; j < z.length; j++) {
                z[j][i] = random.nextGaussian();
            }
            y[i] = random.nextGaussian();
            a[i] = i % first;
            b[i] = i / first % second;
        }
        List<RandomTerm> terms = List.of(term("a", first, a, z, firstColumns), term("b", second, b, z, secondColumns));
        int[] rows = IntStream.range(0, n).toArray();
        String[] names = {"(Intercept)", "x1", "x2", "x3", "x4", "x5"};
        return Crossproducts.of(new ModelData("y", y, names, z, terms, null, null, rows, 0));
    }

    private static RandomTerm term(String name, int levels, int[] codes, double[][] z, int columns) {
        String[] labels = IntStream.range(0, levels).mapToObj(l -> name + l).toArray(String[]::new);
        String[] names = IntStream.range(0, columns).mapToObj(c -> "z" + c).toArray(String[]::new);
        return new RandomTerm(
                new GroupingFactor(name, labels, codes), names, Arrays.copyOf(z, columns), new Unstructured(columns));
    }

    @ParameterizedTest
    @ValueSource(ints = {SHARED, LIBRARIES})
    void valuesAreTheHostsWithSlopesAndManyLevels(int front) {
        System.setProperty(FRONT, Integer.toString(front));
        for (Method method : Method.values()) {
            for (Crossproducts design : List.of(
                    slopes(400, 20, 4, 11, 3), // a front of 40
                    slopes(400, 14, 6, 5, 2), // more columns than a thread has registers for
                    slopes(300, 7, 3, 70, 1), // the larger factor second, more levels than a block takes
                    slopes(520, 130, 1, 90, 1))) { // a front of 97, several tiles
                Problem problem = Problem.of(design, method, 2, 5);
                try (CrossedLanes criterion = problem.lanes(device, 2)) {
                    problem.compare(problem.evaluate(criterion, lanes(2)), method.name());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SHARED, LIBRARIES})
    void valuesAreTheHostsOnNestedData(int front) {
        System.setProperty(FRONT, Integer.toString(front));
        Crossproducts design = statistics("Pastes.csv", "strength ~ 1 + (1 | batch/cask)", Method.REML);
        Problem problem = Problem.of(design, Method.REML, 4, 8);
        try (CrossedLanes criterion = problem.lanes(device, 4)) {
            problem.compare(problem.evaluate(criterion, lanes(4)), "Pastes");
        }
    }

    /** Lanes, company and the number of lanes change no bit; nor does what a lane held before. */
    @ParameterizedTest
    @ValueSource(ints = {SHARED, LIBRARIES})
    void companyChangesNothing(int front) {
        System.setProperty(FRONT, Integer.toString(front));
        Crossproducts design = statistics("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML);
        Problem problem = Problem.of(design, Method.REML, 70, 9);
        double[][] together;
        try (CrossedLanes criterion = problem.lanes(device, 100)) {
            assertEquals(96, criterion.lanes()); // whole groups
            together = problem.evaluate(criterion, lanes(70));
            int[] scattered = new Random(1).ints(0, 96).distinct().limit(70).toArray();
            assertSameBits(together, problem.evaluate(criterion, scattered));
            assertSameBits(Arrays.copyOf(together, 1), problem.evaluate(criterion, new int[] {95}));
        }
        try (CrossedLanes criterion = problem.lanes(device, 32)) {
            assertSameBits(Arrays.copyOf(together, 20), problem.evaluate(criterion, lanes(20)));
        }
    }

    private static void assertSameBits(double[][] expected, double[][] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], actual[i], "replicate " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SHARED, LIBRARIES})
    void whatCannotBeEvaluatedIsInfiniteAndAlone(int front) {
        System.setProperty(FRONT, Integer.toString(front));
        Crossproducts design = slopes(60, 6, 1, 5, 2);
        Problem problem = Problem.of(design, Method.ML, 4, 10);
        ResponseLayout layout = ResponseLayout.of(design);
        problem.x[0][1] = 1e200;
        problem.x[1][2] = Double.NaN;
        problem.drawn[layout.yy()][3] = 1e-3; // shorter than its projection: r² < 0
        try (CrossedLanes criterion = problem.lanes(device, 4)) {
            double[][] results = problem.evaluate(criterion, lanes(4));
            problem.compare(Arrays.copyOf(results, 1), "the sound one");
            for (int i = 1; i < 4; i++) {
                assertEquals(Double.POSITIVE_INFINITY, results[i][0], "replicate " + i);
            }
        }
    }

    @Test
    void whatHasNoLengthIsNotLoaded() {
        Problem problem = Problem.of(slopes(60, 6, 1, 5, 2), Method.ML, 4, 11);
        int yy = ResponseLayout.of(problem.design()).yy();
        problem.drawn[yy][1] = 0;
        problem.drawn[yy][2] = Double.NaN;
        boolean[] sound = new boolean[4];
        try (CrossedLanes criterion = problem.lanes(device, 4)) {
            criterion.load(lanes(4), 4, problem.drawn, 0, sound);
        }
        assertArrayEquals(new boolean[] {true, false, false, true}, sound);
    }

    @Test
    void takesAsManyLanesAsFit() {
        Problem problem = Problem.of(slopes(520, 130, 1, 90, 1), Method.ML, 2, 12);
        long perLane =
                CrossedLanes.bytes(device, problem.design(), 2) - CrossedLanes.bytes(device, problem.design(), 1);
        EmulatedDevice.limitMemory(EmulatedDevice.allocatedBytes() + 45 * perLane);
        try (CrossedLanes criterion = problem.lanes(device, 1000)) {
            assertEquals(32, criterion.lanes());
        }
    }

    @Test
    void halvesTheLanesWhereMemoryIsGone() {
        Problem problem = Problem.of(slopes(60, 6, 1, 5, 2), Method.ML, 2, 13);
        EmulatedDevice.fail("cuMemAlloc", 3, 1, 2);
        try (CrossedLanes criterion = problem.lanes(device, 20)) {
            assertEquals(10, criterion.lanes());
            problem.compare(problem.evaluate(criterion, new int[] {9, 3}), "half of the lanes");
        }
    }

    @Test
    void oneLaneThatDoesNotFitIsOneLine() {
        Problem problem = Problem.of(slopes(520, 130, 1, 90, 1), Method.ML, 2, 12);
        EmulatedDevice.limitMemory(EmulatedDevice.allocatedBytes() + 100_000);
        OutOfDeviceMemory none = assertThrows(OutOfDeviceMemory.class, () -> problem.lanes(device, 8));
        assertTrue(
                none.getMessage()
                        .matches(
                                "One replicate of this model takes [0-9,]+ bytes on device 0 \\(Warpmix emulated device\\),"
                                        + " which has [0-9,]+ bytes free\\. Use the cpu backend, or leave out rare levels\\."),
                none.getMessage());
    }

    @Test
    void bytesAreThoseTaken() {
        for (int front : new int[] {SHARED, LIBRARIES}) {
            System.setProperty(FRONT, Integer.toString(front));
            Problem problem = Problem.of(slopes(300, 7, 3, 70, 1), Method.REML, 2, 14);
            try (CrossedLanes criterion = problem.lanes(device, 5)) {
                assertEquals(CrossedLanes.bytes(device, problem.design(), criterion.lanes()), device.openBytes());
            }
        }
    }
}
