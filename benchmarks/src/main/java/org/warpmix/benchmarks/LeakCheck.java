package org.warpmix.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.cuda.CudaBackend;

/**
 * What many batches on one cuda backend leave behind: {@code LeakCheck BATCHES REPLICATES PROBLEM …}, the problems in turn. Prints what
 * the first GPU has free and what the process has in memory after a tenth of them, which lets caches and the compiler settle, and
 * after all, and when the backend is closed. The exit code is 1 where the device lost more than 4 MiB or the process gained more than
 * 64 MiB. Run it with a heap of fixed size that is touched at the start: -Xms1g -Xmx1g -XX:+AlwaysPreTouch.
 */
public final class LeakCheck {

    private static final long DEVICE = 4L << 20;
    private static final long HOST = 64L << 20;

    private LeakCheck() {}

    public static void main(String[] arguments) throws IOException {
        int batches = Integer.parseInt(arguments[0]);
        long replicates = Long.parseLong(arguments[1]);
        List<Gpu> gpus = Gpu.all();
        Gpu gpu = gpus.get(0);
        long unused = print("before", gpu, resident())[0];
        long[] settled = null;
        long[] end = null;
        try (Backend backend = new CudaBackend()) {
            List<Batch> problems = accepted(backend, Arrays.copyOfRange(arguments, 2, arguments.length));
            for (int b = 1; b <= batches; b++) {
                backend.run(problems.get(b % problems.size()), 1, replicates, block -> true);
                if (b == batches / 10 || b == batches / 2) {
                    long[] now = print("after " + b + " batches", gpu, resident());
                    settled = settled == null ? now : settled;
                }
            }
            end = print("after " + batches + " batches", gpu, resident());
        }
        long device = settled[0] - end[0];
        long host = end[1] - settled[1];
        long[] closed = print("closed", gpu, resident());
        System.out.printf(
                "From the first tenth to the end the device lost %,d bytes and the process gained %,d; the backend closed, the"
                        + " device has %,d fewer than before.%n",
                device, host, unused - closed[0]);
        gpus.forEach(Gpu::close);
        if (device > DEVICE || host > HOST || unused - closed[0] > DEVICE) {
            System.out.println("That is a leak.");
            System.exit(1);
        }
    }

    /** The batches of those problems that the backend takes, each run once. */
    private static List<Batch> accepted(Backend backend, String[] names) {
        List<Batch> accepted = new ArrayList<>();
        for (String name : names) {
            Batch batch = RefitProblem.of(name).batch();
            try {
                Timing.run(backend, batch, 1);
                accepted.add(batch);
            } catch (IllegalArgumentException e) {
                System.out.printf("%s is left out: %s%n", name, e.getMessage());
            }
        }
        return accepted;
    }

    private static long[] print(String when, Gpu gpu, long resident) {
        long free = gpu.freeBytes();
        System.out.printf(
                "%-20s %,15d bytes free on the device, %,13d of the process in memory%n", when, free, resident);
        return new long[] {free, resident};
    }

    /** Resident memory as Linux has it. */
    private static long resident() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
