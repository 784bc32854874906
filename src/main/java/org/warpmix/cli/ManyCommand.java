package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.many.ClusterResult;
import org.warpmix.many.ClusterRun;
import org.warpmix.many.FalseDiscovery;
import org.warpmix.many.ManyResponses;
import org.warpmix.many.ManyResult;
import org.warpmix.many.ManyRows;
import org.warpmix.report.ManyJson;
import org.warpmix.report.ManySummary;
import org.warpmix.table.ColumnPattern;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;
import org.warpmix.table.WideColumns;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitRun;
import org.warpmix.unit.UnitStore;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix many}: fits one model to each of many response columns. */
final class ManyCommand {

    static final String NAME = "many";

    private static final DegreesOfFreedom[] DEGREES = {
        DegreesOfFreedom.SATTERTHWAITE, DegreesOfFreedom.KENWARD_ROGER, DegreesOfFreedom.RESIDUAL
    };

    private ManyCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix many DATA FORMULA --responses PATTERN [OPTION …]",
                "Fits one linear mixed model to each of many response columns: estimates and tests of each, false"
                        + " discovery rates, and permutation tests over neighbouring columns. The formula has its right"
                        + " side only, \"~ x + (x | group)\"; a name before the ~ is ignored.",
                "warpmix many examples/erp.csv \"~ condition + (1 | subject) + (1 | item)\" \\",
                "    --responses \"t*\" --permute 999 --term condition");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        spec.remove(spec.findOption("--theta")); // each column has its own
        spec.remove(spec.findOption("--start"));
        spec.addOption(Usage.value(
                "--responses",
                "PATTERN",
                "The columns of DATA: names, patterns ('V*') and ranges (V1:V200), separated by commas. Or a NumPy file,"
                        + " FILE.npy, its rows those of DATA."));
        spec.addOption(Usage.value("--df", "METHOD", "Degrees of freedom: " + Usage.list(DEGREES)));
        spec.addOption(Usage.value("--fdr", "METHOD", "False discovery rate: " + Usage.list(FalseDiscovery.values())));
        spec.addOption(Usage.value(
                "--out", "FILE", "Write one row per column and term there: FILE ends in .csv or .parquet."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        ClusterRequest.addTo(spec);
        LongRun.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        ModelRequest model = ModelRequest.of(request, ReplicateRequest.BACKENDS, ManyResponses::formula);
        DegreesOfFreedom degrees = Usage.choice(request, "--df", DEGREES);
        FalseDiscovery discovery = Usage.choice(request, "--fdr", FalseDiscovery.values());
        String responses = Usage.text(request, "--responses");
        if (responses == null) {
            throw Usage.wrong(request, "which columns are the responses? Say --responses 'V*', for example.");
        }
        ClusterRequest clusters = ClusterRequest.of(request);
        String file = Usage.text(request, "--out");
        Output.checkNew(file, request);
        try (Data data = Data.read(model, responses)) {
            long permuted = clusters == null ? 0 : clusters.permutations();
            ManyResponses many = ManyResponses.of(model.model(), data.table, data.responses)
                    .withDegrees(degrees)
                    .withBackend(run.backend(ReplicateRequest.backend(Usage.text(request, "--backend"), err)));
            many = many.settled((1 + permuted) * many.columns());
            ClusterRun test = clusters == null ? null : ClusterRun.of(clusters.on(many));
            UnitStore store = run.open(identity(many, test, run));
            if (!fill(many, test, run, model.quiet(), err)) {
                return;
            }
            ManyResult result = ManyResult.of(many, store);
            int before = many.units();
            ClusterResult found = test == null ? null : test.result(unit -> store.read(before + unit));
            if (file != null) {
                write(Path.of(file), result, discovery, found, run, Usage.has(request, "--overwrite"));
            }
            model.report(
                    out,
                    writer -> ManyJson.write(result, discovery, found, writer),
                    () -> ManySummary.of(
                            result,
                            discovery,
                            found,
                            model.source(),
                            WideColumns.isMatrix(responses) ? responses : NearestNames.quote(responses)));
        }
    }

    private static RunIdentity identity(ManyResponses many, ClusterRun test, LongRun run) {
        int further = test == null ? 0 : test.units();
        if (!run.keeps()) {
            return RunIdentity.of(NAME, many.units() + further);
        }
        RunIdentity columns = many.identity(further);
        return test == null ? columns : test.identity(columns);
    }

    /** Computes what the store lacks; {@code false} where there is nothing to report. */
    private static boolean fill(ManyResponses many, ClusterRun test, LongRun run, boolean quiet, PrintStream err)
            throws IOException {
        int columns = many.units();
        int units = columns + (test == null ? 0 : test.units());
        Shard shard = run.shard();
        boolean whole;
        try (Interruption interruption = new Interruption();
                Progress progress = Progress.of(err, shard.to(units) - shard.from(units), quiet)) {
            whole = run.fill((into, part) -> UnitRun.of(units, into)
                    .withShard(part)
                    .run(unit -> unit < columns ? many.unit(unit) : test.unit(unit - columns), done -> {
                        progress.update(done);
                        return !interruption.asked();
                    }));
        }
        if (run.ends(whole)) {
            return false;
        }
        if (!whole) {
            err.println("warpmix: stopped, and nothing is kept: --checkpoint DIR would let it go on.");
        }
        return whole;
    }

    private static void write(
            Path file,
            ManyResult result,
            FalseDiscovery discovery,
            ClusterResult clusters,
            LongRun run,
            boolean overwrite)
            throws IOException {
        Path draft = run.draft(file);
        boolean drafted = !draft.equals(file);
        ManyRows.write(draft, result, discovery, clusters, overwrite || drafted);
        if (drafted) {
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Predictors and responses. */
    private record Data(Table table, WideColumns responses) implements AutoCloseable {

        static Data read(ModelRequest model, String responses) {
            Set<String> predictors = ManyResponses.predictors(model.model());
            TableReader reader = TableReader.withDefaults();
            if (WideColumns.isMatrix(responses)) {
                Table table = reader.withColumns(predictors).read(model.data());
                return new Data(table, WideColumns.ofMatrix(Path.of(responses)));
            }
            UnaryOperator<List<String>> choose = names -> new ColumnPattern(responses).choose(names, predictors);
            if (model.data().equals("-")) {
                Table table = reader.read(model.data());
                return new Data(table, WideColumns.of(table, choose, model.source()));
            }
            Table table = reader.withColumns(predictors).read(model.data());
            return new Data(table, WideColumns.open(model.data(), choose));
        }

        @Override
        public void close() {
            responses.close();
        }
    }
}
