package org.warpmix.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.variation.ImpliedCorrelation;
import org.warpmix.inference.variation.IntraclassCorrelation;
import org.warpmix.inference.variation.VarianceBootstrap;
import org.warpmix.inference.variation.VarianceExplained;
import org.warpmix.table.Factors;

/** Where the variance of a response comes from, intraclass correlations, R² and design effects, as text and as JSON. */
public final class IccReport {

    private static final int DIGITS = 4;
    private static final int DECIMALS = 3;

    private final Fit fit;
    private final VarianceBootstrap bootstrap;
    private final double level;
    private final VarianceExplained variances;
    private final IntraclassCorrelation icc;
    private final List<ImpliedCorrelation> implied = new ArrayList<>();

    /**
     * @param bootstrap for intervals, or {@code null}
     * @param level of the intervals
     */
    public IccReport(Fit fit, VarianceBootstrap bootstrap, double level) {
        this.fit = fit;
        this.bootstrap = bootstrap;
        this.level = level;
        this.variances = VarianceExplained.of(fit);
        this.icc = IntraclassCorrelation.of(fit);
        for (String group : icc.groups()) {
            ImpliedCorrelation correlation = ImpliedCorrelation.of(fit, group);
            if (!correlation.predictors().isEmpty()) {
                implied.add(correlation);
            }
        }
    }

    /** Those shown at quartiles of their predictors, which take rows. */
    private List<ImpliedCorrelation> tabulated() {
        return fit.keepsRows() ? implied : List.of();
    }

    /**
     * A page.
     *
     * @param source what to call the data, e.g. the file's name
     */
    public String text(String source) {
        Page page = new Page();
        page.head("Linear mixed model", fit, source);
        variances(page);
        correlations(page);
        rSquared(page);
        designEffects(page);
        tabulated().forEach(correlation -> implied(page, correlation));
        if (bootstrap != null) {
            page.line("");
            BootstrapResult result = bootstrap.result();
            page.paragraph("Intervals: percentile, parametric bootstrap; "
                    + Replicates.ended(
                            result.replicates(),
                            result.bootstrap().count(),
                            result.notConverged(),
                            result.failed(),
                            result.singular())
                    + " Seed " + result.bootstrap().seed() + ".");
        }
        page.notes(fit);
        return page.toString();
    }

    private void variances(Page page) {
        List<String> names = new ArrayList<>(List.of("Fixed effects"));
        List<Double> values = new ArrayList<>(List.of(variances.fixed()));
        for (String group : variances.groups()) {
            names.add(group);
            values.add(variances.random(group));
        }
        names.add("Residual");
        values.add(variances.residual());
        String[] column = Numbers.column(
                DIGITS, values.stream().mapToDouble(Double::doubleValue).toArray());
        TextTable table = new TextTable(1, "", "Variance", "Share");
        for (int k = 0; k < column.length; k++) {
            table.add(names.get(k), column[k], Numbers.fixed(values.get(k) / variances.total(), DECIMALS));
        }
        page.line("");
        page.line("Variance of the response:");
        page.table(table);
        if (!implied.isEmpty()) {
            page.paragraph("Slopes vary: a factor's variance is its mean over the rows used (Johnson 2014).");
        }
    }

    private void correlations(Page page) {
        TextTable table = new TextTable(1, header("", "Adjusted", "Conditional"));
        for (String group : icc.groups()) {
            table.add(cells(
                    group, icc.adjusted(group), "icc." + group, icc.conditional(group), "icc.conditional." + group));
        }
        if (icc.groups().size() > 1) {
            table.add(cells("All", icc.adjusted(), "icc", icc.conditional(), "icc.conditional"));
        }
        page.line("");
        page.line("Intraclass correlation:");
        page.table(table);
        page.paragraph(
                "Adjusted: share of the random and residual variance; conditional: of the fixed effects' variance,"
                        + " too.");
    }

    private void rSquared(Page page) {
        TextTable table = new TextTable(1, header("", "R2"));
        table.add(cells("Marginal", variances.marginal(), "r2.marginal"));
        table.add(cells("Conditional", variances.conditional(), "r2.conditional"));
        page.line("");
        page.line("Variance explained:");
        page.table(table);
        page.paragraph(
                "Marginal: by the fixed effects; conditional: by fixed and random effects (Nakagawa and Schielzeth).");
    }

    private void designEffects(Page page) {
        TextTable table = new TextTable(1, "", "Design effect", "Effective n");
        for (String group : icc.groups()) {
            table.add(
                    group,
                    Numbers.fixed(icc.designEffect(group), DECIMALS),
                    Numbers.fixed(icc.effectiveSize(group), 1));
        }
        if (icc.groups().size() > 1) {
            table.add("All", Numbers.fixed(icc.designEffect(), DECIMALS), Numbers.fixed(icc.effectiveSize(), 1));
        }
        page.line("");
        page.line("What it costs (" + fit.nobs() + " rows):");
        page.table(table);
        page.paragraph("Design effect: variance of the mean response over that of as many independent rows (Kish).");
    }

