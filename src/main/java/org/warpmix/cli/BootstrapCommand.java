package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.ReplicateFit;
import org.warpmix.report.BootstrapSummary;
import org.warpmix.report.ReplicateReport;
import org.warpmix.report.Words;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix bootstrap}: fits a model, then replicates of its data. */
final class BootstrapCommand {

    static final String NAME = "bootstrap";

    private BootstrapCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix bootstrap DATA FORMULA --replicates N [OPTION …]",
                "Fits a linear mixed model and then replicates of its data: bias, standard deviation and confidence"
                        + " interval of each parameter.",
                "warpmix bootstrap examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --replicates 10000 --seed 1");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        ReplicateRequest.addTo(spec, "How many replicates to fit.");
        BootstrapRequest.addTo(spec);
        ReplicateRequest.addOutputTo(spec);
        ReplicateRequest.addReplicateTo(spec);
        return spec;
    }

    static void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException {
        BootstrapRequest asked = BootstrapRequest.of(request, 0, err);
        ModelRequest model = asked.model();
        Bootstrap bootstrap = asked.bootstrap(run);
        long replicate = asked.replicates().replicate();
        if (replicate > 0) {
            ReplicateFit one = bootstrap.withStandardErrors(true).replicate(replicate);
            String drawn = Words.of(bootstrap.type()) + " bootstrap";
            model.report(
                    out,
                    writer -> ReplicateReport.write(
                            bootstrap.fit(), bootstrap.backend().name(), one, writer),
                    () -> ReplicateReport.of(bootstrap.fit(), model.source(), drawn, one));
            return;
        }
        asked.run(
                bootstrap,
                run,
                result -> BootstrapSummary.of(result, model.source(), asked.intervals(), asked.level()),
                out,
                err);
    }
}
