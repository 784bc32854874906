package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.warpmix.inference.effects.AnovaTable;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.HypothesisType;
import org.warpmix.report.AnovaReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix anova}: tests the terms of one model's fixed effects, or compares nested models. */
final class AnovaCommand {

    static final String NAME = "anova";

    /** In the order of preference. */
    static final DegreesOfFreedom[] DEGREES = {
        DegreesOfFreedom.SATTERTHWAITE, DegreesOfFreedom.KENWARD_ROGER, DegreesOfFreedom.RESIDUAL
    };

    private AnovaCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix anova DATA FORMULA [FORMULA …] [OPTION …]",
                "Tests each term of a linear mixed model's fixed effects; of several nested models, compares them by"
                        + " likelihood ratio.",
                "warpmix anova examples/sleepstudy.csv \"Reaction ~ Days + (1 | Subject)\" \\",
                "    \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec, String.join(", ", ReplicateRequest.BACKENDS) + ".");
        spec.addOption(Usage.value(
                "--type",
                "N",
                "Of one model: 1: each term beyond those before it; 2: beyond all that do not contain it; 3 (the"
                        + " default): with those that contain it averaged over their levels."));
        spec.addOption(Usage.value("--df", "METHOD", "Of one model: degrees of freedom: " + Usage.list(DEGREES)));
        ComparisonRequest.addTo(spec);
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        boolean comparison = ComparisonRequest.isAsked(request);
        for (String option : comparison ? List.of("--type", "--df") : List.of("--boot", "--seed")) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(
                        request,
                        option
                                + (comparison
                                        ? " is for one model."
                                        : " is for comparing models: give another formula."));
            }
        }
        if (comparison) {
            ComparisonRequest.of(request, err).run(out, err);
            return;
        }
        HypothesisType type = HypothesisType.of((int) Usage.whole(request, "--type", 1, 3, 3));
        DegreesOfFreedom degrees = Usage.choice(request, "--df", DEGREES);
        ModelRequest model = ModelRequest.of(request, ReplicateRequest.BACKENDS);
        AnovaTable.Result result =
                AnovaTable.of(model.fit()).withType(type).withDegrees(degrees).test();
        model.report(out, writer -> AnovaReport.write(result, writer), () -> AnovaReport.of(result, model.source()));
    }
}
