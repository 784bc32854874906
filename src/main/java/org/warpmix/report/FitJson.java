package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.warpmix.fit.ConditionalModes;
import org.warpmix.fit.Convergence;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.FixedEffectsInference;

/**
 * A fit as JSON, numbers at full precision. What is not finite, such as the correlation with an effect of variance
 * zero, is {@code null}.
 */
public final class FitJson {

    private final Fit fit;
    private final ReportOptions options;
    private final JsonGenerator json;

    private FitJson(Fit fit, ReportOptions options, JsonGenerator json) {
        this.fit = fit;
        this.options = options;
        this.json = json;
    }

    /**
     * Writes the fit as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public static void write(Fit fit, ReportOptions options, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            FitJson report = new FitJson(fit, options, json);
            report.model();
            report.convergence();
            FixedEffectsInference inference =
                    FixedEffectsInference.of(fit, options.degrees().method());
            report.fixedEffects(inference);
            report.randomEffects();
            if (options.ranef()) {
                report.conditionalModes();
            }
            if (options.fitted()) {
                Json.numbers(json, "fitted", fit.fitted());
            }
            List<String> warnings = new ArrayList<>(fit.warnings());
            warnings.addAll(inference.notes());
            Json.strings(json, "warnings", warnings);
            report.more();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private void model() throws IOException {
        Json.model(json, fit);
        json.writeNumberField("dropped", fit.dropped());
        json.writeObjectFieldStart("groups");
        for (Map.Entry<String, Integer> group : fit.groups().entrySet()) {
            json.writeNumberField(group.getKey(), group.getValue());
        }
        json.writeEndObject();
        Json.number(json, "criterion", fit.criterion());
        Json.number(json, "logLik", fit.logLik());
        json.writeNumberField("df", fit.parameters());
        Json.number(json, "aic", fit.aic());
        Json.number(json, "bic", fit.bic());
        Json.number(json, "sigma", fit.sigma());
        Json.numbers(json, "theta", fit.theta());
    }

    private void convergence() throws IOException {
        Convergence convergence = fit.convergence();
        json.writeBooleanField("converged", convergence.converged());
        json.writeBooleanField("singular", convergence.singular());
        json.writeNumberField("evaluations", convergence.evaluations());
        Json.number(json, "gradientNorm", convergence.gradientNorm());
    }

    private void fixedEffects(FixedEffectsInference inference) throws IOException {
        FixedEffects fixed = inference.fit().fixedEffects();
        boolean tests = options.degrees() != Degrees.NONE;
        json.writeArrayFieldStart("fixed");
        for (int j = 0; j < fixed.size(); j++) {
            ContrastTest test = inference.coefficient(j);
            json.writeStartObject();
            json.writeStringField("term", fixed.name(j));
            Json.number(json, "estimate", fixed.estimate(j));
            Json.number(json, "se", test.standardError());
            if (tests) {
                Json.number(json, "df", test.degrees());
            }
            Json.number(json, "t", test.t());
            if (tests) {
                double margin = test.margin(options.level());
                Json.number(json, "p", test.p());
                Json.number(json, "ciLow", fixed.estimate(j) - margin);
                Json.number(json, "ciHigh", fixed.estimate(j) + margin);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        double[] covariance = inference.covariance();
        json.writeArrayFieldStart("vcov");
        for (int i = 0; i < fixed.size(); i++) {
            json.writeStartArray();
            for (int j = 0; j < fixed.size(); j++) {
                Json.number(json, covariance[i + j * fixed.size()]);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private void randomEffects() throws IOException {
        json.writeArrayFieldStart("random");
        for (VarianceComponent component : fit.randomEffects()) {
            int q = component.size();
            json.writeStartObject();
            json.writeStringField("group", component.group());
            Json.strings(json, "terms", List.of(component.names()));
            json.writeArrayFieldStart("sd");
            for (int i = 0; i < q; i++) {
                Json.number(json, component.standardDeviation(i));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("corr");
            for (int i = 0; i < q; i++) {
                json.writeStartArray();
                for (int j = 0; j < q; j++) {
                    Json.number(json, component.correlation(i, j));
                }
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void conditionalModes() throws IOException {
        json.writeObjectFieldStart("ranef");
        for (ConditionalModes modes : fit.conditionalModes()) {
            String[] levels = modes.levels();
            String[] names = distinct(modes.names());
            json.writeObjectFieldStart(modes.group());
            for (int l = 0; l < levels.length; l++) {
                json.writeObjectFieldStart(levels[l]);
                for (int j = 0; j < names.length; j++) {
                    json.writeArrayFieldStart(names[j]);
                    Json.number(json, modes.mode(l, j));
                    Json.number(json, modes.standardDeviation(l, j));
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /** Names that two terms of one factor share get a number, as R's {@code make.unique} gives it. */
    private static String[] distinct(String[] names) {
        Set<String> seen = new HashSet<>();
        String[] distinct = names.clone();
        for (int j = 0; j < names.length; j++) {
            for (int k = 1; !seen.add(distinct[j]); k++) {
                distinct[j] = names[j] + "." + k;
            }
        }
        return distinct;
    }

    /** What the interface does not promise. */
    private void more() throws IOException {
        Convergence convergence = fit.convergence();
        Json.strings(json, "thetaNames", fit.thetaNames());
        IterativeReport.write(fit, json);
        Json.strings(json, "droppedColumns", fit.droppedColumns());
        json.writeNumberField("dfResidual", fit.residualDegrees());
        if (options.degrees() != Degrees.NONE) {
            json.writeStringField("dfMethod", Words.of(options.degrees()));
            Json.number(json, "level", options.level());
        }
        if (!fit.icc().isEmpty()) {
            json.writeObjectFieldStart("icc");
            for (Map.Entry<String, Double> share : fit.icc().entrySet()) {
                Json.number(json, share.getKey(), share.getValue());
            }
            json.writeEndObject();
        }
        Json.number(json, "excess", convergence.excess());
        Json.number(json, "curvature", convergence.curvature());
        Json.number(json, "boundaryCurvature", convergence.boundaryCurvature());
        json.writeBooleanField("rowsKept", fit.keepsRows());
    }
}
