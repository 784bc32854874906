package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.warpmix.backend.Backend;
import org.warpmix.backend.cpu.CpuBackend;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What the commands that draw data of their own have in common.
 *
 * @param json where the JSON goes, or {@code null}
 * @param quiet whether to leave out what is meant for people
 * @param backend that fits replicates: auto is the CPU, since blocks of studies are small
 */
record StudyOptions(String json, boolean quiet, Backend backend) {

    /** Adds the options. */
    static void addTo(CommandSpec spec) {
        spec.addOption(Usage.value("--json", "FILE", "Write JSON, - for standard output (then nothing else)."));
        spec.addOption(Usage.flag("--quiet", "Print nothing that is meant for people."));
        spec.addOption(Usage.value(
                "--threads", "N", "How many threads work; by default one per processor. Results do not depend on it."));
        spec.addOption(
                Usage.value("--backend", "NAME", String.join(", ", ReplicateRequest.BACKENDS) + "; auto is cpu."));
    }

    /**
     * Reads and checks the options.
     *
     * @param err takes what the choice of a backend has to tell
     */
    static StudyOptions of(ParseResult request, PrintStream err) {
        ModelRequest.limitThreads(request);
        ModelRequest.checkBackend(request, ReplicateRequest.BACKENDS);
        String json = Usage.text(request, "--json");
        Output.check(json);
        String name = Usage.text(request, "--backend");
        Backend backend = name == null || name.equals("auto") ? new CpuBackend() : ReplicateRequest.backend(name, err);
        return new StudyOptions(json, Usage.has(request, "--quiet"), backend);
    }

    /** Writes the JSON, and prints the text unless it is not wanted. */
    void report(OutputStream out, Output.Content content, Supplier<String> text) throws IOException {
        if (json != null) {
            Output.write(json, out, content);
        }
        if (!quiet && !Output.STANDARD.equals(json)) {
            Output.text(out, text.get());
        }
    }

    /** SHA-256 of what a run depends on. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256.", e);
        }
    }
}
