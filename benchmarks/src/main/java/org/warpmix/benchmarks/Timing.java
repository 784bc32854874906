package org.warpmix.benchmarks;

import java.util.Arrays;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;

/**
 * Time of refits by a backend alone, their estimates dropped.
 *
 * @param count refits of a run
 * @param seconds of the runs, ascending
 */
record Timing(long count, double[] seconds) {

    private static final int RUNS = 5;
    private static final long FIRST = 16;
    private static final int GROWTH = 4;

    /** Grows the number of refits until a run takes a fifth of the time given, which also warms up, then runs five times. */
    static Timing of(Backend backend, Batch batch, double budget) {
        double target = budget / RUNS;
        long count = FIRST;
        double took = run(backend, batch, count);
        while (took < 0.7 * target) {
            count = (long) Math.ceil(count * Math.min(GROWTH, Math.max(1.1, target / took)));
            took = run(backend, batch, count);
        }
        double[] seconds = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            seconds[run] = run(backend, batch, count);
        }
        Arrays.sort(seconds);
        return new Timing(count, seconds);
    }

    /** Seconds of one run. */
    static double run(Backend backend, Batch batch, long count) {
        long before = System.nanoTime();
        backend.run(batch, 1, count, block -> true);
        return (System.nanoTime() - before) / 1e9;
    }

    double median() {
        return seconds[seconds.length / 2];
    }

    double rate() {
        return count / median();
    }

    @Override
    public String toString() {
        return String.format(
                "%,d refits in %.3f s (%.3f to %.3f in %d runs), %,.0f a second",
                count, median(), seconds[0], seconds[seconds.length - 1], seconds.length, rate());
    }
}
