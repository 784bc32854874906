package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.warpmix.fit.Condenser;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.iterative.IterativeOptions;
import org.warpmix.model.CondensedRows;
import org.warpmix.model.Contrast;
import org.warpmix.model.Design;
import org.warpmix.table.DataFiles;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;
import org.warpmix.table.TableSize;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What every command that fits a model is told: the data, the formula and how to fit.
 *
 * @param data a file, or {@code -} for standard input
 * @param theta where to evaluate without a search, or {@code null}
 * @param json where the JSON goes, or {@code null}
 * @param quiet whether to leave out what is meant for people
 * @param stream whether the data are to be read piece by piece in any case
 */
record ModelRequest(String data, LinearMixedModel model, double[] theta, String json, boolean quiet, boolean stream) {

    /** Adds the arguments to a command that fits once. */
    static void addTo(CommandSpec spec) {
        addTo(spec, "auto or cpu.");
    }

    /**
     * Adds the arguments to a command.
     *
     * @param backends that it has, in words
     */
    static void addTo(CommandSpec spec, String backends) {
        spec.addPositional(argument(
                "0",
                "DATA",
                "CSV, TSV, JSON lines or Parquet; - is CSV on standard input. Several files as a pattern in quotes or parted by"
                        + " commas: these, and a file whose table memory does not hold, are read once and not kept."));
        spec.addPositional(argument("1", "FORMULA", "As in lme4, e.g. \"y ~ x + (x | group)\"."));
        spec.addOption(Usage.flag("--ml", "Maximum likelihood instead of REML."));
        spec.addOption(Usage.value("--weights", "COL", "Column of prior weights: Var(e_i) = sigma^2 / w_i."));
        spec.addOption(Usage.value("--offset", "COL", "Column to add to the mean."));
        spec.addOption(Usage.value(
                "--contrasts", "COL=NAME,…", "Contrasts of factors: treatment (the default), sum, helmert, poly."));
        spec.addOption(Usage.value("--theta", "T1,…", "Evaluate at this theta (lme4's order) without a search."));
        spec.addOption(Usage.value("--start", "T1,…", "Start the search at this theta."));
        spec.addOption(Usage.value("--json", "FILE", "Write JSON, - for standard output (then nothing else)."));
        spec.addOption(Usage.flag("--stream", "Read DATA once, piece by piece, and keep no rows."));
        spec.addOption(Usage.flag("--quiet", "Print nothing that is meant for people."));
        spec.addOption(Usage.value(
                "--threads", "N", "How many threads work; by default one per processor. Results do not depend on it."));
        spec.addOption(Usage.value("--backend", "NAME", backends));
    }

    /** A positional argument that has to be there. */
    static PositionalParamSpec argument(String index, String label, String description) {
        return PositionalParamSpec.builder()
                .index(index)
                .paramLabel(label)
                .description(description)
                .type(String.class)
                .arity("1")
                .required(true)
                .build();
    }

    /** Reads and checks the arguments of a command that fits once. */
    static ModelRequest of(ParseResult request) {
        return of(request, List.of("auto", "cpu"));
    }

    /**
     * Reads and checks the arguments.
     *
     * @param backends that the command has
     */
    static ModelRequest of(ParseResult request, List<String> backends) {
        return of(request, backends, UnaryOperator.identity());
    }

    /**
     * Reads and checks the arguments.
     *
     * @param backends that the command has
     * @param read makes the formula of what is given
     */
    static ModelRequest of(ParseResult request, List<String> backends, UnaryOperator<String> read) {
        limitThreads(request);
        checkBackend(request, backends);
        List<String> arguments = arguments(request);
        LinearMixedModel model = model(request, read.apply(arguments.get(1)));
        double[] start = Usage.numbers(request, "--start");
        double[] theta = Usage.numbers(request, "--theta");
        if (start != null && theta != null) {
            throw Usage.wrong(request, "--start is where a search begins, and with --theta there is none.");
        }
        if (start != null) {
            model = model.withStart(start);
        }
        String json = Usage.text(request, "--json");
        Output.check(json);
        return new ModelRequest(
                arguments.get(0), model, theta, json, Usage.has(request, "--quiet"), Usage.has(request, "--stream"));
    }

    /** The model of a formula with the method, the weights, the offset and the contrasts that were asked for. */
    static LinearMixedModel model(ParseResult request, String formula) {
        LinearMixedModel model = LinearMixedModel.of(formula);
        if (Usage.has(request, "--ml")) {
            model = model.withMethod(Method.ML);
        }
        if (Usage.has(request, "--weights")) {
            model = model.withWeights(Usage.text(request, "--weights"));
        }
        if (Usage.has(request, "--offset")) {
            model = model.withOffset(Usage.text(request, "--offset"));
        }
        if (Usage.has(request, "--contrasts")) {
            model = withContrasts(request, model);
        }
        return model;
    }

