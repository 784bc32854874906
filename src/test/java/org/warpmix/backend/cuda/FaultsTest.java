package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.backend.Batch;
import org.warpmix.backend.Batches;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.CaseBootstrap;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;

/** A device that fails: each fault ends in one clear error or in a run that is complete and right, and leaves no memory taken. */
class FaultsTest {

    private static final int OUT_OF_MEMORY = 2;
    private static final int LAUNCH_FAILED = 719;
    private static final int REPLICATES = 300;

    @BeforeAll
    static void need() {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
    }

    @BeforeEach
    void heal() {
        EmulatedDevice.use();
    }

    @AfterEach
    void leavesNothing() {
        EmulatedDevice.reset();
        assertEquals(0, EmulatedDevice.allocatedBytes());
    }

    private static Stream<Batch> batches() {
        Fit slopes = Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
        Fit unequal = Batches.fit("s05_unbalanced.csv", "y ~ x + (x | g)", Method.REML);
        Fit crossed = Batches.fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML);
        return Stream.of(
                Batches.batch(
                        slopes, ParametricStatistics.of(Batches.fitted(slopes).model(), Batches.SEED)),
                Batches.batch(
                        unequal, ParametricStatistics.of(Batches.fitted(unequal).model(), Batches.SEED)),
                Batches.batch(slopes, ParametricRows.of(Batches.fitted(slopes), Batches.SEED)),
                Batches.batch(
                        slopes, CaseBootstrap.groups(slopes.profiledCriterion().statistics(), Batches.SEED)),
                Batches.batch(crossed, ParametricRows.of(Batches.fitted(crossed), Batches.SEED)));
    }

    private static Batch batch() {
        return batches().findFirst().orElseThrow();
    }

    private static List<Batches.Row> run(Batch batch) {
        try (CudaBackend backend = new CudaBackend()) {
            return Batches.run(backend, batch, 1, REPLICATES);
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void goesOnInHalvesWhereMemoryIsShort(Batch batch) {
        List<Batches.Row> whole = run(batch);
        EmulatedDevice.use();
        EmulatedDevice.fail("cuMemAlloc", 40, 5, OUT_OF_MEMORY); // past what the model takes
        List<Batches.Row> halves = run(batch);
        assertEquals(whole, halves);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void saysWhatWasAskedWhereNothingFits(Batch batch) {
        EmulatedDevice.fail("cuMemAlloc", 0, 1_000_000, OUT_OF_MEMORY);
        OutOfDeviceMemory thrown = assertThrows(OutOfDeviceMemory.class, () -> run(batch));
        assertTrue(thrown.getMessage().matches(".* (asked for|takes)\\b.*"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("free"), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count());
    }

    @ParameterizedTest
    @CsvSource({
        "cuLaunchKernel, 0, 719, CUDA_ERROR_LAUNCH_FAILED",
        "cuLaunchKernel, 3, 700, CUDA_ERROR_ILLEGAL_ADDRESS",
        "cuStreamSynchronize, 0, 719, CUDA_ERROR_LAUNCH_FAILED",
        "cuMemcpyDtoHAsync, 1, 719, CUDA_ERROR_LAUNCH_FAILED",
        "cuModuleLoadData, 0, 209, CUDA_ERROR_NO_BINARY_FOR_GPU",
        "cuStreamCreate, 1, 201, CUDA_ERROR_INVALID_CONTEXT",
        "cuDevicePrimaryCtxRetain, 0, 2, CUDA_ERROR_OUT_OF_MEMORY"
    })
    void tellsTheCallThatFailed(String call, int after, int code, String name) {
        EmulatedDevice.fail(call, after, 1, code);
        DeviceException thrown = assertThrows(DeviceException.class, () -> run(batch()));
        assertTrue(thrown.getMessage().contains(call), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(name), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count());
    }

    @ParameterizedTest
    @MethodSource("batches")
    void endsWhereTheDeviceIsLost(Batch batch) {
        for (int calls : new int[] {3, 20, 45, 60}) {
            EmulatedDevice.reset();
            EmulatedDevice.lose(calls);
            DeviceException thrown = assertThrows(DeviceException.class, () -> run(batch));
            assertEquals(1, thrown.getMessage().lines().count());
        }
    }

    @Test
    void canBeUsedAgainAfterAFailure() {
        try (CudaBackend backend = new CudaBackend()) {
            EmulatedDevice.fail("cuLaunchKernel", 1, 1, LAUNCH_FAILED);
            assertThrows(DeviceException.class, () -> Batches.run(backend, batch(), 1, REPLICATES));
            EmulatedDevice.reset();
            assertEquals(run(batch()), Batches.run(backend, batch(), 1, REPLICATES));
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void severalDevicesShareABatch(Batch batch) {
        List<Batches.Row> one = run(batch);
        EmulatedDevice.devices(3);
        assertEquals(one, run(batch));
    }

    @Test
    void slowCopiesChangeNothing() {
        List<Batches.Row> quick = run(batch());
        EmulatedDevice.slowCopies(3000);
        assertEquals(quick, run(batch()));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void takesNoMoreMemoryBatchAfterBatch(Batch batch) {
        try (CudaBackend backend = new CudaBackend()) {
            Batches.run(backend, batch, 1, 10);
            long taken = EmulatedDevice.allocatedBytes();
            for (int i = 0; i < 50; i++) {
                Batches.run(backend, batch, 1, 10);
            }
            assertEquals(taken, EmulatedDevice.allocatedBytes());
        }
    }

    @Test
    void closesEverythingWhereTheSinkThrowsOrHasEnough() {
        List<Long> blocks = new ArrayList<>();
        try (CudaBackend backend = new CudaBackend()) {
            assertThrows(
                    IllegalStateException.class,
                    () -> backend.run(batch(), 1, 100_000, block -> {
                        throw new IllegalStateException("full");
                    }));
            backend.run(batch(), 1, 100_000, block -> {
                blocks.add(block.first());
                return false;
            });
            assertEquals(1, blocks.size());
        }
    }

    @Test
    void agreesWithTheCpuAfterAllThat() {
        List<Batches.Row> expected = Batches.run(new CpuBackend(), batch(), 1, REPLICATES);
        List<Batches.Row> actual = run(batch());
        for (int i = 0; i < REPLICATES; i++) {
            assertEquals(expected.get(i).criterion(), actual.get(i).criterion(), 1e-9);
        }
    }
}
