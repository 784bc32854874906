package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.warpmix.likelihood.Method;
import org.warpmix.many.ClusterPermutation;
import org.warpmix.many.ClusterResult;
import org.warpmix.many.ClusterResult.TestedCluster;
import org.warpmix.many.FalseDiscovery;
import org.warpmix.many.ManyResponses;
import org.warpmix.many.ManyResult;

/** The fits of many columns as JSON, numbers at full precision: counts, the smallest p-values, and the clusters. */
public final class ManyJson {

    private static final double LEVEL = 0.05;
    private static final int MOST_SHOWN = 100;

    private ManyJson() {}

    /**
     * Writes one object and a line feed.
     *
     * @param clusters the permutation test, or {@code null}
     * @param out flushed, not closed
     */
    public static void write(ManyResult result, FalseDiscovery discovery, ClusterResult clusters, Writer out)
            throws IOException {
        ManyResponses many = result.many();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("formula", ManySummary.rightSide(many));
            json.writeStringField("method", many.model().method() == Method.ML ? "ML" : "REML");
            json.writeStringField("backend", many.backend().name());
            json.writeNumberField("nobs", many.rows());
            json.writeNumberField("dropped", many.dropped());
            json.writeNumberField("columns", many.columns());
            json.writeNumberField("converged", result.converged());
            json.writeNumberField("notConverged", result.notConverged());
            json.writeNumberField("failed", result.failed());
            json.writeNumberField("singular", result.singular());
            json.writeNumberField("incomplete", result.incomplete());
            json.writeStringField("df", Words.of(many.degrees()));
            json.writeStringField("fdr", Words.of(discovery));
            json.writeArrayFieldStart("fixed");
            List<String> terms = many.coefficients();
            for (int j = 0; j < terms.size(); j++) {
                term(json, result, j, terms.get(j), discovery.adjust(result.p(j)));
            }
            json.writeEndArray();
            if (clusters != null) {
                clusters(json, clusters);
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void term(JsonGenerator json, ManyResult result, int j, String name, double[] q) throws IOException {
        int tested = 0;
        int small = 0;
        int discovered = 0;
        for (int c = 0; c < q.length; c++) {
            tested += Double.isNaN(q[c]) ? 0 : 1;
            small += result.p(j)[c] <= LEVEL ? 1 : 0;
            discovered += q[c] <= LEVEL ? 1 : 0;
        }
        json.writeStartObject();
        json.writeStringField("term", name);
        json.writeNumberField("tested", tested);
        json.writeNumberField("p05", small);
        json.writeNumberField("q05", discovered);
        json.writeArrayFieldStart("smallest");
        for (int column : result.smallest(j, MOST_SHOWN)) {
            json.writeStartObject();
            json.writeStringField("column", result.many().responses().names().get(column));
            Json.number(json, "t", result.t(j)[column]);
            Json.number(json, "p", result.p(j)[column]);
            Json.number(json, "q", q[column]);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void clusters(JsonGenerator json, ClusterResult clusters) throws IOException {
        ClusterPermutation asked = clusters.request();
        List<String> names = asked.many().responses().names();
        json.writeObjectFieldStart("permutation");
        json.writeStringField("term", asked.term());
        json.writeStringField("scheme", Words.of(asked.scheme()));
        json.writeStringField("statistic", Words.of(asked.statistic()));
        Json.number(json, "threshold", clusters.threshold());
        json.writeNumberField("permutations", clusters.permutations());
        json.writeNumberField("seed", asked.seed());
        json.writeBooleanField("exact", clusters.exact());
        json.writeNumberField("failed", clusters.failed());
        json.writeArrayFieldStart("clusters");
        for (TestedCluster tested : clusters.clusters()) {
            json.writeStartObject();
            Json.number(json, "p", tested.p());
            Json.number(json, "mass", tested.cluster().mass());
            json.writeStringField("peak", names.get(tested.peak()));
            json.writeArrayFieldStart("columns");
            for (int column : tested.cluster().columns()) {
                json.writeString(names.get(column));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
