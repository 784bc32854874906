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

    private static final List<String> METHODS = List.of("wald", "bootstrap");
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
        spec.addOption(Usage.value("--method", "METHOD", "wald: fixed effects only; bootstrap: all parameters."));
        ReplicateRequest.addTo(spec, "How many replicates a bootstrap takes; by default " + REPLICATES + ".");
        BootstrapRequest.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        BootstrapRequest asked = BootstrapRequest.of(request, REPLICATES, err);
        ModelRequest model = asked.model();
        if (method(request).equals("bootstrap")) {
            asked.run(
                    asked.bootstrap(),
                    result -> BootstrapSummary.intervals(result, model.source(), asked.intervals(), asked.level()),
                    out,
                    err);
            return;
        }
        for (String option : List.of("--replicates", "--seed", "--type", "--factor", "--interval")) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(request, option + " is for --method bootstrap.");
            }
        }
        Fit fit = model.fit(model.table());
        model.report(
                out,
                writer -> WaldIntervals.write(fit, asked.level(), writer),
                () -> WaldIntervals.of(fit, model.source(), asked.level()));
    }

    private static String method(ParseResult request) {
        String method = Usage.text(request, "--method");
        if (method == null) {
            throw Usage.wrong(request, "which method? This version has --method wald and --method bootstrap.");
        }
        if (method.equals("profile") || method.equals("cluster-robust")) {
            throw Usage.wrong(request, "--method " + method + ": this version has wald and bootstrap.");
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
