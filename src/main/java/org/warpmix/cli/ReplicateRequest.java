package org.warpmix.cli;

import java.io.PrintStream;
import java.util.List;
import org.warpmix.backend.Backend;
import org.warpmix.backend.auto.AutoBackend;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.reference.ReferenceBackend;
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
        Output.checkNew(out, request);
        Backend backend = backend(Usage.text(request, "--backend"), err);
        return new ReplicateRequest(replicates, seed, replicate, out, Usage.has(request, "--overwrite"), backend);
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
