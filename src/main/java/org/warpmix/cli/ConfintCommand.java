package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.report.BootstrapSummary;
import org.warpmix.report.WaldIntervals;
import org.warpmix.table.NearestNames;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix confint}: fits a model and gives confidence intervals of its parameters. */
final class ConfintCommand {

    static final String NAME = "confint";

    private static final List<String> METHODS = List.of("wald", "bootstrap", RobustIntervals.METHOD);
    private static final long REPLICATES = 2000;

    private ConfintCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix confint DATA FORMULA --method METHOD [OPTION …]",
                "Fits a linear mixed model and gives confidence intervals of its parameters.",
                "warpmix confint examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --method bootstrap");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        spec.addOption(Usage.value(
                "--method", "METHOD", "wald, cluster-robust: fixed effects only; bootstrap: all parameters."));
        ReplicateRequest.addTo(spec, "How many replicates a bootstrap takes; by default " + REPLICATES + ".");
        BootstrapRequest.addTo(spec);
        RobustIntervals.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        BootstrapRequest asked = BootstrapRequest.of(request, REPLICATES, err);
        ModelRequest model = asked.model();
        String method = method(request);
        if (!method.equals(RobustIntervals.METHOD)) {
            refuse(request, RobustIntervals.OPTIONS, RobustIntervals.METHOD);
        }
        if (method.equals("bootstrap")) {
            asked.run(
                    asked.bootstrap(),
                    result -> BootstrapSummary.intervals(result, model.source(), asked.intervals(), asked.level()),
                    out,
                    err);
            return;
        }
        refuse(request, List.of("--replicates", "--seed", "--type", "--factor", "--interval"), "bootstrap");
        if (method.equals(RobustIntervals.METHOD)) {
            RobustIntervals.run(request, model, asked.level(), out);
            return;
        }
        Fit fit = model.fit(model.table());
        model.report(
                out,
                writer -> WaldIntervals.write(fit, asked.level(), writer),
                () -> WaldIntervals.of(fit, model.source(), asked.level()));
    }

    private static void refuse(ParseResult request, List<String> options, String method) {
        for (String option : options) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(request, option + " is for --method " + method + ".");
            }
        }
    }

    private static String method(ParseResult request) {
        String method = Usage.text(request, "--method");
        if (method == null) {
            throw Usage.wrong(request, "which method? This version has --method " + String.join(", ", METHODS) + ".");
        }
        if (method.equals("profile")) {
            throw Usage.wrong(request, "--method profile: this version has " + String.join(", ", METHODS) + ".");
        }
        if (!METHODS.contains(method)) {
            throw Usage.wrong(
                    request,
                    "--method: unknown method " + NearestNames.quote(method) + ". "
                            + NearestNames.hint(method, METHODS));
        }
        return method;
    }
}
