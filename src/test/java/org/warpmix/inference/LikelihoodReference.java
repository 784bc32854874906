package org.warpmix.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** What R makes of profiles and likelihood ratios: likelihood-expected.json, whose models are those of reference-expected.json. */
final class LikelihoodReference {

    private LikelihoodReference() {}

    /** Ids of the cases that have something. */
    static List<String> ids(String field) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonNode one : read("/likelihood-expected.json").get("cases")) {
            if (one.has(field)) {
                ids.add(one.get("id").asText());
            }
        }
        return ids;
    }

    static JsonNode named(String id) throws IOException {
        return find(read("/likelihood-expected.json").get("cases"), id);
    }

    /** The fit of a case of reference-expected.json. */
    static Fit fit(String id) {
        try {
            JsonNode one = find(read("/reference-expected.json"), id);
            return LinearMixedModel.of(one.get("formula").asText())
                    .withMethod(one.get("REML").asBoolean() ? Method.REML : Method.ML)
                    .fit(table(one.get("data").asText().substring("data/".length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Table table(String file) {
        return TableReader.withDefaults().read(Path.of("src/test/resources/data", file));
    }

    /** Ten groups of six rows that are all alike. */
    static Table noVariance() {
        double[] y = new double[60];
        double[] x = new double[60];
        int[] g = new int[60];
        for (int i = 0; i < 60; i++) {
            g[i] = i / 6;
            x[i] = i % 6 - 2.5;
            y[i] = x[i] + Math.sin(7 * (i % 6));
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .factor("g", g, "abcdefghij".split(""))
                .build();
    }

    private static JsonNode read(String resource) throws IOException {
        try (InputStream in = LikelihoodReference.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static JsonNode find(JsonNode cases, String id) {
        for (JsonNode one : cases) {
            if (one.get("id").asText().equals(id)) {
                return one;
            }
        }
        throw new IllegalArgumentException("No case " + id);
    }
}
