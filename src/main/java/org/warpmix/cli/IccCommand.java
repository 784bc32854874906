package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.warpmix.fit.Fit;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.variation.VarianceBootstrap;
import org.warpmix.report.IccReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix icc}: where the variance of the response comes from, with intervals by parametric bootstrap. */
final class IccCommand {

    static final String NAME = "icc";

    private static final long REPLICATES = 1000;
    private static final double LEVEL = 0.95;

    private IccCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix icc DATA FORMULA [OPTION …]",
                "Fits a linear mixed model and tells where the variance of the response comes from: intraclass"
                        + " correlations, R2, design effects, with intervals by parametric bootstrap.",
                "warpmix icc examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        ReplicateRequest.addTo(
                spec, "How many replicates the intervals take, 0 for none; by default " + REPLICATES + ".");
        spec.addOption(Usage.value("--level", "L", "Level of the intervals; by default " + LEVEL + "."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        double level = Usage.level(request, LEVEL);
        ModelRequest model = ModelRequest.of(request, ReplicateRequest.BACKENDS);
        String asked = Usage.text(request, "--replicates");
        if (asked != null && asked.strip().equals("0")) {
            Fit fit = model.fit();
            report(model, "cpu", new IccReport(fit, null, level), out);
            return;
        }
        ReplicateRequest replicates = ReplicateRequest.of(request, REPLICATES, err);
        Bootstrap bootstrap = Bootstrap.of(model.fit())
                .withBackend(replicates.backend())
                .withSeed(replicates.seed())
                .withReplicates(replicates.replicates());
        try (WatchedRun watch = new WatchedRun(err, bootstrap.count(), model.quiet())) {
            VarianceBootstrap shares = VarianceBootstrap.run(bootstrap, watch::goesOn);
            watch.ended(shares.result().stopped());
            report(model, bootstrap.backend().name(), new IccReport(bootstrap.fit(), shares, level), out);
        }
    }

    private static void report(ModelRequest model, String backend, IccReport report, OutputStream out)
            throws IOException {
        model.report(out, writer -> report.write(backend, writer), () -> report.text(model.source()));
    }
}
