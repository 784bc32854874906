package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.inference.effects.RobustEffects;
import org.warpmix.report.RobustReport;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code confint --method cluster-robust}: sandwich standard errors, tests and intervals of the fixed effects. */
final class RobustIntervals {

    static final String METHOD = "cluster-robust";
    static final List<String> OPTIONS = List.of("--cluster", "--robust");

    private RobustIntervals() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Usage.value(
                "--cluster",
                "NAME",
                "Clusters for --method cluster-robust: a grouping factor of the model, or a column; by default the"
                        + " outermost factor."));
        spec.addOption(Usage.value(
                "--robust", "TYPE", "Adjustment for --method cluster-robust: CR2, CR1, CR0; by default the first."));
    }

    static void run(ParseResult request, ModelRequest model, double level, OutputStream out) throws IOException {
        ClusterRobust.Type type = type(request);
        String cluster = Usage.text(request, "--cluster");
        boolean column = cluster != null
                && model.model().formula().bars().stream()
                        .flatMap(bar -> bar.groups().stream())
                        .noneMatch(group -> group.name().equals(cluster));
        LinkedHashSet<String> columns = model.columns();
        if (column) {
            columns.add(cluster);
        }
        Table table = model.table(columns);
        ClusterRobust robust = ClusterRobust.of(model.fit(table)).withType(type);
        if (cluster != null) {
            robust = column ? robust.withCluster(cluster, table.column(cluster)) : robust.withCluster(cluster);
        }
        RobustEffects effects = robust.estimate();
        model.report(
                out,
                writer -> RobustReport.write(effects, level, writer),
                () -> RobustReport.of(effects, model.source(), level));
    }

    private static ClusterRobust.Type type(ParseResult request) {
        String text = Usage.text(request, "--robust");
        List<String> names =
                Arrays.stream(ClusterRobust.Type.values()).map(Enum::name).toList();
        if (text == null) {
            return ClusterRobust.Type.CR2;
        }
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (!names.contains(name)) {
            throw Usage.wrong(
                    request,
                    "--robust: there is no " + NearestNames.quote(text) + ". " + NearestNames.hint(name, names));
        }
        return ClusterRobust.Type.valueOf(name);
    }
}
