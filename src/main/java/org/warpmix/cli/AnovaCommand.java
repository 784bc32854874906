package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.warpmix.inference.AnovaTable;
import org.warpmix.inference.DegreesOfFreedom;
import org.warpmix.inference.HypothesisType;
import org.warpmix.report.AnovaReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix anova}: fits a model and tests the terms of its fixed effects. */
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
                "warpmix anova DATA FORMULA [OPTION …]",
                "Fits a linear mixed model and tests each term of its fixed effects.",
                "warpmix anova examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\" --df kenward-roger");
        ModelRequest.addTo(spec);
        spec.addOption(Usage.value(
                "--type",
                "N",
                "1: each term beyond those before it; 2: beyond all that do not contain it; 3 (the default): with those"
                        + " that contain it averaged over their levels."));
        spec.addOption(Usage.value("--df", "METHOD", "Degrees of freedom: " + Usage.list(DEGREES)));
        return spec;
    }

    static void run(ParseResult request, OutputStream out) throws IOException {
        HypothesisType type = HypothesisType.of((int) Usage.whole(request, "--type", 1, 3, 3));
        DegreesOfFreedom degrees = Usage.choice(request, "--df", DEGREES);
        ModelRequest model = ModelRequest.of(request);
        AnovaTable.Result result = AnovaTable.of(model.fit(model.table()))
                .withType(type)
                .withDegrees(degrees)
                .test();
        model.report(out, writer -> AnovaReport.write(result, writer), () -> AnovaReport.of(result, model.source()));
    }
}
