package org.warpmix.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** NVIDIA's compiler takes every kernel, without a warning, for every architecture: {@code native/check.sh}. */
class KernelCompilationTest {

    private static final Path KERNELS = Path.of("native");

    @TempDir
    private Path scratch;

    @BeforeAll
    static void compilerIsThere() throws Exception {
        String path = System.getenv("PATH");
        assumeTrue(
                Stream.of(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "nvcc"))),
                "no nvcc in PATH: the kernels are not compiled ahead of time");
        List<String> architectures =
                said(run("nvcc", "--list-gpu-arch")).lines().toList();
        assumeTrue(
                architectures.containsAll(List.of("compute_75", "compute_120")),
                "this nvcc does not compile for both 7.5 and 12.0: " + architectures);
    }

    @TestFactory
    Stream<DynamicTest> compilesEverywhere() throws IOException {
        List<Path> kernels;
        try (Stream<Path> files = Files.list(KERNELS)) {
            kernels = files.filter(file -> file.toString().endsWith(".cu"))
                    .sorted()
                    .toList();
        }
        return kernels.stream().map(file -> DynamicTest.dynamicTest(file.toString(), () -> check(0, file)));
    }

    @Test
    void tellsWhatAKernelTakes() throws Exception {
        Path file = Files.writeString(scratch.resolve("good.cu"), """
                // specialisations: -DSIZE=32; -DSIZE=64
                extern "C" __global__ void reversed(double* x) {
                    __shared__ double values[SIZE];
                    values[threadIdx.x] = x[threadIdx.x];
                    __syncthreads();
                    x[threadIdx.x] = values[SIZE - 1 - threadIdx.x];
                }
                """);
        List<String> rows = check(0, file).lines().toList();
        assertEquals(9, rows.size(), () -> String.join("\n", rows)); // a heading, 7 architectures, 9.0 again
        assertTrue(rows.get(1).matches("reversed +75 +\\d+ +0/0 +0 +256  -DSIZE=32"), rows.get(1));
        assertTrue(rows.get(8).matches("reversed +90 +\\d+ +0/0 +0 +512  -DSIZE=64"), rows.get(8));
    }

    @Test
    void aWarningIsAnError() throws Exception {
        Path file = Files.writeString(scratch.resolve("bad.cu"), """
                // specialisations: none
                extern "C" __global__ void f(int* x) {
                    int unused;
                    x[0] = 1;
                }
                """);
        String said = check(1, file);
        assertTrue(said.contains("variable \"unused\" was declared but never referenced"), said);
    }

    private static String check(int expected, Path file) throws Exception {
        Process check = run("bash", KERNELS.resolve("check.sh").toString(), "--quick", file.toString());
        String said = said(check);
        assertEquals(expected, check.waitFor(), said);
        return said;
    }

    private static String said(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Process run(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
