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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.warpmix.fit.Fit;
import org.warpmix.table.Table;

/** A whole fit from a table in memory: formula, matrices, statistics, search, certificate. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class FitBenchmark {

    @Param
    Problem problem;

    private Table table;
    private Fit last;

    @Setup
    public void read() {
        table = problem.table();
    }

    @Benchmark
    public Fit fit() {
        last = problem.model().fit(table);
        return last;
    }

    /** Time means nothing without agreement: both stand in the output. */
    @TearDown
    public void agreement() {
        System.out.printf(
                "%n# %s: criterion %.10f, above lme4's by %.2e; %d evaluations, gradient %.1e, converged %b%n",
                problem,
                last.criterion(),
                last.criterion() - problem.lme4(),
                last.convergence().evaluations(),
                last.convergence().gradientNorm(),
                last.convergence().converged());
    }
}
