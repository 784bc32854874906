package org.warpmix.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;

/** What the JSON reports share: how numbers are written, and how a model introduces itself. */
final class Json {

    private Json() {}

    /** A generator that leaves the writer open when it is closed. */
    static JsonGenerator generator(Writer out) throws IOException {
        JsonGenerator json = new JsonFactory().createGenerator(out);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.setPrettyPrinter(new DefaultPrettyPrinter());
        return json;
    }

    static void model(JsonGenerator json, Fit fit) throws IOException {
        model(json, fit, "cpu");
    }

    static void model(JsonGenerator json, Fit fit, String backend) throws IOException {
        json.writeStringField("formula", fit.model().formula().toString());
        json.writeStringField("method", fit.model().method() == Method.ML ? "ML" : "REML");
        json.writeStringField("backend", backend);
        json.writeNumberField("nobs", fit.nobs());
    }

    static void number(JsonGenerator json, String name, double value) throws IOException {
        json.writeFieldName(name);
        number(json, value);
    }

    static void number(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    static void numbers(JsonGenerator json, String name, double[] values) throws IOException {
        json.writeArrayFieldStart(name);
        for (double value : values) {
            number(json, value);
        }
        json.writeEndArray();
    }

    static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
