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
    private static final int RUNS = 3;

    private IterativeTiming() {}

    public static void main(String[] arguments) {
        time(20_000); // warms up
        for (String argument : arguments) {
            time(Integer.parseInt(argument));
        }
    }

    private static void time(int rows) {
        Table table = draw(rows);
        long start = System.nanoTime();
        Crossproducts statistics = Crossproducts.of(Design.of(Formula.parse(FORMULA), table, DesignOptions.defaults())
                .data());
        double reading = seconds(start);
        ProfiledCriterion criterion = ProfiledCriterion.of(
                statistics, new IterativeLikelihood(statistics, Method.REML, IterativeOptions.defaults()));
        double[] x = {0.5, 0.5};
        double evaluation = Double.POSITIVE_INFINITY;
        for (int run = 0; run < RUNS; run++) {
            start = System.nanoTime();
            criterion.value(x, new double[x.length]);
            evaluation = Math.min(evaluation, seconds(start));
        }
        System.out.printf(
                Locale.ROOT,
                "%9d rows, %8d pairs: statistics %.2f s; a criterion with its gradient %.2f s, %.0f ns a row",
                rows,
                statistics.pairs().get(0).size(),
                reading,
                evaluation,
                1e9 * evaluation / rows);
        System.out.flush();
        start = System.nanoTime();
        Optimum optimum =
                CriterionOptimizer.minimize(criterion, criterion.parameters().start());
        double fitting = seconds(start);
        start = System.nanoTime();
        IterativeError error = IterativeError.of(criterion, optimum.x(), true);
        System.out.printf(
                Locale.ROOT,
                "; the search %.2f s (%d evaluations), %.1f us a row; the errors %.2f s; %d steps, criterion ± %.2g%n",
                fitting,
                optimum.evaluations(),
                1e6 * fitting / rows,
                seconds(start),
                error.steps(),
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
