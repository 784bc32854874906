package org.warpmix.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.warpmix.fit.Convergence;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.Residual;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.inference.effects.ContrastTest;
import org.warpmix.inference.effects.FixedEffectsInference;
import org.warpmix.likelihood.Method;

/** A fit in a page of text, laid out as users of lme4 know it, for 80 columns. */
public final class Summary {

    private static final int MOST_CORRELATED = 8;
    private static final int DIGITS = 4;

    private final Fit fit;
    private final ReportOptions options;
    private final Page page = new Page();

    private Summary(Fit fit, ReportOptions options) {
        this.fit = fit;
        this.options = options;
    }

    /**
     * The summary.
     *
     * @param source what to call the data, e.g. the file's name
     * @return lines that end with a line feed each
     */
    public static String of(Fit fit, String source, ReportOptions options) {
        Summary summary = new Summary(fit, options);
        summary.page.head("Linear mixed model", fit, source);
        summary.criterion();
        summary.residuals();
        summary.randomEffects();
        summary.sizes();
        FixedEffectsInference inference =
                FixedEffectsInference.of(fit, options.degrees().method());
        summary.fixedEffects(inference);
        summary.correlations(inference);
        IterativeReport.write(fit, summary.page);
        if (options.ranef()) {
            Lists.conditionalModes(fit, summary.page.text());
        }
        if (options.fitted()) {
            Lists.fittedValues(fit, summary.page.text());
        }
        summary.convergence();
        return summary.page.toString();
    }

    private void criterion() {
        page.line("");
        TextTable table =
                new TextTable(0, isMl() ? "-2 log-lik." : "REML criterion", "logLik", "AIC", "BIC", "Parameters");
        table.add(
                Numbers.fixed(fit.criterion(), 2),
                Numbers.fixed(fit.logLik(), 2),
                Numbers.fixed(fit.aic(), 2),
                Numbers.fixed(fit.bic(), 2),
                Integer.toString(fit.parameters()));
        page.table(table);
    }

    private boolean isMl() {
        return fit.model().method() == Method.ML;
    }

    private void residuals() {
        if (!fit.keepsRows()) {
            return;
        }
        double[] residuals = fit.residuals(Residual.STANDARDIZED);
        Arrays.sort(residuals);
        String[] quartiles = new String[5];
        for (int k = 0; k < quartiles.length; k++) {
            quartiles[k] = Numbers.fixed(quantile(residuals, k / 4.0), 4);
        }
        page.line("");
        page.line("Scaled residuals:");
        TextTable table = new TextTable(0, "Min", "1Q", "Median", "3Q", "Max");
        table.add(quartiles);
        page.table(table);
    }

    /** Between the order statistics, as R's type 7. */
    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private void randomEffects() {
        List<VarianceComponent> components = fit.randomEffects();
        int effects = 0;
        int widest = 1;
        for (VarianceComponent component : components) {
            effects += component.size();
            widest = Math.max(widest, component.size());
        }
        double[] deviations = new double[effects + 1];
        double[] variances = new double[effects + 1];
        int next = 0;
        for (VarianceComponent component : components) {
            for (int i = 0; i < component.size(); i++) {
                variances[next] = component.covariance(i, i);
                deviations[next++] = component.standardDeviation(i);
            }
        }
        variances[next] = fit.sigma() * fit.sigma();
        deviations[next] = fit.sigma();
        String[] variance = Numbers.column(DIGITS, variances);
        String[] deviation = Numbers.column(DIGITS, deviations);

        String[] header = new String[3 + widest];
        Arrays.fill(header, "");
        System.arraycopy(new String[] {"Group", "Name", "Variance", "Std.Dev."}, 0, header, 0, 4);
        if (widest > 1) {
            header[4] = "Corr";
        }
        TextTable table = new TextTable(2, header);
        next = 0;
        for (VarianceComponent component : components) {
            for (int i = 0; i < component.size(); i++) {
                String[] row = new String[4 + i];
                row[0] = i == 0 ? component.group() : "";
                row[1] = component.names()[i];
                row[2] = variance[next];
                row[3] = deviation[next++];
                for (int j = 0; j < i; j++) {
                    row[4 + j] = Numbers.fixed(component.correlation(i, j), 2);
                }
                table.add(row);
            }
        }
        table.add("Residual", "", variance[next], deviation[next]);
        page.line("");
        page.line("Random effects:");
        page.table(table);
    }

