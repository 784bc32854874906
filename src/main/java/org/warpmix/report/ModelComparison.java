package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.inference.LikelihoodRatioBootstrapResult;
import org.warpmix.inference.LikelihoodRatioTest;
import org.warpmix.inference.LikelihoodRatioTest.Step;
import org.warpmix.likelihood.Method;

/** Likelihood-ratio tests between nested models, by χ² and by parametric bootstrap, as text and as JSON. */
public final class ModelComparison {

    private static final int DIGITS = 7;

    private ModelComparison() {}

    /**
     * Tables.
     *
     * @param source what to call the data, e.g. the file's name
     * @param bootstraps one per step, or none
     */
    public static String of(LikelihoodRatioTest test, String source, List<LikelihoodRatioBootstrapResult> bootstraps) {
        Page page = new Page();
        List<Fit> models = test.models();
        boolean ml = models.get(0).model().method() == Method.ML;
        page.line("Likelihood-ratio tests of linear mixed models fit by " + (ml ? "maximum likelihood" : "REML"));
        page.line("Data:    " + source);
        for (int i = 0; i < models.size(); i++) {
            page.line("Model " + (i + 1) + ": " + models.get(i).model().formula());
        }
        page.line("");
        criteria(test, page);
        page.line("");
        tests(test, page);
        if (test.refitted()) {
            page.paragraph(
                    "Refitted by ML (instead of REML): REML criteria of models with different fixed effects cannot be"
                            + " compared.");
        } else if (!ml) {
            page.paragraph("Compared by REML, which is right as the fixed effects are the same; --ml compares by ML.");
        }
        boundary(test.steps(), page);
        for (int i = 0; i < bootstraps.size(); i++) {
            bootstrap(bootstraps.get(i), i + 2, page);
        }
        for (int i = 0; i < models.size(); i++) {
            for (String warning : models.get(i).warnings()) {
                page.line("");
                page.paragraph("Note on model " + (i + 1) + ": " + warning);
            }
        }
        return page.toString();
    }

    private static void criteria(LikelihoodRatioTest test, Page page) {
        TextTable table = new TextTable(1, "Model", "npar", "AIC", "AICc", "BIC", "logLik", "deviance");
        List<Fit> models = test.models();
        for (int i = 0; i < models.size(); i++) {
            Fit fit = models.get(i);
            table.add(
                    Integer.toString(i + 1),
                    Integer.toString(fit.parameters()),
                    Numbers.significant(fit.aic(), DIGITS),
                    Numbers.significant(fit.aicc(), DIGITS),
                    Numbers.significant(fit.bic(), DIGITS),
                    Numbers.significant(fit.logLik(), DIGITS),
                    Numbers.significant(fit.criterion(), DIGITS));
        }
        page.table(table);
    }

    private static void tests(LikelihoodRatioTest test, Page page) {
        boolean mixtures = test.steps().stream().anyMatch(step -> step.variances() == 1);
        TextTable table = mixtures
                ? new TextTable(1, "Test", "Chisq", "Df", "p", "p(mixture)")
                : new TextTable(1, "Test", "Chisq", "Df", "p");
        for (int i = 0; i < test.steps().size(); i++) {
            Step step = test.steps().get(i);
            String name = i + 2 + " vs " + (i + 1);
            String statistic = Numbers.significant(step.statistic(), 5);
            String df = Integer.toString(step.degrees());
            if (mixtures) {
                table.add(
                        name,
                        statistic,
                        df,
                        Numbers.p(step.p()),
                        step.variances() == 1 ? Numbers.p(step.mixtureP()) : "");
            } else {
                table.add(name, statistic, df, Numbers.p(step.p()));
            }
        }
        page.table(table);
        page.paragraph("Chisq: difference of the deviances; p by chi-squared with Df degrees of freedom.");
    }

