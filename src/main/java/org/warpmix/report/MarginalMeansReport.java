package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.inference.ContrastTest;
import org.warpmix.inference.DegreesOfFreedom;
import org.warpmix.inference.MarginalMeans;

/** Marginal means and their pairwise differences, as text and as JSON. */
public final class MarginalMeansReport {

    private static final int DIGITS = 4;

    private MarginalMeansReport() {}

    /**
     * Two tables.
     *
     * @param source what to call the data, e.g. the file's name
     * @param level of the means' intervals
     */
    public static String of(MarginalMeans.Result result, String source, double level) {
        Page page = new Page();
        page.head("Linear mixed model", result.fit(), source);
        page.line("");
        page.line("Marginal means of " + String.join(", ", result.factors()) + ":");
        ContrastTest[] means =
                result.means().stream().map(MarginalMeans.Mean::test).toArray(ContrastTest[]::new);
        Numbers.Scale scale = scale(means);
        int decimals = result.degrees() == DegreesOfFreedom.RESIDUAL ? 0 : 1;
        double tail = 0.5 * (1 - level);
        TextTable table =
                new TextTable(1, "", "Mean", "Std.Error", "df", Numbers.percent(tail), Numbers.percent(1 - tail));
        for (int i = 0; i < means.length; i++) {
            ContrastTest test = means[i];
            if (Double.isNaN(test.estimate())) {
                table.add(result.means().get(i).label(), "not estimable");
                continue;
            }
            double error = test.standardError();
            table.add(
                    result.means().get(i).label(),
                    scale.text(test.estimate(), error),
                    scale.text(error, error),
                    Numbers.fixed(test.degrees(), decimals),
                    scale.text(test.estimate() - test.margin(level), error),
                    scale.text(test.estimate() + test.margin(level), error));
        }
        page.table(table);
        page.paragraph(averaging(result));
        if (!result.pairs().isEmpty()) {
            pairs(result, decimals, page);
        }
        page.paragraph(Degrees.line(result.degrees()));
        for (String note : result.notes()) {
            page.paragraph("Note: " + note);
        }
        page.notes(result.fit());
        return page.toString();
    }

    private static void pairs(MarginalMeans.Result result, int decimals, Page page) {
        ContrastTest[] tests =
                result.pairs().stream().map(MarginalMeans.Pair::test).toArray(ContrastTest[]::new);
        Numbers.Scale scale = scale(tests);
        TextTable table = new TextTable(1, "", "Difference", "Std.Error", "df", "t", "p");
        for (int i = 0; i < tests.length; i++) {
            MarginalMeans.Pair pair = result.pairs().get(i);
            double error = tests[i].standardError();
            if (Double.isNaN(tests[i].estimate())) {
                table.add(pair.label(), "not estimable");
                continue;
            }
            table.add(
                    pair.label(),
                    scale.text(tests[i].estimate(), error),
                    scale.text(error, error),
                    Numbers.fixed(tests[i].degrees(), decimals),
                    Numbers.fixed(tests[i].t(), 3),
                    Numbers.p(pair.p()));
        }
        page.line("");
        page.line("Pairwise differences:");
        page.table(table);
        page.paragraph(
                switch (result.adjustment()) {
                    case TUKEY ->
                        "p: Tukey's, for all pairs of " + result.means().size() + " means at once.";
                    case HOLM -> "p: Holm's, for all " + tests.length + " pairs at once.";
                    case NONE -> "p: each pair by itself, not adjusted for their number.";
                });
    }

    private static String averaging(MarginalMeans.Result result) {
        List<String> parts = new ArrayList<>();
        if (!result.averaged().isEmpty()) {
            parts.add("averaged over " + String.join(", ", result.averaged()) + " with equal weights");
        }
        if (!result.held().isEmpty()) {
            parts.add(String.join(", ", result.held()) + " at "
                    + (result.held().size() == 1 ? "its mean" : "their means"));
        }
        return parts.isEmpty()
                ? "Means: the model's predictions without random effects."
                : "Means: the model's predictions without random effects, " + String.join(", ", parts) + ".";
    }

    private static Numbers.Scale scale(ContrastTest[] tests) {
        double[] errors = new double[tests.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = tests[i].standardError();
        }
        return Numbers.Scale.of(DIGITS, errors);
    }

    /**
     * Writes means and pairs as one object and a line feed.
     *
     * @param out flushed, not closed
     */
    public static void write(MarginalMeans.Result result, double level, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, result.fit());
            Json.strings(json, "factors", result.factors());
            json.writeStringField("dfMethod", Words.of(result.degrees()));
            json.writeStringField("adjust", Words.of(result.adjustment()));
            Json.number(json, "level", level);
            json.writeArrayFieldStart("means");
            for (MarginalMeans.Mean mean : result.means()) {
                json.writeStartObject();
                Json.strings(json, "levels", mean.levels());
                test(json, mean.test());
                Json.number(json, "ciLow", mean.test().estimate() - mean.test().margin(level));
                Json.number(json, "ciHigh", mean.test().estimate() + mean.test().margin(level));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("pairs");
            for (MarginalMeans.Pair pair : result.pairs()) {
                json.writeStartObject();
                Json.strings(json, "first", pair.first().levels());
                Json.strings(json, "second", pair.second().levels());
                test(json, pair.test());
                Json.number(json, "t", pair.test().t());
                Json.number(json, "p", pair.p());
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

    private static void test(JsonGenerator json, ContrastTest test) throws IOException {
        Json.number(json, "estimate", test.estimate());
        Json.number(json, "se", test.standardError());
        Json.number(json, "df", test.degrees());
    }
}
