package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.inference.diagnosis.Diagnostics;
import org.warpmix.inference.diagnosis.EffectDiagnostics;
import org.warpmix.inference.diagnosis.Influence;
import org.warpmix.inference.diagnosis.Normality;
import org.warpmix.inference.diagnosis.RobustCheck;
import org.warpmix.inference.diagnosis.RowDiagnostics;
import org.warpmix.inference.diagnosis.Singularity;
import org.warpmix.inference.diagnosis.VarianceTest;

/** Diagnostics of a fit as JSON, numbers at full precision. */
public final class DiagnosticsJson {

    private final Diagnostics diagnostics;
    private final JsonGenerator json;

    private DiagnosticsJson(Diagnostics diagnostics, JsonGenerator json) {
        this.diagnostics = diagnostics;
        this.json = json;
    }

    /**
     * Writes them as one object and a line feed.
     *
     * @param groups whether to leave out groups
     * @param rows whether to write every row
     * @param out flushed, not closed
     */
    public static void write(Diagnostics diagnostics, boolean groups, boolean rows, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            new DiagnosticsJson(diagnostics, json).write(groups, rows);
        }
    }

    private void write(boolean groups, boolean rows) throws IOException {
        json.writeStartObject();
        Json.model(json, diagnostics.fit());
        json.writeArrayFieldStart("singular");
        for (Singularity singularity : diagnostics.singularities()) {
            singularity(singularity);
        }
        json.writeEndArray();
        if (groups) {
            influence("groups", diagnostics.groups());
            robust(diagnostics.robust());
        }
        if (rows) {
            influence("refittedRows", diagnostics.refittedRows());
            rows();
        }
        json.writeObjectFieldStart("residuals");
        normality(diagnostics.residualNormality());
        quantiles(diagnostics.residualQuantiles());
        json.writeArrayFieldStart("variance");
        for (VarianceTest test : diagnostics.residualVariance()) {
            variance(test);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeArrayFieldStart("randomEffects");
        for (EffectDiagnostics effect : diagnostics.randomEffects()) {
            json.writeStartObject();
            json.writeStringField("group", effect.group());
            json.writeStringField("term", effect.name());
            normality(effect.normality());
            quantiles(effect.quantiles());
            json.writeFieldName("variance");
            variance(effect.variance());
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.strings(json, "warnings", diagnostics.fit().warnings());
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void singularity(Singularity singularity) throws IOException {
        json.writeStartObject();
        json.writeStringField("term", singularity.term());
        json.writeStringField("group", singularity.group());
        json.writeStringField("effect", singularity.effect());
        json.writeObjectFieldStart("determinedBy");
        for (int k = 0; k < singularity.others().size(); k++) {
            Json.number(json, singularity.others().get(k), singularity.coefficients()[k]);
        }
        json.writeEndObject();
        json.writeStringField("explanation", singularity.explanation());
        json.writeStringField("advice", singularity.advice());
        json.writeEndObject();
    }

    private void influence(String name, Influence influence) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("unit", influence.unit());
        json.writeNumberField("units", influence.units());
        json.writeBooleanField("complete", influence.complete());
        json.writeObjectFieldStart("estimates");
        for (int k = 0; k < influence.names().size(); k++) {
            Json.number(json, influence.names().get(k), influence.estimates()[k]);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("without");
        for (Influence.Deletion deletion : influence.deletions()) {
            json.writeStartObject();
            json.writeStringField("label", deletion.label());
            json.writeNumberField("rows", deletion.rows());
            json.writeStringField("status", Words.of(deletion.status()));
            json.writeBooleanField("singular", deletion.singular());
            Json.number(json, "cook", deletion.cooksDistance());
            json.writeObjectFieldStart("estimates");
            for (int k = 0; k < deletion.estimates().length; k++) {
                Json.number(json, influence.names().get(k), deletion.estimates()[k]);
            }
            json.writeEndObject();
            Json.numbers(json, "se", deletion.standardErrors());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void rows() throws IOException {
        Fit fit = diagnostics.fit();
        RowDiagnostics rows = diagnostics.rows();
        json.writeObjectFieldStart("rows");
        json.writeArrayFieldStart("row");
        for (int row : fit.design().data().rows()) {
            json.writeNumber(row + 1);
        }
        json.writeEndArray();
        Json.numbers(json, "fitted", fit.fitted());
        Json.numbers(json, "residual", fit.residuals(Residual.CONDITIONAL));
        Json.numbers(json, "pearson", fit.residuals(Residual.PEARSON));
        Json.numbers(json, "scaled", fit.residuals(Residual.STANDARDIZED));
        Json.numbers(json, "standardised", rows.standardized());
        Json.numbers(json, "marginal", fit.residuals(Residual.MARGINAL));
        Json.numbers(json, "marginalStandardised", rows.marginalStandardized());
        Json.numbers(json, "leverage", rows.leverage());
        Json.numbers(json, "cook", rows.cooksDistance());
        json.writeObjectFieldStart("dfbetas");
        double[][] dfbetas = rows.dfbetas();
        for (int j = 0; j < dfbetas.length; j++) {
            Json.numbers(json, fit.fixedEffects().name(j), dfbetas[j]);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void normality(Normality normality) throws IOException {
        json.writeObjectFieldStart("normality");
        json.writeNumberField("count", normality.count());
        Json.number(json, "skewness", normality.skewness());
        Json.number(json, "kurtosis", normality.kurtosis());
        Json.number(json, "andersonDarling", normality.statistic());
        Json.number(json, "p", normality.p());
        json.writeEndObject();
    }

    private void quantiles(Normality.Quantiles quantiles) throws IOException {
        json.writeObjectFieldStart("quantiles");
        Json.numbers(json, "theoretical", quantiles.theoretical());
        Json.numbers(json, "sample", quantiles.sample());
        json.writeEndObject();
    }

    private void variance(VarianceTest test) throws IOException {
        json.writeStartObject();
        json.writeStringField("against", test.against());
        Json.number(json, "chisq", test.statistic());
        Json.number(json, "df", test.degrees());
        Json.number(json, "p", test.p());
        json.writeEndObject();
    }

    private void robust(Optional<RobustCheck> found) throws IOException {
        if (found.isEmpty()) {
            return;
        }
        RobustCheck check = found.get();
        json.writeObjectFieldStart("robust");
        json.writeStringField("type", check.type().name());
        json.writeStringField("cluster", check.cluster());
        json.writeNumberField("clusters", check.clusters());
        json.writeArrayFieldStart("fixed");
        for (RobustCheck.Effect effect : check.effects()) {
            json.writeStartObject();
            json.writeStringField("term", effect.name());
            Json.number(json, "estimate", effect.estimate());
            Json.number(json, "se", effect.modelError());
            Json.number(json, "p", effect.modelP());
            Json.number(json, "robustSe", effect.robustError());
            Json.number(json, "robustDf", effect.robustDegrees());
            Json.number(json, "robustP", effect.robustP());
            json.writeBooleanField("agrees", effect.agrees());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
