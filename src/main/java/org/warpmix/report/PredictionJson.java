package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.fit.Fit;
import org.warpmix.inference.diagnosis.PredictedRows;
import org.warpmix.inference.diagnosis.PredictionInterval;

/**
 * Predictions as JSON, one object and a line feed; {@code NaN}, where a predictor is missing, becomes {@code null}.
 *
 * @param rows 0-based numbers of the rows predicted; written as a person counts them
 * @param population whether random effects were left out
 */
public record PredictionJson(Fit fit, int[] rows, boolean population) {

    /**
     * Writes means.
     *
     * @param fitted one per row
     * @param out flushed, not closed
     */
    public void write(double[] fitted, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            head(json, fitted);
            end(json);
        }
    }

    /**
     * Writes means with standard errors and limits.
     *
     * @param out flushed, not closed
     */
    public void write(PredictedRows predicted, PredictionInterval interval, double level, Writer out)
            throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            head(json, predicted.fitted());
            json.writeStringField("interval", Words.of(interval));
            Json.number(json, "level", level);
            Json.number(json, "df", predicted.degrees());
            Json.numbers(json, "se", predicted.standardErrors());
            Json.numbers(json, "lower", predicted.lower(level));
            Json.numbers(json, "upper", predicted.upper(level));
            end(json);
        }
    }

    private void head(JsonGenerator json, double[] fitted) throws IOException {
        json.writeStartObject();
        Json.model(json, fit);
        json.writeBooleanField("population", population);
        json.writeArrayFieldStart("rows");
        for (int row : rows) {
            json.writeNumber(row + 1);
        }
        json.writeEndArray();
        Json.numbers(json, "fitted", fitted);
    }

    private void end(JsonGenerator json) throws IOException {
        Json.strings(json, "warnings", fit.warnings());
        json.writeEndObject();
        json.writeRaw('\n');
    }
}
