package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.inference.AnovaTable;
import org.warpmix.inference.DegreesOfFreedom;
import org.warpmix.inference.FTest;

/** An analysis of variance of the fixed effects, as text and as JSON. */
public final class AnovaReport {

    private static final int DIGITS = 4;

    private AnovaReport() {}

    /**
     * A table.
     *
     * @param source what to call the data, e.g. the file's name
     */
    public static String of(AnovaTable.Result result, String source) {
        Page page = new Page();
        page.head("Linear mixed model", result.fit(), source);
        page.line("");
        if (result.rows().isEmpty()) {
            page.line("The fixed effects have no terms to test.");
            page.notes(result.fit());
            return page.toString();
        }
        page.line("Analysis of variance, type " + result.type() + ":");
        int count = result.rows().size();
        double[] sums = new double[count];
        double[] means = new double[count];
        for (int t = 0; t < count; t++) {
            sums[t] = result.rows().get(t).sumOfSquares();
            means[t] = result.rows().get(t).meanSquare();
        }
        String[] sum = Numbers.column(DIGITS, sums);
        String[] mean = Numbers.column(DIGITS, means);
        TextTable table = new TextTable(1, "", "Sum Sq", "Mean Sq", "NumDF", "DenDF", "F", "p");
        for (int t = 0; t < count; t++) {
            FTest test = result.rows().get(t).test();
            if (test.numerator() == 0) {
                table.add(result.rows().get(t).term(), "", "", "0");
                continue;
            }
            table.add(
                    result.rows().get(t).term(),
                    sum[t],
                    mean[t],
                    Integer.toString(test.numerator()),
                    Numbers.fixed(test.denominator(), result.degrees() == DegreesOfFreedom.RESIDUAL ? 0 : 1),
                    Numbers.fixed(test.f(), 3),
                    Numbers.p(test.p()));
        }
        page.table(table);
        page.paragraph(
                switch (result.type()) {
                    case I -> "Type I: each term beyond those before it.";
                    case II -> "Type II: each term beyond all others that do not contain it.";
                    case III ->
                        "Type III: each term with those that contain it averaged over their levels; contrasts do not"
                                + " matter.";
                });
        page.paragraph(Degrees.line(result.degrees()));
        for (String note : result.notes()) {
            page.paragraph("Note: " + note);
        }
        page.notes(result.fit());
        return page.toString();
    }

    /**
     * Writes the tests as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public static void write(AnovaTable.Result result, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, result.fit());
            json.writeStringField("type", result.type().name());
            json.writeStringField("dfMethod", Words.of(result.degrees()));
            json.writeArrayFieldStart("terms");
            for (AnovaTable.Row row : result.rows()) {
                json.writeStartObject();
                json.writeStringField("term", row.term());
                Json.number(json, "sumSq", row.sumOfSquares());
                Json.number(json, "meanSq", row.meanSquare());
                json.writeNumberField("numDf", row.test().numerator());
                Json.number(json, "denDf", row.test().denominator());
                Json.number(json, "f", row.test().f());
                Json.number(json, "p", row.test().p());
                json.writeEndObject();
            }
            json.writeEndArray();
            List<String> warnings = new ArrayList<>(result.fit().warnings());
            warnings.addAll(result.notes());
            Json.strings(json, "warnings", warnings);
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
