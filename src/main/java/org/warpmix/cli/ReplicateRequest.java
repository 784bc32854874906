package org.warpmix.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;
import org.warpmix.backend.Backend;
import org.warpmix.backend.auto.AutoBackend;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.inference.ReplicateRows;
import org.warpmix.inference.ReplicateRun;
import org.warpmix.unit.UnitStore;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What commands that fit many replicates are told beyond the model.
 *
 * @param replicates how many
 * @param seed of the random numbers
 * @param replicate the only one to fit, or 0
 * @param out file for the replicates, or {@code null}
 * @param overwrite whether {@code out} may exist
 * @param backend that fits them
 */
record ReplicateRequest(long replicates, long seed, long replicate, String out, boolean overwrite, Backend backend) {

    static final List<String> BACKENDS = List.of("auto", "cpu", "cuda", "reference");

    static final long MOST = 1_000_000_000;
    static final long SEED = 1;

    /** Adds how many, and from which random numbers. */
    static void addTo(CommandSpec spec, String replicates) {
        spec.addOption(Usage.value("--replicates", "N", replicates));
        spec.addOption(
                Usage.value("--seed", "S", "Seed of the random numbers, a whole number; by default " + SEED + "."));
    }

    /** Adds where replicates go. */
    static void addOutputTo(CommandSpec spec) {
        spec.addOption(
                Usage.value("--out", "FILE", "Write one row per replicate there: FILE ends in .csv or .parquet."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        LongRun.addTo(spec);
    }

    /** Adds the choice of one replicate. */
    static void addReplicateTo(CommandSpec spec) {
        spec.addOption(Usage.value("--replicate", "I", "Fit replicate number I alone and show its fit."));
    }

    /**
     * Reads and checks the arguments.
     *
     * @param otherwise how many replicates where nothing is said; 0 if something has to be
     * @param err takes what the choice of a backend has to tell
     */
    static ReplicateRequest of(ParseResult request, long otherwise, PrintStream err) {
        long replicates = Usage.whole(request, "--replicates", 1, MOST, otherwise);
        long seed = Usage.whole(request, "--seed", Long.MIN_VALUE, Long.MAX_VALUE, SEED);
        long replicate = Usage.whole(request, "--replicate", 1, MOST, 0);
        String out = Usage.text(request, "--out");
        if (replicates == 0 && replicate == 0) {
            throw Usage.wrong(request, "how many replicates? Say --replicates 10000, for example.");
        }
        if (replicate > 0 && out != null) {
            throw Usage.wrong(request, "--out is for a whole run, --replicate fits one of it. Leave out either.");
        }
        if (replicate > 0 && Usage.has(request, LongRun.CHECKPOINT)) {
            throw Usage.wrong(
                    request, LongRun.CHECKPOINT + " is for a whole run, --replicate fits one of it. Leave out either.");
        }
        Output.checkNew(out, request);
        Backend backend = backend(Usage.text(request, "--backend"), err);
        return new ReplicateRequest(replicates, seed, replicate, out, Usage.has(request, "--overwrite"), backend);
    }

    /** Starts a file for the rows of replicates. */
    @FunctionalInterface
    interface Rows {
        ReplicateRows create(Path file, boolean overwrite) throws IOException;
    }

    /**
     * Runs replicates, their rows and units going where they are asked for.
     *
     * @param stopped whether a result is of fewer replicates than asked for
     * @return {@code null} where there is nothing to report, see {@link LongRun#ends}
     */
    <R> R run(ReplicateRun<R> asked, Predicate<R> stopped, Rows rows, LongRun run, WatchedRun watch)
            throws IOException {
        UnitStore store = run.keeps() ? run.open(asked.identity()) : null;
        if (run.isShard()) {
            boolean whole = run.fill((into, shard) -> asked.fill(into, shard, watch::goesOn));
            watch.ended(false);
            run.ends(whole);
            return null;
        }
        if (out == null) {
            R result = run(asked, store, watch::goesOn);
            return run.ends(!stopped.test(result)) ? null : result;
        }
        Path file = Path.of(out);
        Path draft = run.draft(file);
        R result;
        try (ReplicateRows writer = rows.create(draft, overwrite || !draft.equals(file))) {
            result = run(asked, store, block -> writer.accept(block) && watch.goesOn(block));
        }
        if (run.ends(!stopped.test(result))) {
            Files.delete(draft);
            return null;
        }
        return result;
    }

    /** Gives the file of the rows its name, when all else is out: whoever finds it need not run again. */
    void place(LongRun run) throws IOException {
        if (out != null && !run.draft(Path.of(out)).equals(Path.of(out))) {
            Files.move(run.draft(Path.of(out)), Path.of(out), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static <R> R run(ReplicateRun<R> asked, UnitStore store, Backend.Sink sink) {
        return store == null ? asked.run(sink) : asked.run(store, sink);
    }

    /** The backend of a name; {@code null} is auto. */
    static Backend backend(String name, PrintStream err) {
        return switch (name == null ? "auto" : name) {
            case "cpu" -> new CpuBackend();
            case "cuda" -> new CudaBackend();
            case "reference" -> new ReferenceBackend();
            default -> new AutoBackend(line -> err.println("warpmix: " + line));
        };
    }
}
