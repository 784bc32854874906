package org.warpmix.backend.auto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.Batches;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.EmulatedDevice;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.CaseBootstrap;
import org.warpmix.replicate.ParametricStatistics;

/** Which backend is picked, and what happens when it fails. */
class AutoBackendTest {

    private static final int REPLICATES = 300;

    private final List<String> notices = new ArrayList<>();

    @BeforeAll
    static void need() {
        assumeTrue(EmulatedDevice.available(), "no g++ on Linux, x86-64: the emulated device cannot be built");
    }

    @BeforeEach
    void use() {
        EmulatedDevice.use();
    }

    @AfterEach
    void heal() {
        EmulatedDevice.reset();
    }

    private static Fit fit() {
        return Batches.fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML);
    }

    private static Batch batch(Fit fit) {
        return Batches.batch(fit, ParametricStatistics.of(Batches.fitted(fit).model(), Batches.SEED));
    }

    private AutoBackend always() {
        return new AutoBackend(notices::add, 0, true);
    }

    @Test
    void neverPicksTheEmulatedDevice() {
        AutoBackend backend = new AutoBackend(notices::add, 0, false);
        assertEquals(
                Batches.run(new CpuBackend(), batch(fit()), 1, REPLICATES),
                Batches.run(backend, batch(fit()), 1, REPLICATES));
        assertEquals("cpu", backend.name());
        assertEquals(List.of(), notices);
    }

    @Test
    void picksADeviceForLargeBatchesAlone() {
        AutoBackend large = always();
        Batches.run(large, batch(fit()), 1, REPLICATES);
        assertEquals("cuda (emulated)", large.name());
        AutoBackend small = new AutoBackend(notices::add, Effort.CROSSOVER_SECONDS, true);
        Batches.run(small, batch(fit()), 1, REPLICATES);
        assertEquals("cpu", small.name());
        assertEquals(List.of(), notices);
    }

    @Test
    void leavesDesignsToTheCpu() {
        Fit fit = fit();
        AutoBackend backend = always();
        Batch designs = Batches.batch(
                fit,
                CaseBootstrap.designs(
                        fit.design().data(), "Subject", CaseBootstrap.Drawn.GROUPS_AND_ROWS, Batches.SEED));
        assertEquals(10, Batches.run(backend, designs, 1, 10).size());
        assertEquals("cpu", backend.name());
        assertEquals(List.of(), notices);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "3"})
    void goesOnWithTheCpuWhereTheDeviceFails(int launches) {
        EmulatedDevice.fail("cuLaunchKernel", launches, 1_000_000, 719);
        AutoBackend backend = always();
        List<Batches.Row> expected = Batches.run(new CpuBackend(), batch(fit()), 1, REPLICATES);
        List<Batches.Row> rows = Batches.run(backend, batch(fit()), 1, REPLICATES);
        assertEquals(REPLICATES, rows.size());
        for (int i = 0; i < REPLICATES; i++) {
            assertEquals(i + 1, rows.get(i).number());
            assertEquals(expected.get(i).criterion(), rows.get(i).criterion(), 1e-9);
        }
        assertEquals("cpu", backend.name());
        assertEquals(1, notices.size());
        assertTrue(notices.get(0).contains("the CPU goes on: "), notices.get(0));
        assertTrue(notices.get(0).contains("of 300 replicates"), notices.get(0));
        assertEquals(1, notices.get(0).lines().count());
    }

    @Test
    void predictsTheTimeOnTheCpuWithinAFactor() {
        BatchOptions oneThread = BatchOptions.defaults().withThreads(1);
        double slopes = Effort.cpuSeconds(Batches.withOptions(batch(fit()), oneThread), 1_000_000);
        assertEquals(Math.log(0.78), Math.log(slopes), Math.log(3));
        double groups = Effort.cpuSeconds(
                Batches.withOptions(
                        batch(Batches.fit("synth_1k_groups.csv", "y ~ x1 + x2 + (1 + x1 | g)", Method.REML)),
                        oneThread),
                10_000);
        assertEquals(Math.log(2.34), Math.log(groups), Math.log(3));
        assertEquals(
                slopes / 4,
                Effort.cpuSeconds(Batches.withOptions(batch(fit()), oneThread.withThreads(4)), 1_000_000),
                1e-12);
    }
}