    private void sizes() {
        StringBuilder sizes = new StringBuilder();
        sizes.append("Observations: ").append(fit.nobs());
        if (fit.dropped() > 0) {
            sizes.append(" (").append(fit.dropped()).append(" more left out: ");
            sizes.append(fit.model().options().weights() == null ? "" : "weight zero or ");
            sizes.append("something missing)");
        }
        sizes.append("; groups:");
        String separator = " ";
        for (Map.Entry<String, Integer> group : fit.groups().entrySet()) {
            sizes.append(separator).append(group.getKey()).append(' ').append(group.getValue());
            separator = ", ";
        }
        page.paragraph(sizes.toString());
        Map<String, Double> shares = fit.icc();
        if (!shares.isEmpty()) {
            StringBuilder line = new StringBuilder("Intraclass correlation (share of the variance):");
            separator = " ";
            for (Map.Entry<String, Double> share : shares.entrySet()) {
                line.append(separator).append(share.getKey()).append(' ').append(Numbers.fixed(share.getValue(), 3));
                separator = ", ";
            }
            page.paragraph(line.toString());
        }
    }

    private void fixedEffects(FixedEffectsInference inference) {
        FixedEffects fixed = inference.fit().fixedEffects();
        page.line("");
        if (fixed.size() == 0) {
            page.line("No fixed effects.");
            return;
        }
        boolean tests = options.degrees() != Degrees.NONE;
        boolean intervals = tests && options.intervals();
        ContrastTest[] test = new ContrastTest[fixed.size()];
        double[] errors = new double[fixed.size()];
        for (int j = 0; j < errors.length; j++) {
            test[j] = inference.coefficient(j);
            errors[j] = test[j].standardError();
        }
        Numbers.Scale scale = Numbers.Scale.of(DIGITS, errors);
        double tail = 0.5 * (1 - options.level());
        String[] header = {"", "Estimate", "Std.Error", "t", "df", "p", Numbers.percent(tail), Numbers.percent(1 - tail)
        };
        TextTable table = new TextTable(1, Arrays.copyOf(header, intervals ? 8 : tests ? 6 : 4));
        for (int j = 0; j < errors.length; j++) {
            String[] row = new String[intervals ? 8 : tests ? 6 : 4];
            row[0] = fixed.name(j);
            row[1] = scale.text(fixed.estimate(j), errors[j]);
            row[2] = scale.text(errors[j], errors[j]);
            row[3] = Numbers.fixed(test[j].t(), 3);
            if (tests) {
                row[4] = Numbers.fixed(test[j].degrees(), options.degrees() == Degrees.RESIDUAL ? 0 : 1);
                row[5] = Numbers.p(test[j].p());
            }
            if (intervals) {
                double margin = test[j].margin(options.level());
                row[6] = scale.text(fixed.estimate(j) - margin, errors[j]);
                row[7] = scale.text(fixed.estimate(j) + margin, errors[j]);
            }
            table.add(row);
        }
        page.line("Fixed effects:");
        page.table(table);
        page.paragraph(
                tests
                        ? Degrees.line(options.degrees().method())
                        : "No degrees of freedom were asked for, hence no p-values.");
        for (String note : inference.notes()) {
            page.paragraph("Note: " + note);
        }
    }

    private void correlations(FixedEffectsInference inference) {
        FixedEffects fixed = inference.fit().fixedEffects();
        double[] covariance = inference.covariance();
        int p = fixed.size();
        if (p < 2 || p > MOST_CORRELATED) {
            return;
        }
        String[] header = new String[p];
        header[0] = "";
        for (int j = 1; j < p; j++) {
            header[j] = Integer.toString(j);
        }
        TextTable table = new TextTable(1, header);
        for (int i = 0; i < p; i++) {
            String[] row = new String[Math.min(i, p - 1) + 1];
            row[0] = (i + 1) + " " + fixed.name(i);
            for (int j = 0; j < i; j++) {
                double product = covariance[i * (p + 1)] * covariance[j * (p + 1)];
                row[j + 1] = Numbers.fixed(covariance[i + j * p] / Math.sqrt(product), 3);
            }
            table.add(row);
        }
        page.line("");
        page.line("Correlation of the fixed effects:");
        page.table(table);
    }

    private void convergence() {
        Convergence convergence = fit.convergence();
        page.line("");
        String gradient = "largest gradient " + Numbers.significant(convergence.gradientNorm(), 2) + ".";
        if (!convergence.searched()) {
            page.line("Evaluated at the given theta, without a search; " + gradient);
        } else {
            String outcome = convergence.converged() ? "Converged" : "Not converged";
            page.line(outcome + " after " + convergence.evaluations() + " evaluations; " + gradient);
        }
        page.notes(fit);
    }
}
