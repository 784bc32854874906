package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.backend.cuda.Discovery;

/** The backends of this machine as JSON. What is not known is {@code null}. */
public final class DevicesJson {

    private DevicesJson() {}

    /**
     * Writes one object and a line feed.
     *
     * @param processors that the CPU backend uses
     * @param visible CUDA_VISIBLE_DEVICES, or {@code null} where it is not set
     * @param out flushed, not closed
     */
    public static void write(int processors, Discovery cuda, String visible, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("cpu");
            json.writeStringField("status", "AVAILABLE");
            json.writeNumberField("processors", processors);
            json.writeEndObject();
            json.writeObjectFieldStart("cuda");
            json.writeStringField("status", cuda.status().name());
            json.writeStringField("message", cuda.message().isEmpty() ? null : cuda.message());
            json.writeStringField("driver", cuda.driver());
            json.writeStringField("visibleDevices", visible);
            json.writeArrayFieldStart("devices");
            for (Discovery.Card card : cuda.cards()) {
                card(json, card);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("libraries");
            for (Discovery.Library library : cuda.libraries()) {
                json.writeStartObject();
                json.writeStringField("name", library.name());
                json.writeStringField("path", library.path());
                json.writeStringField("problem", library.problem());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void card(JsonGenerator json, Discovery.Card card) throws IOException {
        json.writeStartObject();
        json.writeNumberField("ordinal", card.ordinal());
        json.writeStringField("name", card.name());
        json.writeStringField("computeCapability", card.architecture() == 0 ? null : card.capability());
        json.writeNumberField("totalBytes", card.totalBytes());
        json.writeNumberField("freeBytes", card.freeBytes());
        json.writeBooleanField("emulated", card.emulated());
        json.writeStringField("problem", card.problem());
        json.writeEndObject();
    }
}
