package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.warpmix.fit.Fit;
import org.warpmix.inference.variation.PooledGroups;
import org.warpmix.inference.variation.Pooling;
import org.warpmix.inference.variation.WithinBetween;
import org.warpmix.report.PoolingReport;
import org.warpmix.table.Table;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix pooling}: complete, no and partial pooling side by side; effects within and between groups. */
final class PoolingCommand {

    static final String NAME = "pooling";

    private PoolingCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix pooling DATA FORMULA [OPTION …]",
                "Fits a linear mixed model and shows, group by group, what it makes of the data beside least squares on"
                        + " all rows and on the group's rows alone; and what predictors do within groups and between them.",
                "warpmix pooling examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\"");
        ModelRequest.addTo(spec);
        spec.addOption(Usage.value(
                "--factor", "NAME", "Grouping factor, where there are several; by default that with most levels."));
        spec.addOption(Usage.flag("--all", "List the groups, however many they are."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out) throws IOException {
        ModelRequest model = ModelRequest.of(request);
        Table table = model.table();
        Fit fit = model.fit(table);
        Pooling pooling = Pooling.of(fit);
        if (Usage.has(request, "--factor")) {
            pooling = pooling.withFactor(Usage.text(request, "--factor"));
        }
        PooledGroups groups = pooling.estimate();
        PoolingReport report = new PoolingReport(groups, WithinBetween.of(fit, table, groups.factor()));
        model.report(out, report::write, () -> report.text(model.source(), Usage.has(request, "--all")));
    }
}
