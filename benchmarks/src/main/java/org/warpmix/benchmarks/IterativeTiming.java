package org.warpmix.benchmarks;

import java.util.Locale;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.iterative.IterativeError;
import org.warpmix.likelihood.iterative.IterativeLikelihood;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.random.Variates;
import org.warpmix.table.Table;

/**
 * What a fit of two crossed factors by the iterative solver costs per row, as the rows grow and the levels with them:
 * {@code IterativeTiming ROWS …}. A level of the first factor has 20 rows, one of the second 100, both after a power law.
 */
public final class IterativeTiming {

    private static final String FORMULA = "y ~ x + (1 | a) + (1 | b)";

    private IterativeTiming() {}

    public static void main(String[] arguments) {
        System.out.printf(
                "%9s %8s %7s %9s %6s %12s %11s %11s %12s %10s%n",
                "rows",
                "pairs",
                "steps",
                "stat. s",
                "eval.",
                "ns/row eval.",
                "fit s",
                "us/row fit",
                "error s",
                "criterion ±");
        fit(20_000); // warms up
        for (String argument : arguments) {
            System.out.println(fit(Integer.parseInt(argument)));
        }
    }

    private static String fit(int rows) {
        Crossproducts statistics;
        long start = System.nanoTime();
        {
            Table table = draw(rows);
            start = System.nanoTime();
            statistics = Crossproducts.of(Design.of(Formula.parse(FORMULA), table, DesignOptions.defaults())
                    .data());
        }
        double reading = seconds(start);
        start = System.nanoTime();
        ProfiledCriterion criterion = ProfiledCriterion.of(
                statistics, new IterativeLikelihood(statistics, Method.REML, IterativeOptions.defaults()));
        Optimum optimum =
                CriterionOptimizer.minimize(criterion, criterion.parameters().start());
        double fitting = seconds(start);
        start = System.nanoTime();
        criterion.value(optimum.x(), new double[optimum.x().length]);
        double evaluation = seconds(start);
        start = System.nanoTime();
        IterativeError error = IterativeError.of(criterion, optimum.x(), true);
        double telling = seconds(start);
        return String.format(
                Locale.ROOT,
                "%9d %8d %7d %9.2f %6d %12.0f %11.2f %11.2f %12.2f %10.2g",
                rows,
                statistics.pairs().get(0).size(),
                error.steps(),
                reading,
                optimum.evaluations(),
                1e9 * evaluation / rows,
                fitting,
                1e6 * fitting / rows,
                telling,
                error.criterion());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static Table draw(int rows) {
        Variates variates = new Variates(1);
        double[] x = new double[rows];
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++) {
            x[i] = variates.normal();
            y[i] = 1 + 0.5 * x[i] + variates.normal();
        }
        Table.Builder table = Table.builder();
        for (String name : new String[] {"a", "b"}) {
            int levels = rows / (name.equals("a") ? 20 : 100);
            String[] labels = new String[levels];
            double[] effects = new double[levels];
            for (int l = 0; l < levels; l++) {
                labels[l] = Integer.toString(l);
                effects[l] = 0.5 * variates.normal();
            }
            int[] codes = new int[rows];
            for (int i = 0; i < rows; i++) {
                codes[i] = (int) (levels * Math.pow(variates.uniform(), 2));
                y[i] += effects[codes[i]];
            }
            table.factor(name, codes, labels);
        }
        return table.numeric("x", x).numeric("y", y).build();
    }
}
