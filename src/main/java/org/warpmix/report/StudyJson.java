package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import org.warpmix.study.Condition;
import org.warpmix.study.Measure;
import org.warpmix.study.Study;
import org.warpmix.study.StudyReplicate;
import org.warpmix.study.StudyResult;
import org.warpmix.study.Tally;
import org.warpmix.study.TestMethod;

/** A simulation study as JSON, numbers at full precision; those that there are not, are {@code null}. */
public final class StudyJson {

    private StudyJson() {}

    /**
     * Writes everything as one object and a line feed.
     *
     * @param title of the study, or {@code null}
     * @param out flushed, not closed
     */
    public static void write(StudyResult result, String title, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            head(json, result.study(), title);
            json.writeArrayFieldStart("conditions");
            for (StudyResult.Point point : result.points()) {
                json.writeStartObject();
                labels(json, point.condition());
                json.writeBooleanField("stopped", point.stopped());
                json.writeArrayFieldStart("models");
                for (Tally tally : point.tallies()) {
                    model(json, tally);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void head(JsonGenerator json, Study study, String title) throws IOException {
        json.writeStringField("title", title);
        json.writeStringField("backend", study.backend().name());
        json.writeNumberField("seed", study.seed());
        json.writeNumberField("replicates", study.replicates());
        Json.number(json, "level", study.level());
    }

    private static void labels(JsonGenerator json, Condition condition) throws IOException {
        json.writeObjectFieldStart("condition");
        for (Map.Entry<String, String> label : condition.labels().entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
    }

    private static void model(JsonGenerator json, Tally tally) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", tally.model());
        json.writeNumberField("replicates", tally.replicates());
        measure(json, "converged", tally.converged());
        measure(json, "singular", tally.singular());
        measure(json, "failed", tally.failed());
        json.writeArrayFieldStart("parameters");
        for (String parameter : tally.parameters()) {
            json.writeStartObject();
            json.writeStringField("name", parameter);
            Json.number(json, "truth", tally.truth(parameter));
            measure(json, "mean", tally.mean(parameter));
            measure(json, "bias", tally.bias(parameter));
            measure(json, "empiricalSe", tally.empiricalError(parameter));
            measure(json, "rmse", tally.rootMeanSquare(parameter));
            if (tally.isTested(parameter)) {
                json.writeObjectFieldStart("tests");
                for (TestMethod method : tally.methods()) {
                    json.writeObjectFieldStart(method.toString());
                    if (method.hasInterval()) {
                        measure(json, "modelSe", tally.modelError(parameter, method));
                        measure(json, "relativeError", tally.relativeError(parameter, method));
                        measure(json, "coverage", tally.coverage(parameter, method));
                    }
                    measure(json, "rejection", tally.rejection(parameter, method));
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void measure(JsonGenerator json, String name, Measure measure) throws IOException {
        json.writeObjectFieldStart(name);
        Json.number(json, "value", measure.value());
        Json.number(json, "error", measure.error());
        json.writeNumberField("replicates", measure.count());
        json.writeEndObject();
    }

    /** Writes what the models made of one replicate. */
    public static void write(StudyReplicate replicate, String title, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            head(json, replicate.study(), title);
            labels(json, replicate.study().conditions().get(replicate.condition()));
            json.writeNumberField("replicate", replicate.replicate());
            json.writeArrayFieldStart("models");
            for (StudyReplicate.ModelFit fit : replicate.fits()) {
                json.writeStartObject();
                json.writeStringField("model", fit.model());
                json.writeStringField("status", Words.of(fit.status()));
                json.writeBooleanField("singular", fit.singular());
                Json.number(json, "criterion", fit.criterion());
                json.writeArrayFieldStart("parameters");
                for (StudyReplicate.Estimate estimate : fit.estimates()) {
                    json.writeStartObject();
                    json.writeStringField("name", estimate.name());
                    Json.number(json, "truth", estimate.truth());
                    Json.number(json, "estimate", estimate.estimate());
                    for (StudyReplicate.Test test : estimate.tests()) {
                        json.writeObjectFieldStart(test.method().toString());
                        Json.number(json, "se", test.standardError());
                        Json.number(json, "df", test.degrees());
                        Json.number(json, "p", test.p());
                        json.writeEndObject();
                    }
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
