package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.unit.Checkpoint;
import org.warpmix.unit.RunHeader;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.ShardFile;
import org.warpmix.unit.Shards;
import org.warpmix.unit.UnitStore;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Where the units of a {@link LongCommand} are and which of them to compute, as the command is told by {@code --checkpoint},
 * {@code --shard} and {@code --spark}, or by {@code merge}. Its results depend on none of them.
 */
final class LongRun implements AutoCloseable {

    static final String CHECKPOINT = "--checkpoint";
    static final String SHARD = "--shard";
    static final String SPARK = "--spark";

    private static final String BACKEND = "backend";
    /** What merge is told itself, and what the units do not depend on. */
    private static final Set<String> NOT_KEPT =
            Set.of(SHARD, CHECKPOINT, SPARK, "--out", "--overwrite", "--json", "--quiet", "--threads");

    private final String checkpoint;
    private final Shard shard;
    private final String out;
    private final List<String> arguments;
    private final Shards merged;
    private final boolean spark;
    private final ServedCommand served;
    private final PrintStream err;
    private RunHeader header;
    private UnitStore store;

    private LongRun(
            String checkpoint,
            Shard shard,
            String out,
            List<String> arguments,
            Shards merged,
            boolean spark,
            ServedCommand served,
            PrintStream err) {
        this.checkpoint = checkpoint;
        this.shard = shard;
        this.out = out;
        this.arguments = arguments;
        this.merged = merged;
        this.spark = spark;
        this.served = served;
        this.err = err;
    }

    /** Adds the options. */
    static void addTo(CommandSpec spec) {
        spec.addOption(Usage.value(
                CHECKPOINT,
                "DIR",
                "Keep what is done in DIR, which is made; the same request again goes on from there."));
        spec.addOption(
                Usage.value(SHARD, "I/N", "Do part I of N only and write it to the --out FILE, for warpmix merge."));
        spec.addOption(Usage.flag(SPARK, "Compute on the Spark cluster that spark-submit has started this on."));
    }

    /** Reads and checks the options. */
    static LongRun of(ParseResult request, PrintStream err) {
        String part = Usage.text(request, SHARD);
        String file = Usage.text(request, "--out");
        if (part != null) {
            checkShard(request, file);
        }
        Shard shard = part == null ? null : Shard.parse(part);
        PrintStream told = Usage.has(request, "--quiet") ? new PrintStream(OutputStream.nullOutputStream()) : err;
        boolean spark = Usage.has(request, SPARK);
        if (spark && Usage.has(request, "--replicate")) {
            throw Usage.wrong(request, SPARK + " is for a whole run, --replicate fits one of it. Leave out either.");
        }
        return new LongRun(
                Usage.text(request, CHECKPOINT),
                shard,
                part == null ? null : file,
                arguments(request),
                null,
                spark,
                null,
                told);
    }

    /** A run all of whose units are there. */
    static LongRun of(Shards merged, PrintStream err) {
        return new LongRun(null, null, null, List.of(), merged, false, null, err);
    }

