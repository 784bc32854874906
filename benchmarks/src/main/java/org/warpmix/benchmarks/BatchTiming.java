package org.warpmix.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import org.warpmix.backend.Backend;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.likelihood.Method;
import org.warpmix.table.TableReader;

/**
 * Times parametric refits of one model, with their summary, and compares some of them with the reference:
 * {@code BatchTiming FILE FORMULA ML|REML REPLICATES THREADS RUNS COMPARED [cpu|cuda|auto]}, on the cpu backend by default. Prints the median of the runs, after one that
 * warms the compiler up for at most five seconds.
 */
public final class BatchTiming {

    private static final long WARM_UP = 5_000_000_000L;

    private BatchTiming() {}

    public static void main(String[] arguments) {
        try (Backend backend = Backends.named(arguments.length > 7 ? arguments[7] : "cpu")) {
            time(arguments, backend);
        }
    }

    private static void time(String[] arguments, Backend backend) {
        Fit fit = LinearMixedModel.of(arguments[1])
                .withMethod(Method.valueOf(arguments[2]))
                .fit(TableReader.withDefaults().read(Path.of(arguments[0])));
        Bootstrap bootstrap = Bootstrap.of(fit)
                .withReplicates(Long.parseLong(arguments[3]))
                .withThreads(Integer.parseInt(arguments[4]))
                .withBackend(backend);
        int compared = Integer.parseInt(arguments[6]);
        long start = System.nanoTime();
        bootstrap.run(block -> System.nanoTime() - start < WARM_UP);
        double[] seconds = new double[Integer.parseInt(arguments[5])];
        BootstrapResult result = null;
        Searches searches = null;
        for (int run = 0; run < seconds.length; run++) {
            searches = new Searches();
            long before = System.nanoTime();
            result = bootstrap.run(searches);
            seconds[run] = (System.nanoTime() - before) / 1e9;
        }
        Arrays.sort(seconds);
        double median = seconds[seconds.length / 2];
        System.out.printf(
                "%s on %s, %s threads: %,d refits in %.3f s (%.3f to %.3f in %d runs), %,.0f a second%n",
                arguments[1],
                backend.name(),
                arguments[4],
                result.replicates(),
                median,
                seconds[0],
                seconds[seconds.length - 1],
                seconds.length,
                result.replicates() / median);
        System.out.printf(
                "  converged %,d, not converged %,d, failed %,d; singular %,d; %s%n",
                result.converged(), result.notConverged(), result.failed(), result.singular(), searches);
        if (compared > 0) {
            System.out.println(
                    "  " + Agreement.of(bootstrap.withReplicates(compared), backend, new ReferenceBackend()));
        }
    }
}
