package org.warpmix.benchmarks;

import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.auto.PredictedEffort;
import org.warpmix.backend.cpu.CpuBackend;

/**
 * Parametric refits a second by a backend alone, without the summary: {@code BackendTiming BACKEND SECONDS COMPARED PROBLEM
 * …}. A problem is one of {@link Problem} or the file of kb07. SECONDS is the time of the five runs of each; up to COMPARED
 * replicates, as many as the CPU is thought to fit in that time, are compared with cpu.
 */
public final class BackendTiming {

    private BackendTiming() {}

    public static void main(String[] arguments) {
        double seconds = Double.parseDouble(arguments[1]);
        long compared = Long.parseLong(arguments[2]);
        try (Backend backend = Backends.named(arguments[0])) {
            for (int a = 3; a < arguments.length; a++) {
                time(backend, RefitProblem.of(arguments[a]), seconds, compared);
            }
        }
    }

    private static void time(Backend backend, RefitProblem problem, double seconds, long compared) {
        Batch batch = problem.batch();
        try {
            Timing timing = Timing.of(backend, batch, seconds);
            System.out.printf("%s on %s: %s%n", problem.name(), backend.name(), timing);
            Searches searches = new Searches();
            backend.run(batch, 1, Math.min(timing.count(), 1_000_000), searches);
            System.out.println("  " + searches.endings() + "; " + searches);
            long affordable = (long) (seconds / PredictedEffort.cpuSeconds(batch, 1));
            long number = Math.min(compared, Math.max(1, affordable));
            if (number > 0) {
                System.out.println(
                        "  " + Agreement.of(problem.bootstrap().withReplicates(number), backend, new CpuBackend()));
            }
        } catch (IllegalArgumentException e) {
            System.out.printf("%s on %s: %s%n", problem.name(), backend.name(), e.getMessage());
        }
    }
}
