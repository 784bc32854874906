package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.inference.Permutation;
import org.warpmix.inference.PermutationResult;

/** A permutation test as JSON, numbers at full precision. */
public final class PermutationJson {

    private PermutationJson() {}

    /**
     * Writes the test as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public static void write(PermutationResult result, Writer out) throws IOException {
        Permutation permutation = result.permutation();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, permutation.fit(), permutation.backend().name());
            json.writeStringField("term", permutation.term());
            json.writeStringField("scheme", Words.of(permutation.scheme()));
            Replicates.json(
                    json,
                    permutation.seed(),
                    permutation.count(),
                    result.converged(),
                    result.notConverged(),
                    result.failed(),
                    result.singular());
            json.writeBooleanField("exact", result.exact());
            Json.number(json, "wald", result.observed());
            json.writeNumberField("asExtreme", result.extreme());
            Json.number(json, "p", result.p());
            Json.number(json, "pError", result.pError());
            Json.strings(json, "warnings", permutation.fit().warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
