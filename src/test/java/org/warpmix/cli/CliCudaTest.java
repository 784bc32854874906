package org.warpmix.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.warpmix.cli.Cli.SLEEP;
import static org.warpmix.cli.Cli.SLOPES;
import static org.warpmix.cli.JsonValues.at;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.backend.cuda.EmulatedDevice;

/** {@code --backend cuda}, on the emulated device. */
class CliCudaTest {

    private static final String PENICILLIN = "src/test/resources/data/Penicillin.csv";

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

    @ParameterizedTest
    @ValueSource(strings = {"parametric", "residual", "wild", "cases"})
    void bootstrapsAsTheCpuDoes(String type) {
        String[] arguments = {
            "bootstrap", SLEEP, "Reaction ~ Days + (1 | Subject)", "--replicates", "200", "--seed", "5", "--type", type
        };
        Cli.Result cpu = Cli.run(with(arguments, "--backend", "cpu"));
        Cli.Result cuda = Cli.run(with(arguments, "--backend", "cuda"));
        assertEquals(0, cuda.code(), cuda.err());
        assertEquals("", cuda.err());
        assertEquals(cpu.out(), cuda.out());
    }

    @Test
    void permutesAsTheCpuDoes() {
        String[] arguments = {"permute", SLEEP, SLOPES, "--term", "Days", "--replicates", "200", "--seed", "5"};
        Cli.Result cpu = Cli.run(with(arguments, "--backend", "cpu"));
        Cli.Result cuda = Cli.run(with(arguments, "--backend", "cuda"));
        assertEquals(0, cuda.code(), cuda.err());
        assertEquals(cpu.out(), cuda.out());
    }

    @Test
    void jsonNamesTheBackend() throws IOException {
        Cli.Result result =
                Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "50", "--backend", "cuda", "--json", "-");
        assertEquals("cuda (emulated)", at(result.json(), "backend"));
    }

    @Test
    void neverFallsBack() {
        EmulatedDevice.fail("cuLaunchKernel", 0, 1_000_000, 719);
        Cli.Result result = Cli.run("bootstrap", SLEEP, SLOPES, "--replicates", "50", "--backend", "cuda");
        assertEquals(1, result.code());
        assertEquals("", result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().startsWith("warpmix: cuLaunchKernel failed"), result.err());
    }

    @Test
    void fitsCrossedModelsAsTheCpuDoes() {
        String[] arguments = {"fit", PENICILLIN, "diameter ~ 1 + (1 | plate) + (1 | sample)", "--ranef"};
        Cli.Result cpu = Cli.run(with(arguments, "--backend", "cpu"));
        Cli.Result cuda = Cli.run(with(arguments, "--backend", "cuda"));
        assertEquals(0, cuda.code(), cuda.err());
        assertEquals("", cuda.err());
        assertEquals(withoutCounts(cpu.out()), withoutCounts(cuda.out()));
    }

    /** Rounding may end a search an evaluation sooner. */
    private static String withoutCounts(String text) {
        return text.replaceAll("\\d+ evaluations.*", "");
    }

    @Test
    void aFitWithOneFactorHasNothingForAGpu() {
        Cli.Result result = Cli.run("fit", SLEEP, SLOPES, "--backend", "cuda");
        assertEquals(2, result.code());
        assertEquals("", result.out());
        assertTrue(result.err().contains("models with crossed grouping factors"), result.err());
    }

    @Test
    void aFitDoesNotFallBack() {
        EmulatedDevice.fail("cuLaunchKernel", 0, 1_000_000, 719);
        Cli.Result result =
                Cli.run("fit", PENICILLIN, "diameter ~ 1 + (1 | plate) + (1 | sample)", "--backend", "cuda");
        assertEquals(1, result.code());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("warpmix: cuLaunchKernel failed"), result.err());
    }

    @Test
    void predictionsStayOnTheCpu() {
        Cli.Result result = Cli.run("predict", SLEEP, SLOPES, "--backend", "cuda");
        assertEquals(2, result.code());
        assertTrue(result.err().contains("this command runs on the CPU"), result.err());
    }

    @Test
    void saysWhatItDoesNotDo() {
        Cli.Result result = Cli.run(
                "bootstrap",
                SLEEP,
                "Reaction ~ Days + (1 | Subject)",
                "--type",
                "cases-of-rows",
                "--replicates",
                "10",
                "--backend",
                "cuda");
        assertEquals(2, result.code());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("warpmix: Each replicate is a design of its own"), result.err());
        assertTrue(result.err().endsWith("Use --backend cpu.\n"), result.err());
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }
}
