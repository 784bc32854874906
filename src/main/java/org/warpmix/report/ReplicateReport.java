package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.inference.ReplicateFit;
import org.warpmix.likelihood.Method;

/** The fit of one replicate, as text and as JSON. */
public final class ReplicateReport {

    private static final int DIGITS = 4;

    private ReplicateReport() {}

    /**
     * A page of text.
     *
     * @param fit of the data observed
     * @param source what to call the data, e.g. the file's name
     * @param run what the replicate is one of, e.g. {@code parametric bootstrap}
     */
    public static String of(Fit fit, String source, String run, ReplicateFit replicate) {
        Page page = new Page();
        page.head("Linear mixed model", fit, source);
        page.line("Replicate " + replicate.number() + " of the " + run + " with seed " + replicate.seed());
        page.line("");
        if (replicate.status() == ReplicateStatus.FAILED) {
            page.line("Failed: the criterion of this replicate has no value, so there are no estimates.");
            return page.toString();
        }
        page.line((fit.model().method() == Method.ML ? "-2 log-likelihood: " : "REML criterion: ")
                + Numbers.fixed(replicate.criterion(), 2));
        page.line("");
        parameters(replicate, page);
        page.line("");
        page.line((replicate.status() == ReplicateStatus.CONVERGED ? "Converged" : "Not converged") + " after "
                + replicate.evaluations() + " evaluations; largest gradient "
                + Numbers.significant(replicate.gradientNorm(), 2) + (replicate.singular() ? "; singular." : "."));
        return page.toString();
    }

    private static void parameters(ReplicateFit replicate, Page page) {
        List<String> names = replicate.names();
        TextTable table = new TextTable(1, "", "Estimate", "Std.Error");
        for (int k = 0; k < names.size(); k++) {
            int effect = names.get(k).startsWith("beta.")
                    ? replicate.fixedNames().indexOf(names.get(k).substring("beta.".length()))
                    : -1;
            double estimate = replicate.values()[k];
            if (effect >= 0) {
                double error = replicate.standardErrors()[effect];
                Numbers.Scale scale = Numbers.Scale.of(DIGITS, error);
                table.add(names.get(k), scale.text(estimate, error), scale.text(error, error));
            } else if (!names.get(k).startsWith("theta.")) {
                table.add(names.get(k), Numbers.significant(estimate, DIGITS));
            }
        }
        page.table(table);
    }

    /**
     * Writes it as one object and a line feed.
     *
     * @param fit of the data observed
     * @param backend that fitted the replicate
     * @param out flushed, not closed
     */
    public static void write(Fit fit, String backend, ReplicateFit replicate, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit, backend);
            json.writeNumberField("seed", replicate.seed());
            json.writeNumberField("replicate", replicate.number());
            json.writeStringField("status", Words.of(replicate.status()));
            json.writeBooleanField("singular", replicate.singular());
            Json.number(json, "criterion", replicate.criterion());
            json.writeObjectFieldStart("parameters");
            for (int k = 0; k < replicate.values().length; k++) {
                Json.number(json, replicate.names().get(k), replicate.values()[k]);
            }
            json.writeEndObject();
            Json.numbers(json, "se", replicate.standardErrors());
            json.writeNumberField("evaluations", replicate.evaluations());
            Json.number(json, "gradientNorm", replicate.gradientNorm());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
