package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.BootstrapType;
import org.warpmix.inference.IntervalType;
import org.warpmix.inference.ReplicateRows;
import org.warpmix.report.BootstrapJson;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * A bootstrap as {@code bootstrap} and {@code confint} are told to do it.
 *
 * @param factor whose levels cases are drawn of, or {@code null}
 * @param intervals kinds of intervals
 * @param level of the intervals
 */
record BootstrapRequest(
        ModelRequest model,
        ReplicateRequest replicates,
        BootstrapType type,
        String factor,
        List<IntervalType> intervals,
        double level) {

    static final double LEVEL = 0.95;

    /** Adds what is drawn anew, and the intervals. */
    static void addTo(CommandSpec spec) {
        spec.addOption(Usage.value("--type", "TYPE", "What to draw anew: " + Usage.list(BootstrapType.values())));
        spec.addOption(
                Usage.value("--factor", "NAME", "Grouping factor that cases are drawn of, where there are several."));
        spec.addOption(Usage.value("--interval", "TYPE,…", "Intervals: " + Usage.list(IntervalType.values())));
        spec.addOption(Usage.value("--level", "L", "Level of the intervals; by default " + LEVEL + "."));
    }

    /**
     * Reads and checks the arguments.
     *
     * @param otherwise how many replicates where nothing is said; 0 if something has to be
     * @param err takes what the choice of a backend has to tell
     */
    static BootstrapRequest of(ParseResult request, long otherwise, PrintStream err) {
        return new BootstrapRequest(
                ModelRequest.of(request, ReplicateRequest.BACKENDS),
                ReplicateRequest.of(request, otherwise, err),
                Usage.choice(request, "--type", BootstrapType.values()),
                Usage.text(request, "--factor"),
                Usage.choices(request, "--interval", IntervalType.values()),
                Usage.level(request, LEVEL));
    }

    /** Fits the model: the bootstrap, ready to run. */
    Bootstrap bootstrap(LongRun run) {
        return Bootstrap.of(model.fit())
                .withType(type)
                .withFactor(factor)
                .withStandardErrors(intervals.contains(IntervalType.STUDENTISED))
                .withBackend(run.backend(replicates.backend()))
                .withSeed(replicates.seed())
                .withReplicates(Math.max(1, replicates.replicates()));
    }

    /**
     * Runs it and reports.
     *
     * @param text the report for people
     */
    void run(
            Bootstrap bootstrap, LongRun run, Function<BootstrapResult, String> text, OutputStream out, PrintStream err)
            throws IOException {
        intervals.forEach(bootstrap::check);
        try (WatchedRun watch = new WatchedRun(err, bootstrap.count(), model.quiet())) {
            BootstrapResult result = replicates.run(
                    bootstrap,
                    BootstrapResult::stopped,
                    (file, overwrite) -> ReplicateRows.create(file, bootstrap, overwrite),
                    run,
                    watch);
            if (result == null) {
                return;
            }
            watch.ended(result.stopped());
            model.report(
                    out, writer -> BootstrapJson.write(result, intervals, level, writer), () -> text.apply(result));
            replicates.place(run);
        }
    }
}
