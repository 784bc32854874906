package org.warpmix.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.table.Table;

/**
 * One evaluation of criterion and gradient of a random-intercept model: its cost depends on how many sizes of groups
 * there are, here 100, and not on the number of rows or of groups.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx8g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowsBenchmark {

    private static final int SIZES = 100;

    @Param({"10000", "100000", "1000000", "10000000"})
    int rows;

    private ProfiledCriterion criterion;
    private double[] x;
    private double[] gradient;

    @Setup
    public void accumulate() {
        Random random = new Random(1);
        double[] y = new double[rows];
        double[] predictor = new double[rows];
        int[] group = new int[rows];
        int groups = 0;
        double effect = 0;
        int left = 0;
        for (int row = 0; row < rows; row++) {
            if (left == 0) {
                left = 1 + groups % SIZES;
                effect = random.nextGaussian();
                groups++;
            }
            left--;
            group[row] = groups - 1;
            predictor[row] = random.nextGaussian();
            y[row] = 0.5 * predictor[row] + effect + random.nextGaussian();
        }
        String[] labels = new String[groups];
        for (int g = 0; g < groups; g++) {
            labels[g] = Integer.toString(g);
        }
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("x", predictor)
                .factor("g", group, labels)
                .build();
        Design design = Design.of(Formula.parse("y ~ x + (1 | g)"), table);
        criterion = ProfiledCriterion.of(Crossproducts.of(design.data()), Method.REML);
        x = criterion.parameters().start();
        gradient = new double[x.length];
    }

    @Benchmark
    public double evaluation() {
        return criterion.value(x, gradient);
    }
}
