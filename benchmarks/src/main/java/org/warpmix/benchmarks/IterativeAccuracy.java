package org.warpmix.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.iterative.IterativeError;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.random.Variates;
import org.warpmix.table.Table;

/**
 * The iterative solver against the exact one on twenty data sets: differences, each in units of its stated bound. Ends with an
 * error where one is outside. {@code IterativeAccuracy [SEED [PROBES]]}.
 */
public final class IterativeAccuracy {

    /** How the levels of the factors meet. */
    private enum Pattern {
        /** Each at random. */
        UNIFORM,
        /** Each at random, few of them often: users and films. */
        POWER_LAW,
        /** Levels of the first factor move between neighbours of the second: workers and firms. */
        CHAIN,
        /** Every combination, in turn. */
        GRID
    }

    /**
     * A data set.
     *
     * @param levels of the factors a, b, c
     * @param deviations of their effects, the error having 1
     * @param slope the same of their slopes on x
     */
    private record Case(
            Pattern pattern,
            int rows,
            int[] levels,
            double[] deviations,
            double slope,
            boolean weights,
            Method method,
            String formula) {}

    private static final String TWO = "y ~ x + (1 | a) + (1 | b)";
    private static final String THREE = "y ~ x + (1 | a) + (1 | b) + (1 | c)";

    private static final List<Case> CASES = List.of(
            of(Pattern.UNIFORM, 2000, TWO, Method.REML, 0, false, 200, 50, 1, 0.5),
            of(Pattern.UNIFORM, 300, TWO, Method.ML, 0, false, 80, 60, 1, 1),
            of(Pattern.POWER_LAW, 5000, TWO, Method.REML, 0, false, 500, 200, 0.6, 0.8),
            of(Pattern.POWER_LAW, 20_000, TWO, Method.ML, 0, false, 2000, 800, 0.4, 0.6),
            of(Pattern.CHAIN, 10_000, TWO, Method.REML, 0, false, 3000, 600, 1, 0.7),
            of(Pattern.CHAIN, 20_000, TWO, Method.ML, 0, false, 8000, 2000, 3, 2),
            of(Pattern.GRID, 3000, TWO, Method.REML, 0, false, 100, 30, 1, 1),
            of(Pattern.UNIFORM, 4000, TWO, Method.REML, 0, false, 400, 150, 0.5, 0),
            of(Pattern.POWER_LAW, 4000, TWO, Method.ML, 0, false, 400, 150, 0.05, 0.05),
            of(Pattern.UNIFORM, 5000, TWO, Method.REML, 0, false, 500, 300, 30, 20),
            of(Pattern.POWER_LAW, 5000, TWO, Method.ML, 0, false, 500, 200, 0, 10),
            of(Pattern.UNIFORM, 5000, THREE, Method.REML, 0, false, 500, 200, 100, 1, 0.7, 0.3),
            of(Pattern.POWER_LAW, 8000, THREE, Method.ML, 0, false, 900, 300, 10, 0.5, 0.5, 0.5),
            of(Pattern.CHAIN, 8000, THREE, Method.REML, 0, false, 2000, 500, 60, 1, 0.6, 0.3),
            of(Pattern.UNIFORM, 4000, "y ~ x + (x | a) + (1 | b)", Method.REML, 0.5, false, 300, 100, 1, 0.7),
            of(Pattern.POWER_LAW, 6000, "y ~ x + (1 | a) + (x | b)", Method.ML, 0.3, false, 600, 150, 1, 0.7),
            of(Pattern.UNIFORM, 6000, "y ~ x + (x | a) + (x | b)", Method.REML, 0.4, false, 300, 200, 1, 0.7),
            of(Pattern.CHAIN, 6000, "y ~ x + (x || a) + (1 | b)", Method.ML, 0.4, false, 1200, 300, 1, 0.7),
            of(Pattern.POWER_LAW, 6000, TWO, Method.REML, 0, true, 600, 200, 0.6, 0.8),
            of(Pattern.CHAIN, 6000, TWO, Method.ML, 0, true, 1500, 400, 1, 1));

    private IterativeAccuracy() {}

    /** Levels of each factor, then the deviations. */
    private static Case of(
            Pattern pattern, int rows, String formula, Method method, double slope, boolean weights, double... sizes) {
        int factors = sizes.length / 2;
        int[] levels = IntStream.range(0, factors).map(f -> (int) sizes[f]).toArray();
        double[] deviations = IntStream.range(factors, sizes.length)
                .mapToDouble(f -> sizes[f])
                .toArray();
        return new Case(pattern, rows, levels, deviations, slope, weights, method, formula);
    }

