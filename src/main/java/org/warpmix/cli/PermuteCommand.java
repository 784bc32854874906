package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.warpmix.inference.Permutation;
import org.warpmix.inference.PermutationResult;
import org.warpmix.inference.ReplicateFit;
import org.warpmix.inference.ReplicateRows;
import org.warpmix.replicate.PermutationScheme;
import org.warpmix.report.PermutationJson;
import org.warpmix.report.PermutationSummary;
import org.warpmix.report.ReplicateReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix permute}: fits a model and tests a term of it by permutation. */
final class PermuteCommand {

    static final String NAME = "permute";

    private PermuteCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix permute DATA FORMULA --term TERM --replicates N [OPTION …]",
                "Fits a linear mixed model and tests a term of its fixed effects by permutation.",
                "warpmix permute examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --term Days --replicates 9999 --seed 1");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        spec.addOption(Usage.value("--term", "TERM", "Term or coefficient to test, e.g. x or a:b."));
        spec.addOption(Usage.value("--scheme", "SCHEME", "What to permute: " + Usage.list(PermutationScheme.values())));
        spec.addOption(Usage.value(
                "--factor", "NAME", "Grouping factor that within-groups permutes within, where there are several."));
        ReplicateRequest.addTo(spec, "How many replicates to fit.");
        ReplicateRequest.addOutputTo(spec);
        ReplicateRequest.addReplicateTo(spec);
        return spec;
    }

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        ModelRequest model = ModelRequest.of(request, ReplicateRequest.BACKENDS);
        ReplicateRequest replicates = ReplicateRequest.of(request, 0, err);
        PermutationScheme scheme = Usage.choice(request, "--scheme", PermutationScheme.values());
        String term = Usage.text(request, "--term");
        if (term == null) {
            throw Usage.wrong(request, "which term is to be tested? Say --term x, for example.");
        }
        Permutation permutation = Permutation.of(model.fit(), term)
                .withScheme(scheme)
                .withFactor(Usage.text(request, "--factor"))
                .withBackend(run.backend(replicates.backend()))
                .withSeed(replicates.seed())
                .withReplicates(Math.max(1, replicates.replicates()));
        if (replicates.replicate() > 0) {
            ReplicateFit one = permutation.replicate(replicates.replicate());
            model.report(
                    out,
                    writer -> ReplicateReport.write(
                            permutation.fit(), permutation.backend().name(), one, writer),
                    () -> ReplicateReport.of(permutation.fit(), model.source(), "permutations", one));
            return;
        }
        try (WatchedRun watch = new WatchedRun(err, permutation.count(), model.quiet())) {
            PermutationResult result = replicates.run(
                    permutation,
                    PermutationResult::stopped,
                    (file, overwrite) -> ReplicateRows.create(file, permutation, overwrite),
                    run,
                    watch);
            if (result == null) {
                return;
            }
            watch.ended(result.stopped());
            model.report(
                    out,
                    writer -> PermutationJson.write(result, writer),
                    () -> PermutationSummary.of(result, model.source()));
            replicates.place(run);
        }
    }
}
