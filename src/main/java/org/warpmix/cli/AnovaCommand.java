package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix anova}: compares nested models. */
final class AnovaCommand {

    static final String NAME = "anova";

    private AnovaCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix anova DATA FORMULA FORMULA … [OPTION …]",
                "Compares nested linear mixed models by likelihood ratio.",
                "warpmix anova examples/sleepstudy.csv \"Reaction ~ Days + (1 | Subject)\" \\",
                "    \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        ComparisonRequest.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        if (!ComparisonRequest.isAsked(request)) {
            throw Usage.wrong(request, "one formula: give another, nested, to compare it with, or --rlrt.");
        }
        ComparisonRequest.of(request, err).run(out, err);
    }
}
