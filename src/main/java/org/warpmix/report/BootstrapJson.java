package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.inference.ParameterSummary;

/** A bootstrap as JSON, numbers at full precision; those that there are not, are {@code null}. */
public final class BootstrapJson {

    private BootstrapJson() {}

    /**
     * Writes the summary of all parameters as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public static void write(BootstrapResult result, List<IntervalType> types, double level, Writer out)
            throws IOException {
        Bootstrap bootstrap = result.bootstrap();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, bootstrap.fit(), bootstrap.backend().name());
            json.writeStringField("type", Words.of(bootstrap.type()));
            Replicates.json(
                    json,
                    bootstrap.seed(),
                    bootstrap.count(),
                    result.converged(),
                    result.notConverged(),
                    result.failed(),
                    result.singular());
            Json.number(json, "level", level);
            json.writeArrayFieldStart("parameters");
            for (ParameterSummary parameter : result.parameters()) {
                json.writeStartObject();
                parameter(json, parameter);
                for (IntervalType type : types) {
                    if (BootstrapSummary.has(parameter, type)) {
                        interval(json, result.interval(parameter.name(), type, level));
                    }
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            List<String> warnings = new ArrayList<>(bootstrap.fit().warnings());
            if (bootstrap.type().caveat() != null) {
                warnings.add(bootstrap.type().caveat());
            }
            Json.strings(json, "warnings", warnings);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void parameter(JsonGenerator json, ParameterSummary parameter) throws IOException {
        json.writeStringField("name", parameter.name());
        Json.number(json, "estimate", parameter.estimate());
        json.writeNumberField("count", parameter.count());
        Json.number(json, "mean", parameter.mean());
        Json.number(json, "bias", parameter.bias());
        Json.number(json, "biasError", parameter.meanError());
        Json.number(json, "sd", parameter.standardDeviation());
        Json.number(json, "sdError", parameter.standardDeviationError());
    }

    private static void interval(JsonGenerator json, Interval interval) throws IOException {
        json.writeObjectFieldStart(Words.of(interval.type()));
        Json.number(json, "lower", interval.lower());
        Json.number(json, "lowerError", interval.lowerError());
        Json.number(json, "upper", interval.upper());
        Json.number(json, "upperError", interval.upperError());
        json.writeEndObject();
    }
}
