package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.fit.Fit;

/** Predictions as JSON. */
public final class PredictionJson {

    private PredictionJson() {}

    /**
     * Writes predictions as one object and a line feed.
     *
     * @param rows 0-based numbers of the rows predicted; written as a person counts them
     * @param fitted one per row; {@code NaN}, where a predictor is missing, becomes {@code null}
     * @param population whether random effects were left out
     * @param out flushed, not closed
     */
    public static void write(Fit fit, int[] rows, double[] fitted, boolean population, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit);
            json.writeBooleanField("population", population);
            json.writeArrayFieldStart("rows");
            for (int row : rows) {
                json.writeNumber(row + 1);
            }
            json.writeEndArray();
            Json.numbers(json, "fitted", fitted);
            Json.strings(json, "warnings", fit.warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
