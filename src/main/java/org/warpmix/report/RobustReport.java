package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.inference.effects.RobustEffects;

/** Fixed effects with cluster-robust standard errors, tests and intervals, as text and as JSON. */
public final class RobustReport {

    private static final int DIGITS = 4;

    /** Degrees of freedom under which Tipton 2015, Psychological Methods 20(3), found tests to be unreliable. */
    private static final double FEW = 4;

    private RobustReport() {}

    /**
     * A table.
     *
     * @param source what to call the data, e.g. the file's name
     */
    public static String of(RobustEffects robust, String source, double level) {
        Page page = new Page();
        page.head("Linear mixed model", robust.fit(), source);
        page.line("");
        page.line("Fixed effects, cluster-robust:");
        double[] errors = new double[robust.size()];
        double fewest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < errors.length; j++) {
            errors[j] = robust.standardError(j);
            fewest = robust.degrees(j) > 0 ? Math.min(fewest, robust.degrees(j)) : 0;
        }
        Numbers.Scale scale = Numbers.Scale.of(DIGITS, errors);
        TextTable table = new TextTable(
                1,
                "",
                "Estimate",
                "Robust.SE",
                "Model.SE",
                "t",
                "df",
                "p",
                Numbers.percent((1 - level) / 2),
                Numbers.percent((1 + level) / 2));
        for (int j = 0; j < errors.length; j++) {
            double margin = robust.margin(j, level);
            table.add(
                    robust.name(j),
                    scale.text(robust.estimate(j), errors[j]),
                    scale.text(errors[j], errors[j]),
                    scale.text(robust.modelStandardError(j), errors[j]),
                    Numbers.fixed(robust.t(j), 3),
                    Numbers.fixed(robust.degrees(j), 1),
                    Numbers.p(robust.p(j)),
                    scale.text(robust.estimate(j) - margin, errors[j]),
                    scale.text(robust.estimate(j) + margin, errors[j]));
        }
        page.table(table);
        page.paragraph(robust.type() + " over " + robust.clusters() + " clusters, the levels of " + robust.cluster()
                + "; df: "
                + (robust.type() == ClusterRobust.Type.CR2
                        ? "Satterthwaite's, from the fitted model (Pustejovsky and Tipton)."
                        : "clusters - 1.")
                + " Where Robust.SE and Model.SE differ much, doubt the model's covariance.");
        if (fewest < FEW) {
            page.paragraph(
                    "Some effects have less than 4 df: too few clusters tell of them for t and p to be relied on.");
        }
        page.notes(robust.fit());
        return page.toString();
    }

    /**
     * Writes them as one object and a line feed, in the form of {@link BootstrapJson}.
     *
     * @param out flushed, not closed
     */
    public static void write(RobustEffects robust, double level, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, robust.fit());
            json.writeStringField("type", robust.type().name());
            json.writeStringField("cluster", robust.cluster());
            json.writeNumberField("clusters", robust.clusters());
            Json.number(json, "level", level);
            json.writeArrayFieldStart("parameters");
            for (int j = 0; j < robust.size(); j++) {
                double margin = robust.margin(j, level);
                json.writeStartObject();
                json.writeStringField("name", "beta." + robust.name(j));
                Json.number(json, "estimate", robust.estimate(j));
                Json.number(json, "se", robust.standardError(j));
                Json.number(json, "modelSe", robust.modelStandardError(j));
                Json.number(json, "df", robust.degrees(j));
                Json.number(json, "t", robust.t(j));
                Json.number(json, "p", robust.p(j));
                json.writeObjectFieldStart("cluster-robust");
                Json.number(json, "lower", robust.estimate(j) - margin);
                Json.number(json, "upper", robust.estimate(j) + margin);
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("vcov");
            for (int i = 0; i < robust.size(); i++) {
                json.writeStartArray();
                for (int j = 0; j < robust.size(); j++) {
                    Json.number(json, robust.covariance(i, j));
                }
                json.writeEndArray();
            }
            json.writeEndArray();
            Json.strings(json, "warnings", robust.fit().warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
