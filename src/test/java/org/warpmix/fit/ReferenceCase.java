package org.warpmix.fit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.likelihood.Method;
import org.warpmix.model.Contrast;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** One model of reference-expected.json: what lme4 makes of it. */
public record ReferenceCase(JsonNode json) {

    private static final Map<String, Table> TABLES = new HashMap<>();

    public static List<ReferenceCase> all() throws IOException {
        try (InputStream in = ReferenceCase.class.getResourceAsStream("/reference-expected.json")) {
            List<ReferenceCase> cases = new ArrayList<>();
            for (JsonNode json : new ObjectMapper().readTree(in)) {
                cases.add(new ReferenceCase(json));
            }
            return cases;
        }
    }

    public static ReferenceCase named(String id) throws IOException {
        for (ReferenceCase one : all()) {
            if (one.id().equals(id)) {
                return one;
            }
        }
        throw new IllegalArgumentException("No reference case " + id);
    }

    public String id() {
        return json.get("id").asText();
    }

    public JsonNode results() {
        return json.get("results");
    }

    public double number(String name) {
        return results().get(name).asDouble();
    }

    public double[] theta() {
        return numbers(results().get("theta"));
    }

    public Table table() {
        String file = json.get("data").asText().substring("data/".length());
        return TABLES.computeIfAbsent(
                file, name -> TableReader.withDefaults().read(Path.of("src/test/resources/data", name)));
    }

    public LinearMixedModel model() {
        LinearMixedModel model = LinearMixedModel.of(json.get("formula").asText())
                .withMethod(json.get("REML").asBoolean() ? Method.REML : Method.ML);
        if (!json.get("weights").isNull()) {
            model = model.withWeights(json.get("weights").asText());
        }
        if (!json.get("offset").isNull()) {
            model = model.withOffset(json.get("offset").asText());
        }
        JsonNode contrasts = json.get("contrasts");
        for (Map.Entry<String, JsonNode> entry : contrasts.properties()) {
            model = model.withContrast(
                    entry.getKey(), Contrast.of(entry.getValue().asText()));
        }
        return model;
    }

    /** The new rows of the case's predictions. */
    public Table newData() {
        JsonNode rows = results().get("predict").get("newdata");
        Table.Builder table = Table.builder();
        for (String name : (Iterable<String>) () -> rows.get(0).fieldNames()) {
            if (rows.get(0).get(name).isTextual()) {
                String[] labels = new String[rows.size()];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = rows.get(i).get(name).asText();
                }
                table.factor(name, labels);
            } else {
                double[] values = new double[rows.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = rows.get(i).get(name).asDouble();
                }
                table.numeric(name, values);
            }
        }
        return table.build();
    }

    public static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }

    public static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    @Override
    public String toString() {
        return id();
    }
}
