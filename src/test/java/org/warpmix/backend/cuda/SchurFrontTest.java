package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.ErrorCovariance;
import org.warpmix.likelihood.FrontPattern;
import org.warpmix.likelihood.FrontSize;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;

/** The criterion of one crossed model with its front on a device, against that of the host. */
class SchurFrontTest {

    private static final double TOLERANCE = 1e-9;
    private static final int SEEDS = 99;

    private Device device;
    private final List<DenseFront> fronts = new ArrayList<>();

    @BeforeEach
    void open() {
        assumeTrue(EmulatedDevice.available(), "the emulated device takes a g++ on Linux, x86-64");
        EmulatedDevice.use();
        device = Device.open(0);
    }

    @AfterEach
    void close() {
        if (device != null) {
            EmulatedDevice.reset();
            fronts.forEach(DenseFront::close);
            assertEquals(0, device.openBytes());
            device.close();
        }
    }

    /** Takes what the device itself would take, here. */
    private final class Fronts implements DenseFront.Maker {
        private FrontSize size;

        @Override
        public boolean takes(FrontSize wanted) {
            size = wanted;
            return wanted.eliminated().size() == 1;
        }

        @Override
        public DenseFront of(FrontPattern pattern) {
            assertEquals(size.order(), pattern.order());
            assertEquals(size.data(), pattern.baseRow().length);
            assertEquals(size.columns(), pattern.position().length);
            DenseFront front = new SchurFront(device, pattern);
            fronts.add(front);
            return front;
        }
    }

    private ProfiledCriterion onDevice(Crossproducts statistics, Method method) {
        return ProfiledCriterion.of(statistics, method, new Fronts());
    }