    private static void boundary(List<Step> steps, Page page) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String name = i + 2 + " vs " + (i + 1);
            if (step.variances() == 1) {
                page.paragraph("p(mixture), " + name
                        + ": a variance of zero is on the boundary, so Chisq is half chi-squared with "
                        + (step.degrees() - 1) + ", half with " + step.degrees()
                        + " degrees of freedom (Self and Liang 1987, Stram and Lee 1994).");
            } else if (step.variances() > 1) {
                page.paragraph(
                        "p, " + name + ": " + step.variances() + " variances are tested at zero, on the boundary. Their"
                                + " mixture of chi-squared depends on the design, and p is too large; --boot 9999 has none of this.");
            }
        }
    }

    private static void bootstrap(LikelihoodRatioBootstrapResult result, int larger, Page page) {
        TextTable table = new TextTable(1, larger + " vs " + (larger - 1), "Statistic", "p", "MC.err");
        String observed = Numbers.significant(result.observed(), 5);
        table.add("Parametric bootstrap", observed, Numbers.p(result.p()), Numbers.significant(result.pError(), 2));
        table.add("Gamma", observed, Numbers.p(result.gammaP()));
        table.add("Bartlett", Numbers.significant(result.bartlettStatistic(), 5), Numbers.p(result.bartlettP()));
        page.line("");
        page.table(table);
        page.paragraph("p = (1 + " + result.extreme() + ")/(1 + " + result.replicates()
                + "): responses drawn from model " + (larger - 1)
                + ", both models fitted to each (as PBmodcomp). MC.err: Monte Carlo standard error. Gamma and Bartlett: by the"
                + " mean of the replicates' statistics, " + Numbers.significant(result.mean(), 4)
                + ", and their standard deviation, " + Numbers.significant(result.standardDeviation(), 4) + ".");
        StringBuilder ended = new StringBuilder().append(result.replicates());
        ended.append(
                result.stopped()
                        ? " of " + result.bootstrap().count() + " replicates, stopped early: "
                        : " replicates: ");
        ended.append(result.notConverged() + result.failed() == 0 ? "all" : Long.toString(result.converged()))
                .append(" converged");
        if (result.notConverged() > 0) {
            ended.append(", ").append(result.notConverged()).append(" did not (their best estimates count)");
        }
        if (result.failed() > 0) {
            ended.append(", ").append(result.failed()).append(" failed (they count as extreme)");
        }
        page.paragraph(ended + ". Seed " + result.bootstrap().seed() + ".");
    }

    /**
     * Writes the same as one object and a line feed, numbers at full precision.
     *
     * @param out flushed, not closed
     */
    public static void write(LikelihoodRatioTest test, List<LikelihoodRatioBootstrapResult> bootstraps, Writer out)
            throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeBooleanField("refitted", test.refitted());
            json.writeArrayFieldStart("models");
            for (Fit fit : test.models()) {
                json.writeStartObject();
                Json.model(
                        json,
                        fit,
                        bootstraps.isEmpty()
                                ? "cpu"
                                : bootstraps.get(0).bootstrap().backend().name());
                json.writeNumberField("npar", fit.parameters());
                Json.number(json, "aic", fit.aic());
                Json.number(json, "aicc", fit.aicc());
                Json.number(json, "bic", fit.bic());
                Json.number(json, "logLik", fit.logLik());
                Json.number(json, "criterion", fit.criterion());
                Json.strings(json, "warnings", fit.warnings());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("tests");
            for (int i = 0; i < test.steps().size(); i++) {
                Step step = test.steps().get(i);
                json.writeStartObject();
                Json.number(json, "chisq", step.statistic());
                json.writeNumberField("df", step.degrees());
                json.writeNumberField("variancesTested", step.variances());
                Json.number(json, "p", step.p());
                Json.number(json, "mixtureP", step.mixtureP());
                if (!bootstraps.isEmpty()) {
                    bootstrap(json, bootstraps.get(i));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void bootstrap(JsonGenerator json, LikelihoodRatioBootstrapResult result) throws IOException {
        json.writeObjectFieldStart("bootstrap");
        json.writeNumberField("seed", result.bootstrap().seed());
        json.writeNumberField("replicates", result.bootstrap().count());
        json.writeNumberField("done", result.replicates());
        json.writeNumberField("converged", result.converged());
        json.writeNumberField("notConverged", result.notConverged());
        json.writeNumberField("failed", result.failed());
        json.writeNumberField("asExtreme", result.extreme());
        Json.number(json, "p", result.p());
        Json.number(json, "pError", result.pError());
        Json.number(json, "mean", result.mean());
        Json.number(json, "sd", result.standardDeviation());
        Json.number(json, "gammaP", result.gammaP());
        Json.number(json, "bartlett", result.bartlettStatistic());
        Json.number(json, "bartlettP", result.bartlettP());
        json.writeEndObject();
    }
}
