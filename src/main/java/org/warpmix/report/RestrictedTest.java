package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import org.warpmix.fit.Fit;
import org.warpmix.inference.RestrictedLikelihoodRatio;

/** The exact restricted likelihood-ratio test of a model's one variance, as text and as JSON. */
public final class RestrictedTest {

    private RestrictedTest() {}

    /**
     * A table.
     *
     * @param source what to call the data, e.g. the file's name
     */
    public static String of(Fit fit, RestrictedLikelihoodRatio.Result result, String source) {
        Page page = new Page();
        page.head("Test of the variance of a linear mixed model", fit, source);
        TextTable table = new TextTable(1, "Variance", "RLRT", "p", "MC.err");
        table.add(
                fit.thetaNames().get(0),
                Numbers.significant(result.statistic(), 5),
                Numbers.p(result.p()),
                Numbers.significant(result.pError(), 2));
        page.line("");
        page.table(table);
        page.paragraph("p = (1 + " + result.extreme() + ")/(1 + " + result.replicates()
                + ") of draws from the exact distribution under a variance of zero (Crainiceanu and Ruppert 2004, as"
                + " exactRLRT), in which the statistic is zero with probability "
                + Numbers.significant(result.zeros(), 3) + ". Seed " + result.seed() + ".");
        page.notes(fit);
        return page.toString();
    }

    /**
     * Writes the same as one object and a line feed, numbers at full precision.
     *
     * @param out flushed, not closed
     */
    public static void write(Fit fit, RestrictedLikelihoodRatio.Result result, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit);
            json.writeStringField("variance", fit.thetaNames().get(0));
            json.writeNumberField("seed", result.seed());
            json.writeNumberField("replicates", result.replicates());
            Json.number(json, "rlrt", result.statistic());
            json.writeNumberField("asExtreme", result.extreme());
            Json.number(json, "p", result.p());
            Json.number(json, "pError", result.pError());
            Json.number(json, "zeros", result.zeros());
            Json.strings(json, "warnings", fit.warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
