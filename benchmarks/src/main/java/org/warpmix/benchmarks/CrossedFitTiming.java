package org.warpmix.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import org.warpmix.backend.cuda.CudaFronts;
import org.warpmix.backend.cuda.FrontTimes;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.table.Table;

/**
 * Times single fits of crossed models: {@code CrossedFitTiming BACKEND RUNS PARTS NAME …}, the backend {@code cpu} or
 * {@code cuda}, each name a {@link CrossedShape} or a {@link Problem}; parts among {@code evaluation}, {@code gradient}
 * (cuda alone) and {@code fit}, comma between them. Prints the data, the time of the statistics, what an evaluation takes and
 * how much memory against what was predicted, and what the search takes to the optimum.
 */
public final class CrossedFitTiming {

    private static final long SEED = 1;
    private static final double GIGA = 1e9;

    private CrossedFitTiming() {}

    public static void main(String[] arguments) {
        boolean cuda = arguments[0].equals("cuda");
        int runs = Integer.parseInt(arguments[1]);
        String parts = arguments[2];
        for (String name : Arrays.asList(arguments).subList(3, arguments.length)) {
            boolean shape = Arrays.stream(CrossedShape.values())
                    .anyMatch(each -> each.name().equals(name));
            long before = System.nanoTime();
            Table table = shape
                    ? CrossedShape.valueOf(name).table(SEED)
                    : Problem.valueOf(name).table();
            String formula = shape
                    ? CrossedShape.valueOf(name).formula()
                    : Problem.valueOf(name).model().formula().toString();
            double made = seconds(before);
            before = System.nanoTime();
            Crossproducts statistics =
                    Crossproducts.of(Design.of(Formula.parse(formula), table).data());
            say("%s: %,d rows in %.1f s, %s; statistics in %.1f s", name, table.rows(), made, formula, seconds(before));
            if (parts.contains("evaluation")) {
                if (cuda) {
                    evaluate(statistics, runs, parts.contains("gradient"));
                } else {
                    evaluateHere(statistics, runs);
                }
            }
            if (parts.contains("fit")) {
                fit(statistics, cuda);
            }
        }
    }

    private static void evaluate(Crossproducts statistics, int runs, boolean gradient) {
        FrontTimes times = FrontTimes.of(statistics, Method.ML, runs, gradient);
        say(
                "  front of order %,d, there in %.1f s; evaluation %.3f s: rows %.3f, factor %.3f (%.1f TFLOP/s); criterion %.6f",
                times.order(),
                times.prepared(),
                times.evaluation(),
                times.subtract(),
                times.factor(),
                Math.pow(times.order(), 3) / 3 / times.factor() / 1e12,
                times.criterion());
        say(
                "  memory predicted %.3f GB, taken %.3f; with a gradient %.3f and %.3f GB more; evaluation with gradient %.3f s",
                times.predicted() / GIGA,
                times.taken() / GIGA,
                times.gradientPredicted() / GIGA,
                times.gradientTaken() / GIGA,
                times.gradient());
    }

    private static void evaluateHere(Crossproducts statistics, int runs) {
        long before = System.nanoTime();
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics, Method.ML);
        double prepared = seconds(before);
        double[] seconds = new double[runs];
        double value = Double.NaN;
        for (int run = 0; run < runs; run++) {
            before = System.nanoTime();
            value = criterion.value(criterion.parameters().start());
            seconds[run] = seconds(before);
        }
        Arrays.sort(seconds);
        say("  front there in %.1f s; evaluation %.3f s; criterion %.6f", prepared, seconds[runs / 2], value);
    }

    private static void fit(Crossproducts statistics, boolean cuda) {
        long before = System.nanoTime();
        try (CudaFronts fronts = new CudaFronts(line -> say("  %s", line))) {
            ProfiledCriterion criterion = cuda
                    ? ProfiledCriterion.of(statistics, Method.ML, fronts)
                    : ProfiledCriterion.of(statistics, Method.ML);
            Optimum optimum = CriterionOptimizer.minimize(
                    criterion, criterion.parameters().start());
            say(
                    "  fit %.2f s, %d evaluations, criterion %.6f, theta %s, %s",
                    seconds(before),
                    optimum.evaluations(),
                    optimum.criterion(),
                    Arrays.toString(criterion.parameters().toTheta(optimum.x())),
                    optimum.ending());
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