    /** A run whose units an executor asks for. */
    static LongRun of(ServedCommand served) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return new LongRun(null, null, null, List.of(), null, false, served, nowhere);
    }

    private static void checkShard(ParseResult request, String file) {
        if (file == null) {
            throw Usage.wrong(request, SHARD + ": which file is it to go to? Say --out part-1.shard, for example.");
        }
        String name = file.toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv") || name.endsWith(".parquet")) {
            throw Usage.wrong(
                    request,
                    "--out: with " + SHARD + " it is not for rows, which merge writes. End the file's name in .shard,"
                            + " for example.");
        }
        for (String option : List.of("--json", "--replicate")) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(request, option + " is for results, and a shard has none yet. Leave it out.");
            }
        }
        if (Usage.has(request, SPARK)) {
            throw Usage.wrong(request, SHARD + ": Spark makes the parts itself. Leave it out.");
        }
        if (!request.matchedPositionals().isEmpty()
                && request.matchedPositionals().get(0).originalStringValues().contains("-")) {
            throw Usage.wrong(
                    request, SHARD + ": merge reads the data again, which standard input cannot be. Name a file.");
        }
    }

    /** The command again, without what merge is told itself. */
    private static List<String> arguments(ParseResult request) {
        List<String> arguments = new ArrayList<>(List.of(request.commandSpec().name()));
        for (PositionalParamSpec argument : request.matchedPositionals()) {
            arguments.addAll(argument.originalStringValues());
        }
        for (OptionSpec option : request.matchedOptions()) {
            if (!NOT_KEPT.contains(option.longestName())) {
                boolean flag = option.arity().max() == 0;
                option.originalStringValues()
                        .forEach(value -> arguments.add(option.longestName() + (flag ? "" : "=" + value)));
            }
        }
        return arguments;
    }

    /** Whether units are kept, or there already: else a command need not make any. */
    boolean keeps() {
        return checkpoint != null || shard != null || merged != null || spark || served != null;
    }

    /** What fits the units: what is asked for, or what has fitted them where they are there. */
    Backend backend(Backend asked) {
        if (served != null && asked instanceof CudaBackend && !served.gpus().isEmpty()) {
            return CudaBackend.on(served.gpus());
        }
        return merged == null
                ? asked
                : new Kept(merged.header().identity().settings().get(BACKEND), asked);
    }

    /** Whether only a part is computed, which gives no results. */
    boolean isShard() {
        return shard != null || served != null;
    }

    /** The units to compute. */
    Shard shard() {
        return shard == null ? Shard.WHOLE : shard;
    }

    /** Computes those units of a shard that a store lacks; {@code false} where it was stopped. */
    @FunctionalInterface
    interface Units {
        boolean fill(UnitStore store, Shard shard);
    }

    /**
     * Has the units computed: those of {@link #shard}, or on an executor whichever it asks for, for as long as it does.
     *
     * @return whether all units of the shard are in the store
     */
    boolean fill(Units units) {
        if (served == null) {
            return units.fill(store, shard());
        }
        served.serve(header.identity(), units);
        return false;
    }

    /**
     * Opens the store: in memory where nothing is to be kept. It is closed with this.
     *
     * @throws IllegalArgumentException where what is kept is of another run, naming what differs
     */
    UnitStore open(RunIdentity identity) throws IOException {
        header = new RunHeader(identity, arguments);
        if (merged != null) {
            String difference = merged.header().identity().difference(identity);
            if (difference != null) {
                throw new IllegalArgumentException("The shards are of another run than their command would be here: "
                        + difference + ". Merge in the folder where they were made, with the same data and version.");
            }
            store = merged;
        } else if (checkpoint != null) {
            Checkpoint kept = Checkpoint.open(Path.of(checkpoint), identity);
            store = kept;
            tell(kept, identity.units());
        } else if (shard != null) {
            store = ShardFile.create(Path.of(out), header);
        } else {
            store = UnitStore.inMemory();
        }
        if (spark) {
            ServedCommand.onSpark(header, store);
        }
        return store;
    }

    private void tell(Checkpoint kept, int units) {
        if (kept.damaged() > 0) {
            err.println("warpmix: " + checkpoint + ": " + kept.damaged()
                    + (kept.damaged() == 1 ? " unit was" : " units were") + " torn or damaged, and computed anew.");
        }
        if (kept.found() > 0) {
            err.println("warpmix: " + checkpoint + " has " + kept.found() + " of " + units
                    + " units; going on from there.");
        }
    }

    /**
     * Ends a run that has no results to report: a shard, whose file is written, and one that was stopped but can go on.
     *
     * @param whole whether all units of the shard are in the store
     * @return whether that is all
     */
    boolean ends(boolean whole) throws IOException {
        if (served != null) {
            return true;
        }
        if (!whole && checkpoint != null) {
            err.println("warpmix: stopped; the same request goes on from " + checkpoint + ".");
            return true;
        }
        if (!whole && shard != null) {
            err.println("warpmix: stopped, and nothing is kept: --checkpoint DIR would let it go on.");
            return true;
        }
        if (shard == null) {
            return false;
        }
        if (store instanceof ShardFile file) {
            file.finish();
        } else {
            try (ShardFile file = ShardFile.create(Path.of(out), header)) {
                file.copy(store, shard);
                file.finish();
            }
        }
        int units = header.identity().units();
        err.println("warpmix: " + out + " has shard " + shard + ", " + (shard.to(units) - shard.from(units)) + " of "
                + units + " units. When all are there: warpmix merge FILE …");
        return true;
    }

    /**
     * Where a results file is written until it is whole: beside itself where a checkpoint would have the run go on after a kill, so
     * that no half of it is in the way.
     */
    Path draft(Path file) {
        if (checkpoint == null) {
            return file;
        }
        String name = file.getFileName().toString();
        int dot = Math.max(0, name.lastIndexOf('.'));
        return file.resolveSibling(name.substring(0, dot) + ".part" + name.substring(dot));
    }

    @Override
    public void close() {
        if (store != null) {
            store.close();
        } else if (merged != null) {
            merged.close();
        }
    }

    /** The backend that fitted units which are there; another does what remains to be done, such as a jackknife. */
    private record Kept(String kind, Backend other) implements Backend {

        @Override
        public String name() {
            return kind.contains(" (") ? kind.substring(0, kind.indexOf(" (")) : kind;
        }

        @Override
        public void run(Batch batch, long first, long count, Sink sink) {
            other.run(batch, first, count, sink);
        }
    }
}
