package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.inference.ContrastTest;
import org.warpmix.inference.FixedEffectsInference;

/** Wald intervals of the fixed effects: estimate ± t quantile × standard error, as text and as JSON. */
public final class WaldIntervals {

    private static final int DIGITS = 4;

    private WaldIntervals() {}

    /**
     * A table.
     *
     * @param inference of the fixed effects, with its degrees of freedom
     * @param source what to call the data, e.g. the file's name
     */
    public static String of(FixedEffectsInference inference, String source, double level) {
        Fit fit = inference.fit();
        Page page = new Page();
        page.head("Linear mixed model", fit, source);
        FixedEffects fixed = fit.fixedEffects();
        TextTable table =
                new TextTable(1, "", "Estimate", Numbers.percent((1 - level) / 2), Numbers.percent((1 + level) / 2));
        for (int j = 0; j < fixed.size(); j++) {
            ContrastTest test = inference.coefficient(j);
            double error = test.standardError();
            double margin = test.margin(level);
            Numbers.Scale scale = Numbers.Scale.of(DIGITS, error);
            table.add(
                    "beta." + fixed.name(j),
                    scale.text(fixed.estimate(j), error),
                    scale.text(fixed.estimate(j) - margin, error),
                    scale.text(fixed.estimate(j) + margin, error));
        }
        page.line("");
        page.line("Intervals, wald:");
        page.table(table);
        page.paragraph(Degrees.line(inference.degreesOfFreedom()));
        page.paragraph(
                "Sigma, standard deviations and correlations are too skewed for such intervals; --method profile and"
                        + " bootstrap have those.");
        for (String note : inference.notes()) {
            page.paragraph(note);
        }
        page.notes(fit);
        return page.toString();
    }

    /**
     * Writes them as one object and a line feed, in the form of {@link BootstrapJson}.
     *
     * @param out flushed, not closed
     */
    public static void write(FixedEffectsInference inference, double level, Writer out) throws IOException {
        Fit fit = inference.fit();
        FixedEffects fixed = fit.fixedEffects();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit);
            Json.number(json, "level", level);
            json.writeArrayFieldStart("parameters");
            for (int j = 0; j < fixed.size(); j++) {
                double margin = inference.coefficient(j).margin(level);
                json.writeStartObject();
                json.writeStringField("name", "beta." + fixed.name(j));
                Json.number(json, "estimate", fixed.estimate(j));
                json.writeObjectFieldStart("wald");
                Json.number(json, "lower", fixed.estimate(j) - margin);
                Json.number(json, "upper", fixed.estimate(j) + margin);
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            Json.strings(json, "warnings", fit.warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
