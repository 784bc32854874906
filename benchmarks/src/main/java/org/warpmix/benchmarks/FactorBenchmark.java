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
import org.warpmix.table.Table;

/** Labels to a factor: distinct levels in order, one code a row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FactorBenchmark {

    private static final int ROWS = 100_000;

    @Param({"10", "10000"})
    int levels;

    private String[] labels;

    @Setup
    public void label() {
        labels = new String[ROWS];
        for (int row = 0; row < ROWS; row++) {
            labels[row] = "level" + row % levels;
        }
    }

    @Benchmark
    public Table factor() {
        return Table.builder().factor("f", labels).build();
    }
}
