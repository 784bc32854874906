package org.warpmix.benchmarks;

import java.nio.file.Path;
import java.util.Random;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** A model with its data, and what lme4 makes of it. */
public enum Problem {
    /** 18 subjects of 10 rows: one class of groups. */
    SLEEPSTUDY("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)", Method.REML, 1743.62827195849),
    /** Six batches of five. */
    DYESTUFF("Dyestuff.csv", "Yield ~ 1 + (1 | Batch)", Method.REML, 319.654276842257),
    /** Nested: 30 casks in 10 batches. */
    PASTES("Pastes.csv", "strength ~ 1 + (1 | batch/cask)", Method.REML, 246.990745853486),
    /** Crossed: 24 plates, 6 samples. */
    PENICILLIN("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)", Method.REML, 330.860588991086),
    /** Six parameters for six workers. */
    MACHINES("Machines.csv", "score ~ Machine + (0 + Machine | Worker)", Method.REML, 208.311218316419),
    /** 1,000 groups of 5 to 50 rows, each with cross-products of its own. */
    GROUPS_1K("synth_1k_groups.csv", "y ~ x1 + x2 + (1 + x1 | g)", Method.REML, 84540.6818615192),
    /** Crossed: 2,972 students, 1,128 lecturers, 28 fixed effects. */
    INSTEVAL("InstEval.csv.gz", "y ~ service * dept + (1 | s) + (1 | d)", Method.ML, 237585.55341517),
    /** The same students and lecturers, without effects to test. */
    INSTEVAL_INTERCEPTS("InstEval.csv.gz", "y ~ 1 + (1 | s) + (1 | d)", Method.REML, Double.NaN),
    /** 100,000 groups, 2.7 million rows, made here. */
    GROUPS_100K(null, "y ~ x1 + x2 + (1 + x1 | g)", Method.REML, Double.NaN);

    private final String file;
    private final String formula;
    private final Method method;
    private final double lme4;

    Problem(String file, String formula, Method method, double lme4) {
        this.file = file;
        this.formula = formula;
        this.method = method;
        this.lme4 = lme4;
    }

    /** The data; files are those of the tests, found from the repository's root. */
    public Table table() {
        return file == null
                ? groups(100_000)
                : TableReader.withDefaults().read(Path.of("src", "test", "resources", "data", file));
    }

    public LinearMixedModel model() {
        return LinearMixedModel.of(formula).withMethod(method);
    }

    public Method method() {
        return method;
    }

    /** Criterion of lme4 1.1-31's fit, NaN where it was not recorded. */
    public double lme4() {
        return lme4;
    }

    /** Random slopes, 5 to 50 rows a group. */
    private static Table groups(int groups) {
        Random random = new Random(20261122);
        int[] sizes = random.ints(groups, 5, 51).toArray();
        int rows = 0;
        for (int size : sizes) {
            rows += size;
        }
        double[] y = new double[rows];
        double[] x1 = new double[rows];
        double[] x2 = new double[rows];
        double[] g = new double[rows];
        int row = 0;
        for (int j = 0; j < groups; j++) {
            double intercept = random.nextGaussian();
            double slope = 0.3 * intercept + 0.4 * random.nextGaussian();
            for (int i = 0; i < sizes[j]; i++, row++) {
                x1[row] = random.nextGaussian();
                x2[row] = random.nextGaussian();
                g[row] = j;
                y[row] = 1 + intercept + (0.5 + slope) * x1[row] - 0.2 * x2[row] + 1.5 * random.nextGaussian();
            }
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x1", x1)
                .numeric("x2", x2)
                .numeric("g", g)
                .build();
    }
}