    /** The same with the dense part of crossed models on a device; {@code null} for none. */
    ModelRequest withDevice(DenseFront.Maker device) {
        return new ModelRequest(data, model.withDevice(device), theta, json, quiet, stream);
    }

    /** The same by the iterative solver, or by the exact one for {@code null}. */
    ModelRequest with(IterativeOptions iterative) {
        return iterative == null
                ? this
                : new ModelRequest(data, model.withIterativeSolver(iterative), theta, json, quiet, stream);
    }

    /** What messages call the data. */
    String source() {
        return data.equals("-") ? "standard input" : data;
    }

    /** Reads the columns that the model uses, of a command that needs the rows. */
    Table table() {
        return table(columns());
    }

    /** As {@link #table()}, other columns. */
    Table table(Collection<String> columns) {
        if (stream || DataFiles.isSeveral(data)) {
            throw new IllegalArgumentException("This needs the rows of the table, and those of "
                    + (stream ? "a table read with --stream" : "several files")
                    + " are read once and not kept. Name one file" + (stream ? ", without --stream." : "."));
        }
        return TableReader.withDefaults().withColumns(columns).read(data);
    }

    /** Names of the columns that the model uses. */
    LinkedHashSet<String> columns() {
        return new LinkedHashSet<>(Design.usedColumns(model.formula(), model.options()));
    }

    /** Fits the model to the data, which are read once and not kept where that was asked for, or memory does not hold them. */
    Fit fit() {
        if (!streams()) {
            return fit(table());
        }
        List<Path> files = DataFiles.of(data);
        long bytes = Math.max(1, DataFiles.bytes(files));
        PrintStream terminal = System.err; // which the progress leaves open
        try (Progress progress = Progress.of(terminal, bytes, quiet)) {
            CondensedRows rows = Condenser.of(model)
                    .withProgress(share -> progress.update((long) (share * bytes)))
                    .read(files);
            return theta == null ? model.fit(rows) : model.at(rows, theta);
        }
    }

    /** Whether the rows will not be kept. */
    boolean streams() {
        return stream || DataFiles.isSeveral(data) || TableSize.exceedsMemory(data, columns());
    }

    Fit fit(Table table) {
        return theta == null ? model.fit(table) : model.at(table, theta);
    }

    /** Reports as asked: the JSON to its file, the text to standard output unless that has the JSON. */
    void report(OutputStream out, Output.Content content, Supplier<String> text) throws IOException {
        if (json != null) {
            Output.write(json, out, content);
        }
        if (!quiet && !Output.STANDARD.equals(json)) {
            Output.text(out, text.get());
        }
    }

    private static List<String> arguments(ParseResult request) {
        List<String> arguments = new ArrayList<>();
        for (PositionalParamSpec argument : request.matchedPositionals().subList(0, 2)) {
            arguments.add(argument.getValue());
        }
        return arguments;
    }

    private static LinearMixedModel withContrasts(ParseResult request, LinearMixedModel model) {
        LinearMixedModel result = model;
        for (String entry : Usage.text(request, "--contrasts").split(",", -1)) {
            int equals = entry.lastIndexOf('=');
            if (equals < 1) {
                throw Usage.wrong(
                        request,
                        "--contrasts: " + NearestNames.quote(entry) + " is not of the form COL=NAME, e.g. f=sum.");
            }
            result = result.withContrast(entry.substring(0, equals), Contrast.of(entry.substring(equals + 1)));
        }
        return result;
    }

    /** Takes {@code --threads} for all that works. */
    static void limitThreads(ParseResult request) {
        double threads = Usage.number(request, "--threads", 0);
        if (threads != Math.rint(threads) || Usage.has(request, "--threads") && !(threads >= 1 && threads <= 1024)) {
            throw Usage.wrong(request, "--threads: expected a whole number from 1 to 1024.");
        }
        if (threads > 0) {
            System.setProperty("org.warpmix.threads", Integer.toString((int) threads));
        }
    }

    /** Refuses a backend that a command does not have. */
    static void checkBackend(ParseResult request, List<String> backends) {
        String backend = Usage.text(request, "--backend");
        if ("cuda".equals(backend) && !backends.contains(backend)) {
            throw Usage.wrong(
                    request,
                    "--backend cuda: this command runs on the CPU. A GPU takes fit and the replicates of bootstrap, permute, anova --boot"
                            + " and confint --method bootstrap.");
        }
        if (backend != null && !backends.contains(backend)) {
            throw Usage.wrong(
                    request,
                    "--backend: unknown backend " + NearestNames.quote(backend) + ". "
                            + NearestNames.hint(backend, backends));
        }
    }
}