    @Test
    void agreesOnModelsOfEveryCrossedStructure() {
        int compared = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            Crossproducts statistics = Crossproducts.of(model.data());
            if (statistics.factors().size() == 1) {
                continue;
            }
            int before = fronts.size();
            ProfiledCriterion there = onDevice(statistics, model.method());
            if (fronts.size() == before) {
                continue;
            }
            ProfiledCriterion here = ProfiledCriterion.of(statistics, model.method());
            compare(model.toString(), here, there, here.parameters().fromTheta(model.theta()));
            compare(model + " at 0", here, there, new double[here.parameters().count()]);
            compared++;
        }
        assertTrue(compared >= 30, "only " + compared);
    }

    /** Fronts of one strip of the inverse, and of two. */
    @ParameterizedTest
    @ValueSource(ints = {40, 530})
    void agreesOnFrontsOfAnySize(int levels) {
        RandomModels.Model model = RandomModels.crossed(3, 20 * levels, levels + 20, levels);
        Crossproducts statistics = Crossproducts.of(model.data());
        for (Method method : Method.values()) {
            ProfiledCriterion here = ProfiledCriterion.of(statistics, method);
            compare(method + " " + levels, here, onDevice(statistics, method), new double[] {0.7, -1.3});
        }
        assertEquals(Method.values().length, fronts.size());
    }

    private static void compare(String model, ProfiledCriterion here, ProfiledCriterion there, double[] x) {
        double[] expected = new double[x.length];
        double[] gradient = new double[x.length];
        double value = here.value(x, expected);
        assertEquals(value, there.value(x), TOLERANCE * Math.abs(value), model);
        assertEquals(value, there.value(x, gradient), TOLERANCE * Math.abs(value), model);
        double scale = Arrays.stream(expected).map(Math::abs).max().orElse(0) + Math.abs(value);
        assertArrayEquals(expected, gradient, TOLERANCE * scale, model);
        Likelihood.Solution one = here.solve(x);
        Likelihood.Solution two = there.solve(x);
        assertArrayEquals(one.gamma(), two.gamma(), TOLERANCE, model);
        assertArrayEquals(
                one.mInverse(),
                two.mInverse(),
                TOLERANCE * (1 + Arrays.stream(one.mInverse()).sum()),
                model);
        for (int f = 0; f < one.b().length; f++) {
            assertArrayEquals(one.b()[f], two.b()[f], TOLERANCE, model);
        }
        double[][] covariances = here.conditionalCovariances(x);
        double[][] others = there.conditionalCovariances(x);
        for (int f = 0; f < covariances.length; f++) {
            assertArrayEquals(covariances[f], others[f], TOLERANCE, model);
        }
    }

    @Test
    void givesTheSameBitsAgainAndForAnotherResponse() {
        RandomModels.Model model = RandomModels.crossed(5, 300, 40, 30);
        Crossproducts statistics = Crossproducts.of(model.data());
        double[] y = new double[ResponseLayout.of(statistics).size()];
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.sin(i);
        }
        y[ResponseLayout.of(statistics).xy() + statistics.p()] = 1000; // y'y
        Crossproducts other = statistics.withResponse(y);
        double[] x = {0.4, 0.9};
        double[] gradient = new double[2];
        double[] again = new double[2];
        ProfiledCriterion criterion = onDevice(statistics, Method.REML);
        double value = criterion.value(x, gradient);
        ProfiledCriterion another = criterion.withResponse(other);
        assertEquals(ProfiledCriterion.of(other, Method.REML).value(x), another.value(x), 1e-8);
        assertEquals(value, criterion.value(x, again));
        assertArrayEquals(gradient, again);
    }

    @Test
    void tellsErrorsOfNewRows() {
        RandomModels.Model model = RandomModels.crossed(7, 200, 25, 20);
        Crossproducts statistics = Crossproducts.of(model.data());
        double[] x = {0.8, 0.3};
        ErrorCovariance here = ProfiledCriterion.of(statistics, Method.REML).errors(x);
        ErrorCovariance there = onDevice(statistics, Method.REML).errors(x);
        double[] row = new double[statistics.p()];
        row[0] = 1;
        double[][] z = {{1}, {1}};
        for (int[] levels : new int[][] {{0, 0}, {3, -1}, {-1, 5}, {7, 11}}) {
            double[] one = new double[row.length];
            double[] two = new double[row.length];
            assertEquals(here.variance(row, levels, z, one), there.variance(row, levels, z, two), TOLERANCE);
            assertArrayEquals(one, two, TOLERANCE);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsTaken() {
        FrontSize size = new FrontSize(
                "movie (84,432 levels)", List.of("user"), 84_434, 1, 1, 200_948, 32_401_100, 1.4e10, 253_299, 0);
        try (CudaFronts cuda = new CudaFronts(line -> {})) {
            assertEquals(
                    "movie (84,432 levels): the dense block of order 84,434 needs 58.6 GB of device memory; device 0 (Warpmix"
                            + " emulated device) has 1.1 GB, 1.1 of it free. Take a card with more memory or --solver iterative, or leave out rare levels."
                            + " Use --backend cpu.",
                    assertThrows(IllegalArgumentException.class, () -> cuda.takes(size))
                            .getMessage());
            assertEquals(0, EmulatedDevice.allocatedBytes());
        }
    }

    @Test
    void nestedFactorsAreRefused() {
        RandomModels.Model nested = IntStream.range(0, 40)
                .mapToObj(RandomModels::draw)
                .filter(model -> model.structure() == RandomModels.Structure.NESTED_TWO)
                .findFirst()
                .orElseThrow();
        try (CudaFronts cuda = new CudaFronts(line -> {})) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> ProfiledCriterion.of(Crossproducts.of(nested.data()), Method.ML, cuda))
                    .getMessage();
            assertTrue(
                    message.endsWith(" are nested, or few of their levels meet: that goes level by level, on the CPU."
                            + " Use --backend cpu."),
                    message);
        }
    }

    @Test
    void memoryIsPredicted() {
        Crossproducts statistics =
                Crossproducts.of(RandomModels.crossed(11, 4000, 330, 290).data());
        Fronts maker = new Fronts();
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, Method.ML, maker);
        long predicted = SchurFront.bytes(maker.size);
        assertEquals(1, (double) device.openBytes() / predicted, 0.01);
        criterion.value(new double[] {1, 1}, new double[2]);
        predicted += SchurFront.inverseBytes(maker.size);
        assertEquals(1, (double) device.openBytes() / predicted, 0.01);
    }
}
