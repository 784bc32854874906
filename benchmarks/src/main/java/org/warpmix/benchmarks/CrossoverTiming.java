package org.warpmix.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.auto.PredictedEffort;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.CudaBackend;

/**
 * From how many refits on a GPU pays: {@code CrossoverTiming SECONDS LARGEST PROBLEM …}. For 1,000 refits, ten times as many and so
 * on up to LARGEST: cpu, a cuda backend that has to start, with its kernels compiled before, and one that has run before, in turn.
 * A problem ends where cuda is 20 times as fast with its start, or cpu would take longer than SECONDS. The last line says how many
 * seconds on the CPU, as {@code auto} predicts them, a GPU has to save.
 *
 * <p>First comes what the first refits of all take: in a new cache, so that everything is compiled, and in that cache once more. The
 * driver and its libraries are in memory by then, except for the first problem.
 */
public final class CrossoverTiming {

    private static final String CACHE = "org.warpmix.cache";
    private static final long SMALLEST = 1_000;
    private static final double FAR = 20;

    private CrossoverTiming() {}

    public static void main(String[] arguments) throws IOException {
        double seconds = Double.parseDouble(arguments[0]);
        long largest = Long.parseLong(arguments[1]);
        for (int a = 2; a < arguments.length; a++) {
            RefitProblem problem = RefitProblem.of(arguments[a]);
            try {
                time(problem, seconds, largest);
            } catch (IllegalArgumentException e) {
                System.out.printf("%n%s: %s%n", problem.name(), e.getMessage());
            }
        }
    }

    private static void time(RefitProblem problem, double seconds, long largest) throws IOException {
        Batch batch = problem.batch();
        System.out.printf(
                "%n%s, %d threads on the CPU%n", problem.name(), batch.options().threads());
        System.out.printf("  the first %,d refits in this process: %.3f s%n", SMALLEST, fresh(batch, SMALLEST));
        compile(batch);
        System.out.println(
                "  | refits | cpu predicted, s | cpu, s | cuda with its start, s | cuda again, s | cpu / cuda with start |");
        System.out.println("  | --- | --- | --- | --- | --- | --- |");
        Timing.of(new CpuBackend(), batch, Math.min(1, seconds)); // warms the compiler up
        double before = Double.NaN; // logarithm of the ratio
        double cpu = 0;
        double crossover = Double.NaN;
        for (long count = SMALLEST; count <= largest && 10 * cpu <= seconds; count *= 10) {
            cpu = Timing.run(new CpuBackend(), batch, count);
            double first;
            double again;
            try (Backend cuda = new CudaBackend()) {
                first = Timing.run(cuda, batch, count);
                again = Timing.run(cuda, batch, count);
            }
            double predicted = PredictedEffort.cpuSeconds(batch, count);
            System.out.printf(
                    "  | %,d | %.4f | %.4f | %.4f | %.4f | %.2f |%n", count, predicted, cpu, first, again, cpu / first);
            double ratio = Math.log(cpu / first);
            if (Double.isNaN(crossover) && ratio >= 0) {
                double share = Double.isNaN(before) ? 0 : ratio / (ratio - before);
                crossover = predicted * Math.pow(10, -share);
            }
            before = ratio;
            if (cpu / first >= FAR) {
                break;
            }
        }
        System.out.printf(
                Double.isNaN(crossover)
                        ? "  no crossover within these%n"
                        : "  as fast as each other at %.2g s on the CPU as predicted; auto takes the GPU from %.3f s on%n",
                crossover,
                PredictedEffort.crossover());
    }

    /** A process that has used CUDA takes another cache for its kernels, not for its libraries. */
    private static void compile(Batch batch) throws IOException {
        String kept = System.getProperty(CACHE);
        Path cache = Files.createTempDirectory("warpmix-cache");
        System.setProperty(CACHE, cache.toString());
        try {
            System.out.printf("  the first %,d in a new cache: %.3f s%n", SMALLEST, fresh(batch, SMALLEST));
            System.out.printf("  the first %,d in that cache once more: %.3f s%n", SMALLEST, fresh(batch, SMALLEST));
        } finally {
            if (kept == null) {
                System.clearProperty(CACHE);
            } else {
                System.setProperty(CACHE, kept);
            }
            try (Stream<Path> files = Files.walk(cache)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            }
        }
    }

    private static double fresh(Batch batch, long count) {
        try (Backend cuda = new CudaBackend()) {
            return Timing.run(cuda, batch, count);
        }
    }
}
