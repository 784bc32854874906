package org.warpmix.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.likelihood.Method;
import org.warpmix.table.TableReader;

/**
 * Parametric refits with one thread and with two in turn, so that the hour's noise falls on both:
 * {@code ScalingBenchmark FILE FORMULA ML|REML REPLICATES RUNS}. Prints the medians and the median of the ratios.
 */
public final class ScalingBenchmark {

    private static final long WARM_UP = 3_000_000_000L;

    private ScalingBenchmark() {}

    public static void main(String[] arguments) {
        Bootstrap bootstrap = Bootstrap.of(LinearMixedModel.of(arguments[1])
                        .withMethod(Method.valueOf(arguments[2]))
                        .fit(TableReader.withDefaults().read(Path.of(arguments[0]))))
                .withReplicates(Long.parseLong(arguments[3]));
        int runs = Integer.parseInt(arguments[4]);
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP) {
            seconds(bootstrap.withThreads(2));
        }
        double[] one = new double[runs];
        double[] two = new double[runs];
        double[] ratio = new double[runs];
        for (int run = 0; run < runs; run++) {
            one[run] = seconds(bootstrap.withThreads(1));
            two[run] = seconds(bootstrap.withThreads(2));
            ratio[run] = one[run] / two[run];
        }
        System.out.printf(
                "%s, %,d refits: %.3f s with one thread, %.3f s with two; ratio %.2f (%d pairs)%n",
                arguments[1], bootstrap.count(), median(one), median(two), median(ratio), runs);
    }

    private static double seconds(Bootstrap bootstrap) {
        long before = System.nanoTime();
        bootstrap.run();
        return (System.nanoTime() - before) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
