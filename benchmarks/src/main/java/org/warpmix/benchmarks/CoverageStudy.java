package org.warpmix.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.table.Table;

/**
 * How often 95 % intervals of the parametric bootstrap cover the truth: {@code CoverageStudy DATA-SETS REPLICATES}. Data sets
 * are drawn from two models of 18 groups of 10 rows, a random intercept and random slopes as in sleepstudy, each is fitted
 * and bootstrapped. Prints for each parameter and type the share of intervals that cover, in percent, and how many miss on
 * either side: below, the whole interval is below the truth.
 */
public final class CoverageStudy {

    private static final int GROUPS = 18;
    private static final int SIZE = 10;
    private static final double INTERCEPT = 251;
    private static final double SLOPE = 10.5;
    private static final double SIGMA = 25.6;

    private final Map<String, Double> truth = new LinkedHashMap<>();
    private final LinearMixedModel model;
    private final double[] factor;

    /** @param factor of the covariance of the random effects: column-major lower triangle, in units of the response */
    private CoverageStudy(String formula, double... factor) {
        this.model = LinearMixedModel.of(formula);
        this.factor = factor;
        truth.put("beta.(Intercept)", INTERCEPT);
        truth.put("beta.x", SLOPE);
        truth.put("sigma", SIGMA);
        truth.put("sd.g.(Intercept)", factor[0]);
        if (factor.length > 1) {
            double sd = Math.hypot(factor[1], factor[2]);
            truth.put("sd.g.x", sd);
            truth.put("cor.g.x.(Intercept)", factor[1] / sd);
        }
    }

    public static void main(String[] arguments) {
        int dataSets = Integer.parseInt(arguments[0]);
        int replicates = Integer.parseInt(arguments[1]);
        new CoverageStudy("y ~ x + (1 | g)", 24.7).run(dataSets, replicates);
        new CoverageStudy("y ~ x + (x | g)", 24.7, 0.4, 5.9).run(dataSets, replicates);
    }

    private void run(int dataSets, int replicates) {
        Random random = new Random(20261122);
        Map<String, int[][]> misses = new LinkedHashMap<>();
        for (String name : truth.keySet()) {
            misses.put(name, new int[IntervalType.values().length][3]);
        }
        long start = System.nanoTime();
        long notConverged = 0;
        long singular = 0;
        for (int d = 1; d <= dataSets; d++) {
            BootstrapResult result = Bootstrap.of(model.fit(draw(random)))
                    .withReplicates(replicates)
                    .withSeed(d)
                    .withStandardErrors(true)
                    .run();
            notConverged += result.notConverged() + result.failed();
            singular += result.singular();
            for (String name : truth.keySet()) {
                for (IntervalType type : types(name)) {
                    Interval interval = result.interval(name, type, 0.95);
                    int[] count = misses.get(name)[type.ordinal()];
                    if (!(interval.upper() >= truth.get(name))) { // NaN: no interval, a miss of its own
                        count[Double.isNaN(interval.upper()) ? 2 : 0]++;
                    } else if (!(interval.lower() <= truth.get(name))) {
                        count[Double.isNaN(interval.lower()) ? 2 : 1]++;
                    }
                }
            }
        }
        System.out.printf(
                "%n%s: %,d data sets × %,d replicates, %.0f s; %.1f %% of the refits singular, %,d did not converge%n%n",
                model.formula(),
                dataSets,
                replicates,
                (System.nanoTime() - start) / 1e9,
                100.0 * singular / dataSets / replicates,
                notConverged);
        print(misses, dataSets);
    }

    private static List<IntervalType> types(String name) {
        List<IntervalType> types = new ArrayList<>(List.of(IntervalType.values()));
        if (!name.startsWith("beta.")) {
            types.remove(IntervalType.STUDENTISED);
        }
        return types;
    }

    private void print(Map<String, int[][]> misses, int dataSets) {
        StringBuilder head = new StringBuilder("| parameter | truth |");
        StringBuilder line = new StringBuilder("| --- | --- |");
        for (IntervalType type : IntervalType.values()) {
            head.append(' ').append(type.name().toLowerCase()).append(" |");
            line.append(" --- |");
        }
        System.out.println(head);
        System.out.println(line);
        misses.forEach((name, counts) -> {
            StringBuilder row = new StringBuilder(String.format("| %s | %.3g |", name, truth.get(name)));
            for (IntervalType type : IntervalType.values()) {
                int[] count = counts[type.ordinal()];
                int covered = dataSets - count[0] - count[1] - count[2];
                row.append(
                        types(name).contains(type)
                                ? String.format(
                                        " %.1f (%d, %d%s) |",
                                        100.0 * covered / dataSets,
                                        count[0],
                                        count[1],
                                        count[2] == 0 ? "" : ", none " + count[2])
                                : " |");
            }
            System.out.println(row);
        });
    }

    private Table draw(Random random) {
        double[] y = new double[GROUPS * SIZE];
        double[] x = new double[y.length];
        int[] g = new int[y.length];
        String[] labels = new String[GROUPS];
        for (int j = 0; j < GROUPS; j++) {
            labels[j] = "g" + j;
            double u = random.nextGaussian();
            double v = random.nextGaussian();
            double b = factor.length > 1 ? factor[1] * u + factor[2] * v : 0;
            for (int i = 0; i < SIZE; i++) {
                int row = j * SIZE + i;
                g[row] = j;
                x[row] = i;
                y[row] = INTERCEPT + factor[0] * u + (SLOPE + b) * i + SIGMA * random.nextGaussian();
            }
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, labels)
                .build();
    }
}
