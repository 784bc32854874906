package org.warpmix.benchmarks;

import java.util.Arrays;
import java.util.Random;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.table.Table;

/**
 * What a parametric refit costs as the data grow. In a balanced design, groups of ten rows at the same ten x, the cost does
 * not depend on the number of rows; where every group has x of its own it grows with the number of groups. Data are made in
 * memory. Prints microseconds of one thread for a refit, the median of five runs.
 */
public final class SizeBenchmark {

    private static final int ROWS_OF_A_GROUP = 10;
    private static final int RUNS = 5;
    private static final long A_RUN = 500_000_000L;

    private SizeBenchmark() {}

    public static void main(String[] arguments) {
        for (String terms : new String[] {"(1 | g)", "(x | g)"}) {
            for (int rows = 1_000; rows <= 10_000_000; rows *= 10) {
                System.out.printf("balanced    y ~ x + %s %,11d rows: %s%n", terms, rows, cost(terms, rows, true));
            }
        }
        for (int groups = 100; groups <= 6_400; groups *= 2) {
            System.out.printf(
                    "unbalanced  y ~ x + (x | g) %,11d groups: %s%n",
                    groups, cost("(x | g)", groups * ROWS_OF_A_GROUP, false));
        }
    }

    private static String cost(String terms, int rows, boolean balanced) {
        Fit fit = LinearMixedModel.of("y ~ x + " + terms).fit(table(rows, balanced));
        Bootstrap bootstrap = Bootstrap.of(fit).withReplicates(100_000_000).withThreads(1);
        double[] microseconds = new double[RUNS];
        for (int run = -2; run < RUNS; run++) { // two to warm up
            long start = System.nanoTime();
            long refits =
                    bootstrap.run(block -> System.nanoTime() - start < A_RUN).replicates();
            microseconds[Math.max(run, 0)] = (System.nanoTime() - start) / 1e3 / refits;
        }
        Arrays.sort(microseconds);
        return String.format("%9.3f µs a refit", microseconds[RUNS / 2]);
    }

    private static Table table(int rows, boolean balanced) {
        Random random = new Random(7);
        double[] y = new double[rows];
        double[] x = new double[rows];
        int[] g = new int[rows];
        String[] labels = new String[rows / ROWS_OF_A_GROUP];
        double intercept = 0;
        double slope = 0;
        for (int row = 0; row < rows; row++) {
            if (row % ROWS_OF_A_GROUP == 0) {
                intercept = random.nextGaussian();
                slope = 0.3 * intercept + 0.4 * random.nextGaussian();
                labels[row / ROWS_OF_A_GROUP] = Integer.toString(row / ROWS_OF_A_GROUP);
            }
            g[row] = row / ROWS_OF_A_GROUP;
            x[row] = balanced ? 0.3 * (row % ROWS_OF_A_GROUP) : random.nextGaussian();
            y[row] = 1 + intercept + (0.5 + slope) * x[row] + random.nextGaussian();
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, labels)
                .build();
    }
}
