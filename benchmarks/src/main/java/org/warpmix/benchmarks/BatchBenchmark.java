package org.warpmix.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.warpmix.backend.Backend;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;

/**
 * Parametric refits a second, from the random numbers to the summaries, on all processors. One operation runs for half a
 * second; its rate stands in the column {@code refits}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BatchBenchmark {

    private static final long HALF_A_SECOND = 500_000_000L;
    private static final long MANY = 100_000_000L;

    @Param({"SLEEPSTUDY", "DYESTUFF", "GROUPS_1K", "PENICILLIN", "PASTES"})
    Problem problem;

    /** {@code cuda} is one more, where there is a GPU. */
    @Param({"cpu", "reference"})
    String backend;

    /** Replicates whose estimates are compared with the reference's when the time is taken. */
    @Param("200")
    int compared;

    private Backend fitter;
    private Bootstrap bootstrap;

    /** How many replicates were fitted. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counter {
        public long refits;
    }

    @Setup
    public void fit() {
        fitter = Backends.named(backend);
        bootstrap = Bootstrap.of(problem.model().fit(problem.table())).withBackend(fitter);
    }

    @Benchmark
    public BootstrapResult refits(Counter counter) {
        long end = System.nanoTime() + HALF_A_SECOND;
        BootstrapResult result = bootstrap.withReplicates(MANY).run(block -> System.nanoTime() < end);
        counter.refits += result.replicates();
        return result;
    }

    /** Speed means nothing without agreement: both stand in the output. */
    @TearDown
    public void agreement() {
        System.out.printf(
                "%n# %s on %s, %s%n",
                problem,
                fitter.name(),
                Agreement.of(bootstrap.withReplicates(compared), fitter, new ReferenceBackend()));
        fitter.close();
    }
}
