package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.warpmix.inference.effects.Adjustment;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.inference.effects.MarginalMeans;
import org.warpmix.report.MarginalMeansReport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix emmeans}: fits a model and compares the marginal means of factors. */
final class EmmeansCommand {

    static final String NAME = "emmeans";

    private EmmeansCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix emmeans DATA FORMULA --factor F[,G…] [OPTION …]",
                "Fits a linear mixed model and compares the marginal means of factors.",
                "warpmix emmeans examples/sleepstudy.csv \\",
                "    \"Reaction ~ factor(Days) + (1 | Subject)\" --factor Days --adjust holm");
        ModelRequest.addTo(spec);
        spec.addOption(
                Usage.value("--factor", "F[,G…]", "Column whose levels to compare; of several, their combinations."));
        spec.addOption(Usage.value("--adjust", "METHOD", "p-values of the pairs: " + Usage.list(Adjustment.values())));
        spec.addOption(Usage.value("--df", "METHOD", "Degrees of freedom: " + Usage.list(AnovaCommand.DEGREES)));
        spec.addOption(Usage.value("--level", "L", "Level of the intervals; by default 0.95."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out) throws IOException {
        String factors = Usage.text(request, "--factor");
        if (factors == null) {
            throw Usage.wrong(request, "which factor? --factor F names a column whose levels to compare.");
        }
        Adjustment adjustment = Usage.choice(request, "--adjust", Adjustment.values());
        DegreesOfFreedom degrees = Usage.choice(request, "--df", AnovaCommand.DEGREES);
        double level = Usage.level(request, 0.95);
        ModelRequest model = ModelRequest.of(request);
        MarginalMeans.Result result = MarginalMeans.of(model.fit(), factors.split(",", -1))
                .withAdjustment(adjustment)
                .withDegrees(degrees)
                .test();
        model.report(
                out,
                writer -> MarginalMeansReport.write(result, level, writer),
                () -> MarginalMeansReport.of(result, model.source(), level));
    }
}