    private static Table draw(Case chosen, long seed, int number) {
        Variates variates = new Variates(seed);
        variates.start(number, 0);
        int n = chosen.rows();
        double[] x = new double[n];
        double[] y = new double[n];
        double[] weights = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = variates.normal();
            weights[i] = chosen.weights() ? Math.exp(variates.normal()) : 1;
            y[i] = 1 + 0.5 * x[i] + variates.normal() / Math.sqrt(weights[i]);
        }
        Table.Builder table = Table.builder();
        int[] before = null;
        for (int f = 0; f < chosen.levels().length; f++) {
            int[] codes = codes(chosen, f, before, variates);
            int levels = chosen.levels()[f];
            double[] effects = new double[levels];
            double[] slopes = new double[levels];
            String[] labels = new String[levels];
            for (int l = 0; l < levels; l++) {
                effects[l] = chosen.deviations()[f] * variates.normal();
                slopes[l] = chosen.slope() * variates.normal();
                labels[l] = Integer.toString(l);
            }
            String name = "abc".substring(f, f + 1);
            boolean varies = chosen.formula().matches(".*\\(x \\|+ " + name + ".*");
            for (int i = 0; i < n; i++) {
                y[i] += effects[codes[i]] + (varies ? slopes[codes[i]] * x[i] : 0);
            }
            table.factor(name, codes, labels);
            before = codes;
        }
        return table.numeric("x", x).numeric("y", y).numeric("w", weights).build();
    }

    private static int[] codes(Case chosen, int f, int[] before, Variates variates) {
        int levels = chosen.levels()[f];
        int[] codes = new int[chosen.rows()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = switch (chosen.pattern()) {
                case UNIFORM -> variates.below(levels);
                case POWER_LAW -> (int) (levels * Math.pow(variates.uniform(), 2.5));
                case CHAIN ->
                    before == null
                            ? i % levels
                            : (int) ((long) before[i] * levels / chosen.levels()[f - 1] + variates.below(3)) % levels;
                case GRID -> f == 0 ? i % levels : i / chosen.levels()[0] % levels;
            };
        }
        return codes;
    }

    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        int probes = arguments.length > 1
                ? Integer.parseInt(arguments[1])
                : IterativeOptions.defaults().probes();
        int outside = 0;
        System.out.printf(
                "%-9s %6s %-16s %5s %8s %8s %9s %9s   %s%n",
                "pattern",
                "rows",
                "levels",
                "steps",
                "exact s",
                "iter. s",
                "criterion",
                "bound",
                "in units of the bound:");
        for (int i = 0; i < CASES.size(); i++) {
            outside += run(CASES.get(i), draw(CASES.get(i), seed, i), probes) ? 0 : 1;
        }
        System.out.printf("outside their bounds: %d of %d%n", outside, CASES.size());
        if (outside > 0) {
            throw new AssertionError("bounds that do not hold");
        }
    }

    private static boolean run(Case chosen, Table table, int probes) {
        LinearMixedModel model = LinearMixedModel.of(chosen.formula()).withMethod(chosen.method());
        model = chosen.weights() ? model.withWeights("w") : model;
        long start = System.nanoTime();
        Fit exact = model.fit(table);
        long between = System.nanoTime();
        Fit fit = model.withIterativeSolver(IterativeOptions.defaults().withProbes(probes))
                .fit(table);
        double seconds = (System.nanoTime() - between) / 1e9;
        IterativeError bounds = fit.iterativeError().orElseThrow();
        double difference = Math.abs(fit.criterion() - exact.criterion());
        double theta = largest(exact.theta(), fit.theta(), bounds.theta());
        double fixed =
                largest(exact.fixedEffects().estimates(), fit.fixedEffects().estimates(), bounds.fixed());
        double sigma = Math.abs(fit.sigma() - exact.sigma()) / bounds.sigma();
        String[] levels =
                IntStream.of(chosen.levels()).mapToObj(Integer::toString).toArray(String[]::new);
        System.out.printf(
                Locale.ROOT,
                "%-9s %6d %-16s %5d %8.2f %8.2f %9.1e %9.1e   criterion %.2f, theta %.2f, sigma %.2f, beta %.2f%s%n",
                chosen.pattern(),
                chosen.rows(),
                String.join(" x ", levels),
                bounds.steps(),
                (between - start) / 1e9,
                seconds,
                difference,
                bounds.criterion(),
                difference / bounds.criterion(),
                theta,
                sigma,
                fixed,
                fit.convergence().converged() ? "" : "  NOT CONVERGED");
        return difference <= bounds.criterion() && theta <= 1 && sigma <= 1 && fixed <= 1;
    }

    private static double largest(double[] exact, double[] estimates, double[] bounds) {
        double largest = 0;
        for (int j = 0; j < exact.length; j++) {
            largest = Math.max(largest, Math.abs(estimates[j] - exact[j]) / bounds[j]);
        }
        return largest;
    }
}
