package org.warpmix.benchmarks;

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
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Design;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.optimize.Optimum;
import org.warpmix.table.Table;

/** The stages of a fit one by one: matrices, the pass over the rows, and all that comes after it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx8g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StagesBenchmark {

    @Param({"SLEEPSTUDY", "INSTEVAL", "GROUPS_100K"})
    Problem problem;

    private Table table;
    private Design made;
    private Crossproducts reduced;

    @Setup
    public void prepare() {
        table = problem.table();
        made = design();
        reduced = crossproducts();
    }

    @Benchmark
    public Design design() {
        return Design.of(problem.model().formula(), table);
    }

    @Benchmark
    public Crossproducts crossproducts() {
        return Crossproducts.of(made.data());
    }

    @Benchmark
    public Optimum afterTheRows() {
        ProfiledCriterion criterion = ProfiledCriterion.of(reduced, problem.method());
        return CriterionOptimizer.minimize(criterion, criterion.parameters().start());
    }
}
