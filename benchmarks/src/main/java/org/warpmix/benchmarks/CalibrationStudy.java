package org.warpmix.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.ClusterRobust;
import org.warpmix.inference.DegreesOfFreedom;
import org.warpmix.inference.FixedEffectsInference;
import org.warpmix.inference.LikelihoodRatioBootstrap;
import org.warpmix.inference.LikelihoodRatioTest;
import org.warpmix.inference.RobustEffects;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/**
 * How often tests of a true null hypothesis reject at 5 %, and 95 % intervals hold the truth, as groups become few:
 * {@code CalibrationStudy DATA_SETS REPLICATES [GROUPS …]}.
 *
 * <p>Random slopes, 8 rows a group: {@code y = b₀ + b₁ x + ε}, standard deviations 1, 0.5 and 1, correlation 0.3; {@code treat} is given to
 * half of the groups and {@code x} varies within them. Neither has an effect. Replicates are those of the bootstrap of the
 * likelihood ratio. Each figure is printed with its Monte Carlo standard error; fits that are singular or do not converge count like
 * the others.
 */
public final class CalibrationStudy {

    private static final int ROWS = 8;
    private static final double LEVEL = 0.05;
    private static final String[] METHODS = {
        "z", "t, residual df", "Satterthwaite", "Kenward-Roger", "cluster-robust CR2", "LRT", "bootstrap LRT"
    };
    private static final String[] EFFECTS = {"treat", "x"};

    private CalibrationStudy() {}

    public static void main(String[] arguments) {
        int sets = Integer.parseInt(arguments[0]);
        int replicates = Integer.parseInt(arguments[1]);
        int[] groups = arguments.length > 2
                ? Arrays.stream(arguments, 2, arguments.length)
                        .mapToInt(Integer::parseInt)
                        .toArray()
                : new int[] {6, 12, 24};
        System.out.printf(
                "%,d data sets each, %,d replicates of the bootstrap LRT; rejections at 5 %%, in per cent (Monte Carlo error)%n",
                sets, replicates);
        Map<String, StringBuilder> lines = new LinkedHashMap<>();
        for (int size : groups) {
            AtomicIntegerArray rejected = new AtomicIntegerArray(EFFECTS.length * METHODS.length);
            AtomicIntegerArray undefined = new AtomicIntegerArray(EFFECTS.length * METHODS.length);
            AtomicIntegerArray singular = new AtomicIntegerArray(1);
            IntStream.range(0, sets)
                    .parallel()
                    .forEach(set -> test(size, set, replicates, rejected, undefined, singular));
            for (int e = 0; e < EFFECTS.length; e++) {
                for (int m = 0; m < METHODS.length; m++) {
                    int at = e * METHODS.length + m;
                    double rate = rejected.get(at) / (double) sets;
                    lines.computeIfAbsent(EFFECTS[e] + ", " + METHODS[m], name -> new StringBuilder())
                            .append(String.format(
                                    "  %5.2f (%.2f)%s",
                                    100 * rate,
                                    100 * Math.sqrt(rate * (1 - rate) / sets),
                                    undefined.get(at) == 0 ? "" : " " + undefined.get(at) + " undefined"));
                }
            }
            System.out.printf("%d groups: %d singular fits%n", size, singular.get(0));
        }
        System.out.printf("%-28s  %s groups%n", "", Arrays.toString(groups));
        lines.forEach((name, line) -> System.out.printf("%-28s%s%n", name, line));
    }

    private static void test(
            int groups,
            int set,
            int replicates,
            AtomicIntegerArray rejected,
            AtomicIntegerArray undefined,
            AtomicIntegerArray singular) {
        Table table = table(groups, new Random(1_000_003L * groups + set));
        Fit fit = LinearMixedModel.of("y ~ treat + x + (x | g)").fit(table);
        if (fit.convergence().singular()) {
            singular.incrementAndGet(0);
        }
        Fit full = LinearMixedModel.of("y ~ treat + x + (x | g)")
                .withMethod(Method.ML)
                .fit(table);
        FixedEffects effects = fit.fixedEffects();
        FixedEffectsInference satterthwaite = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
        FixedEffectsInference kenwardRoger = FixedEffectsInference.of(fit, DegreesOfFreedom.KENWARD_ROGER);
        RobustEffects robust = ClusterRobust.of(fit).estimate();
        for (int e = 0; e < EFFECTS.length; e++) {
            int j = effects.indexOf(EFFECTS[e]);
            String without = e == 0 ? "y ~ x + (x | g)" : "y ~ treat + (x | g)";
            Fit smaller = LinearMixedModel.of(without).withMethod(Method.ML).fit(table);
            double[] p = {
                2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(effects.t(j))),
                effects.p(j),
                satterthwaite.coefficient(j).p(),
                kenwardRoger.coefficient(j).p(),
                robust.p(j),
                LikelihoodRatioTest.of(smaller, full).steps().get(0).p(),
                LikelihoodRatioBootstrap.of(smaller, full)
                        .withReplicates(replicates)
                        .withSeed(set)
                        .withThreads(1)
                        .run()
                        .p()
            };
            for (int m = 0; m < p.length; m++) {
                if (Double.isNaN(p[m])) {
                    undefined.incrementAndGet(e * METHODS.length + m);
                } else if (p[m] <= LEVEL) {
                    rejected.incrementAndGet(e * METHODS.length + m);
                }
            }
        }
    }

    private static Table table(int groups, Random random) {
        int n = groups * ROWS;
        double[] y = new double[n];
        double[] x = new double[n];
        double[] treat = new double[n];
        double[] g = new double[n];
        for (int j = 0; j < groups; j++) {
            double intercept = random.nextGaussian();
            double slope = 0.5 * (0.3 * intercept + Math.sqrt(1 - 0.09) * random.nextGaussian());
            for (int i = 0; i < ROWS; i++) {
                int row = j * ROWS + i;
                x[row] = (i - (ROWS - 1) / 2.0) / 2;
                treat[row] = j % 2;
                g[row] = j;
                y[row] = intercept + slope * x[row] + random.nextGaussian();
            }
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("treat", treat)
                .numeric("g", g)
                .build();
    }
}