    private void implied(Page page, ImpliedCorrelation correlation) {
        for (String predictor : correlation.predictors()) {
            double[] values = correlation.grid(predictor);
            double[][] correlations = correlation.between(predictor, values);
            String[] header = new String[values.length + 1];
            header[0] = predictor;
            TextTable table = new TextTable(0, header);
            for (int i = 0; i < values.length; i++) {
                String[] row = new String[i + 2];
                row[0] = label(values[i]);
                header[i + 1] = row[0];
                for (int k = 0; k <= i; k++) {
                    row[k + 1] = Numbers.fixed(correlations[i][k], DECIMALS);
                }
                table.add(row);
            }
            page.line("");
            page.line("Correlation of two rows of one " + correlation.group() + ", by " + predictor + ":");
            page.table(table);
            String others = correlation.predictors().size() > 1 ? "; other predictors at their means" : "";
            page.paragraph(predictor + " at its minimum, quartiles and maximum" + others + ".");
        }
    }

    private static String label(double value) {
        return Factors.label(Double.parseDouble(Numbers.significant(value, DIGITS)));
    }

    private String[] header(String first, String... shares) {
        List<String> header = new ArrayList<>(List.of(first));
        for (String share : shares) {
            header.add(share);
            if (bootstrap != null) {
                header.add(Numbers.percent((1 - level) / 2));
                header.add(Numbers.percent((1 + level) / 2));
            }
        }
        return header.toArray(new String[0]);
    }

    /** @param shares a value and its name in the bootstrap, in turns */
    private String[] cells(String first, Object... shares) {
        List<String> cells = new ArrayList<>(List.of(first));
        for (int k = 0; k < shares.length; k += 2) {
            cells.add(Numbers.fixed((double) shares[k], DECIMALS));
            if (bootstrap != null) {
                Interval interval = bootstrap.interval((String) shares[k + 1], level);
                cells.add(Numbers.fixed(interval.lower(), DECIMALS));
                cells.add(Numbers.fixed(interval.upper(), DECIMALS));
            }
        }
        return cells.toArray(new String[0]);
    }

    /**
     * Writes all as one object and a line feed.
     *
     * @param backend that fitted the replicates
     * @param out flushed, not closed
     */
    public void write(String backend, Writer out) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            Json.model(json, fit, backend);
            if (bootstrap != null) {
                BootstrapResult result = bootstrap.result();
                Replicates.json(
                        json,
                        result.bootstrap().seed(),
                        result.bootstrap().count(),
                        result.converged(),
                        result.notConverged(),
                        result.failed(),
                        result.singular());
                Json.number(json, "level", level);
            }
            json.writeObjectFieldStart("variance");
            Json.number(json, "fixed", variances.fixed());
            json.writeObjectFieldStart("random");
            for (String group : variances.groups()) {
                Json.number(json, group, variances.random(group));
            }
            json.writeEndObject();
            Json.number(json, "residual", variances.residual());
            json.writeEndObject();
            json.writeObjectFieldStart("icc");
            for (String group : icc.groups()) {
                json.writeObjectFieldStart(group);
                share(json, "adjusted", icc.adjusted(group), "icc." + group);
                share(json, "conditional", icc.conditional(group), "icc.conditional." + group);
                Json.number(json, "designEffect", icc.designEffect(group));
                Json.number(json, "effectiveSize", icc.effectiveSize(group));
                json.writeEndObject();
            }
            json.writeEndObject();
            String all = icc.groups().size() > 1 ? "" : "." + icc.groups().get(0);
            json.writeObjectFieldStart("all");
            share(json, "adjusted", icc.adjusted(), "icc" + all);
            share(json, "conditional", icc.conditional(), "icc.conditional" + all);
            Json.number(json, "designEffect", icc.designEffect());
            Json.number(json, "effectiveSize", icc.effectiveSize());
            json.writeEndObject();
            json.writeObjectFieldStart("r2");
            share(json, "marginal", variances.marginal(), "r2.marginal");
            share(json, "conditional", variances.conditional(), "r2.conditional");
            json.writeEndObject();
            implied(json);
            Json.strings(json, "warnings", fit.warnings());
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private void share(JsonGenerator json, String name, double value, String parameter) throws IOException {
        json.writeObjectFieldStart(name);
        Json.number(json, "estimate", value);
        if (bootstrap != null) {
            Interval interval = bootstrap.interval(parameter, level);
            Json.number(json, "lower", interval.lower());
            Json.number(json, "upper", interval.upper());
        }
        json.writeEndObject();
    }

    private void implied(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("correlations");
        for (ImpliedCorrelation correlation : tabulated()) {
            for (String predictor : correlation.predictors()) {
                double[] values = correlation.grid(predictor);
                json.writeStartObject();
                json.writeStringField("group", correlation.group());
                json.writeStringField("predictor", predictor);
                Json.numbers(json, "values", values);
                json.writeArrayFieldStart("correlation");
                for (double[] row : correlation.between(predictor, values)) {
                    json.writeStartArray();
                    for (double value : row) {
                        Json.number(json, value);
                    }
                    json.writeEndArray();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
