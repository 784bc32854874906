package org.warpmix.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.comparison.LikelihoodRatioBootstrap;
import org.warpmix.inference.diagnosis.Diagnostics;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.inference.profile.ProfileLikelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/**
 * Times what comes after a fit: {@code InferenceTiming RUNS [large]}, the first run and the median of all; {@code large} adds the model of
 * 100,000 groups. {@code benchmarks/peers/inference.R} does the same with R's packages.
 */
public final class InferenceTiming {

    private static final String SLOPES = "Reaction ~ Days + (Days | Subject)";
    private static final int LARGE = 50_000;

    private InferenceTiming() {}

    public static void main(String[] arguments) {
        int runs = Integer.parseInt(arguments[0]);
        Fit sleepstudy = Problem.SLEEPSTUDY.model().fit(Problem.SLEEPSTUDY.table());
        Fit groups = Problem.GROUPS_1K.model().fit(Problem.GROUPS_1K.table());
        Fit rows = LinearMixedModel.of("y ~ x + (x | g)").fit(table(LARGE, 2_000, 0));
        Fit crossed = LinearMixedModel.of("y ~ x + (1 | g) + (1 | h)").fit(table(LARGE, 1_000, 500));
        Fit smaller = LinearMixedModel.of("Reaction ~ 1 + (Days | Subject)")
                .withMethod(Method.ML)
                .fit(Problem.SLEEPSTUDY.table());
        Fit larger = LinearMixedModel.of(SLOPES).withMethod(Method.ML).fit(Problem.SLEEPSTUDY.table());
        time(runs, "profile intervals, sleepstudy", () -> profile(sleepstudy));
        time(
                Math.min(runs, 5),
                "bootstrap likelihood ratio, 100,000 replicates",
                () -> LikelihoodRatioBootstrap.of(smaller, larger)
                        .withReplicates(100_000)
                        .run());
        time(
                Math.min(runs, 5),
                "leave one of 1,000 groups out",
                () -> Diagnostics.of(groups).groups());
        time(runs, "Satterthwaite, 1,000 groups", () -> tests(groups, DegreesOfFreedom.SATTERTHWAITE));
        time(runs, "Kenward-Roger, 1,000 groups", () -> tests(groups, DegreesOfFreedom.KENWARD_ROGER));
        time(runs, "Satterthwaite, 50,000 rows, one factor", () -> tests(rows, DegreesOfFreedom.SATTERTHWAITE));
        time(runs, "Kenward-Roger, 50,000 rows, one factor", () -> tests(rows, DegreesOfFreedom.KENWARD_ROGER));
        time(
                Math.min(runs, 3),
                "Satterthwaite, 50,000 rows, crossed 1,000 x 500",
                () -> tests(crossed, DegreesOfFreedom.SATTERTHWAITE));
        time(
                Math.min(runs, 3),
                "Kenward-Roger, 50,000 rows, crossed 1,000 x 500",
                () -> tests(crossed, DegreesOfFreedom.KENWARD_ROGER));
        if (arguments.length > 1) {
            Fit many = Problem.GROUPS_100K.model().fit(Problem.GROUPS_100K.table());
            time(3, "Satterthwaite, 100,000 groups", () -> tests(many, DegreesOfFreedom.SATTERTHWAITE));
            time(3, "Kenward-Roger, 100,000 groups", () -> tests(many, DegreesOfFreedom.KENWARD_ROGER));
        }
    }

    private static Object profile(Fit fit) {
        ProfileLikelihood profile = ProfileLikelihood.of(fit);
        return profile.names().stream()
                .map(name -> profile.curve(name).interval(0.95))
                .toList();
    }

    private static Object tests(Fit fit, DegreesOfFreedom degrees) {
        FixedEffectsInference inference = FixedEffectsInference.of(fit, degrees);
        double[] df = new double[inference.size()];
        for (int j = 0; j < df.length; j++) {
            df[j] = inference.coefficient(j).degrees();
        }
        return df;
    }

    private static void time(int runs, String what, Supplier<Object> work) {
        double[] milliseconds = new double[runs];
        for (int run = 0; run < runs; run++) {
            long before = System.nanoTime();
            if (work.get() == null) {
                throw new IllegalStateException(what);
            }
            milliseconds[run] = (System.nanoTime() - before) / 1e6;
        }
        double first = milliseconds[0];
        Arrays.sort(milliseconds);
        System.out.printf("%-50s first %9.1f ms, median of %d %9.1f ms%n", what, first, runs, milliseconds[runs / 2]);
    }

    /** Rows that are spread evenly over groups g, and at random over levels of h where there are any. */
    private static Table table(int n, int groups, int levels) {
        Random random = new Random(5);
        double[] ofGroup = random.doubles(groups, -1.7, 1.7).toArray();
        double[] ofLevel = random.doubles(Math.max(1, levels), -1.7, 1.7).toArray();
        double[] y = new double[n];
        double[] x = new double[n];
        double[] g = new double[n];
        double[] h = new double[n];
        for (int i = 0; i < n; i++) {
            g[i] = i % groups;
            h[i] = levels == 0 ? 0 : random.nextInt(levels);
            x[i] = random.nextGaussian();
            y[i] = 1
                    + (0.5 + 0.3 * ofGroup[(int) g[i]]) * x[i]
                    + ofGroup[(int) g[i]]
                    + ofLevel[(int) h[i]]
                    + random.nextGaussian();
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("g", g)
                .numeric("h", h)
                .build();
    }
}
