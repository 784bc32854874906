package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.warpmix.report.StudyJson;
import org.warpmix.report.StudySummary;
import org.warpmix.study.Simulation;
import org.warpmix.study.Study;
import org.warpmix.study.StudyReplicate;
import org.warpmix.study.StudyResult;
import org.warpmix.study.StudyRows;
import org.warpmix.study.file.StudyFile;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.UnitStore;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix simulate}: runs the simulation study that a file says. */
final class SimulateCommand {

    static final String NAME = "simulate";

    private SimulateCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix simulate STUDY.yaml [OPTION …]",
                "Runs a simulation study: data drawn under all conditions of a grid, analysed by models right and wrong; bias,"
                        + " standard errors, coverage and rejection rates with their Monte Carlo errors.",
                "warpmix simulate examples/study.yaml --replicates 500");
        spec.addPositional(ModelRequest.argument("0", "STUDY.yaml", "The study; examples/study.yaml explains itself."));
        spec.addOption(Usage.value("--replicates", "N", "Replicates of each condition, instead of the file's."));
        spec.addOption(Usage.value("--seed", "S", "Seed of the random numbers, instead of the file's."));
        spec.addOption(
                Usage.value("--out", "FILE", "Write all measures there, one a row: FILE ends in .csv or .parquet."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        spec.addOption(
                Usage.value("--condition", "C", "With --replicate: the condition, from 1; by default the first."));
        spec.addOption(Usage.value("--replicate", "I", "Draw and analyse replicate number I alone and show it."));
        StudyOptions.addTo(spec);
        LongRun.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        StudyOptions options = StudyOptions.of(request, err);
        String data = request.matchedPositionals().get(0).getValue();
        String rows = run.isShard() ? null : Usage.text(request, "--out");
        Output.checkNew(rows, request);
        Path file = Path.of(data);
        StudyFile read = StudyFile.read(file);
        Study study = read.study()
                .withBackend(run.backend(options.backend()))
                .withSeed(Usage.whole(
                        request,
                        "--seed",
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        read.study().seed()))
                .withReplicates((int) Usage.whole(
                        request,
                        "--replicates",
                        1,
                        ReplicateRequest.MOST,
                        read.study().replicates()));
        Simulation simulation = study.simulation();
        long replicate = Usage.whole(request, "--replicate", 1, ReplicateRequest.MOST, 0);
        long condition =
                Usage.whole(request, "--condition", 1, study.conditions().size(), 1);
        if (replicate == 0 && Usage.has(request, "--condition")) {
            throw Usage.wrong(request, "--condition is for one replicate. Say which: --replicate 1, for example.");
        }
        if (replicate > 0) {
            StudyReplicate one = simulation.replicate((int) condition - 1, replicate);
            options.report(
                    out,
                    writer -> StudyJson.write(one, read.title(), writer),
                    () -> StudySummary.of(one, read.title(), data, read.formula()));
            return;
        }
        RunIdentity identity = RunIdentity.of(NAME, simulation.units())
                .with("study", StudyOptions.digest(Files.readAllBytes(file)))
                .with("replicates", study.replicates())
                .with("seed", study.seed())
                .with("backend", study.backend().kind())
                .with("version", SimulateCommand.class.getPackage().getImplementationVersion());
        long all = (long) study.replicates() * study.conditions().size();
        try (WatchedRun watch = new WatchedRun(err, all, options.quiet())) {
            UnitStore store = run.open(identity);
            boolean whole = run.fill((into, shard) ->
                    simulation.run(into, shard, done -> watch.goesOn(all * done / simulation.units())));
            if (run.ends(whole)) {
                return;
            }
            watch.ended(!whole);
            StudyResult result = simulation.result(store);
            if (rows != null) {
                StudyRows.write(result, Path.of(rows), Usage.has(request, "--overwrite"));
            }
            options.report(
                    out,
                    writer -> StudyJson.write(result, read.title(), writer),
                    () -> StudySummary.of(result, read.title(), data, read.formula()));
        }
    }
}
