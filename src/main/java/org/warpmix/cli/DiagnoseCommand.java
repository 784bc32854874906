package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.warpmix.inference.diagnosis.DiagnosticRows;
import org.warpmix.inference.diagnosis.Diagnostics;
import org.warpmix.report.DiagnosticsJson;
import org.warpmix.report.DiagnosticsSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix diagnose}: fits a model and looks for what speaks against it. */
final class DiagnoseCommand {

    static final String NAME = "diagnose";

    /** What is left out to see its influence. */
    private enum By {
        GROUP,
        ROW
    }

    private DiagnoseCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix diagnose DATA FORMULA [OPTION …]",
                "Fits a linear mixed model and looks for what speaks against it: groups and rows that carry it, the shape"
                        + " of residuals and random effects, why it is singular, and whether its conclusions hold under"
                        + " robust standard errors.",
                "warpmix diagnose examples/sleepstudy.csv \\",
                "    \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec);
        spec.addOption(Usage.value(
                "--by",
                "WHAT",
                "Look at the influence of each group or row only; row adds all rows to the JSON. By default both."));
        spec.addOption(
                Usage.value("--factor", "NAME", "Grouping factor whose levels are left out, where there are several."));
        spec.addOption(Usage.value(
                "--out",
                "FILE",
                "Write residuals, leverage, Cook's distance and DFBETAS of each row, CSV or Parquet by the ending."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out) throws IOException {
        ModelRequest model = ModelRequest.of(request);
        By by = Usage.has(request, "--by") ? Usage.choice(request, "--by", By.values()) : null;
        String target = Usage.text(request, "--out");
        String factor = Usage.text(request, "--factor");
        Output.checkNew(target, request);
        if (factor != null && by == By.ROW) {
            throw Usage.wrong(request, "--factor is for groups, and --by row looks at rows only.");
        }
        Diagnostics all = Diagnostics.of(model.fit());
        Diagnostics diagnostics = factor == null ? all : all.withFactor(factor);
        if (target != null) {
            DiagnosticRows.write(diagnostics, Path.of(target), Usage.has(request, "--overwrite"));
        }
        model.report(
                out,
                writer -> DiagnosticsJson.write(diagnostics, by != By.ROW, by == By.ROW, writer),
                () -> DiagnosticsSummary.of(diagnostics, model.source(), by != By.ROW, by != By.GROUP));
    }
}
