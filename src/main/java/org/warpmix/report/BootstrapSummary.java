package org.warpmix.report;

import java.util.List;
import java.util.Locale;
import org.warpmix.inference.Bootstrap;
import org.warpmix.inference.BootstrapResult;
import org.warpmix.inference.Interval;
import org.warpmix.inference.IntervalType;
import org.warpmix.inference.ParameterSummary;

/**
 * A bootstrap in a page of text: bias, spread and intervals of each parameter, and how the replicates ended. Theta is left to
 * JSON: readers know standard deviations and correlations.
 */
public final class BootstrapSummary {

    private static final int DIGITS = 4;
    private static final double NEGLIGIBLE = 1e-4;
    private static final String ERROR = "MC.err";

    private final BootstrapResult result;
    private final List<ParameterSummary> parameters;
    private final Page page = new Page();

    private BootstrapSummary(BootstrapResult result, String source) {
        this.result = result;
        this.parameters = result.parameters().stream()
                .filter(parameter -> !parameter.name().startsWith("theta."))
                .toList();
        Bootstrap bootstrap = result.bootstrap();
        String type = Words.of(bootstrap.type());
        String title = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
        page.head(title + " bootstrap of a linear mixed model", bootstrap.fit(), source);
    }

    /**
     * Everything.
     *
     * @param source what to call the data, e.g. the file's name
     * @return lines that end with a line feed each
     */
    public static String of(BootstrapResult result, String source, List<IntervalType> types, double level) {
        BootstrapSummary summary = new BootstrapSummary(result, source);
        summary.moments();
        summary.intervals(types, level);
        summary.replicates();
        summary.page.paragraph(Replicates.drawn(result.bootstrap().seed()));
        summary.page.notes(result.bootstrap().fit());
        return summary.page.toString();
    }

    /** The intervals, without bias and spread; else as {@link #of}. */
    public static String intervals(BootstrapResult result, String source, List<IntervalType> types, double level) {
        BootstrapSummary summary = new BootstrapSummary(result, source);
        summary.intervals(types, level);
        summary.replicates();
        summary.page.line("Seed " + result.bootstrap().seed() + ".");
        summary.page.notes(result.bootstrap().fit());
        return summary.page.toString();
    }

    private void moments() {
        TextTable table = new TextTable(1, "", "Estimate", "Bias", ERROR, "Std.Dev.", ERROR);
        for (ParameterSummary parameter : parameters) {
            double unit = unit(parameter);
            Numbers.Scale scale = Numbers.Scale.of(DIGITS, unit);
            table.add(
                    parameter.name(),
                    scale.text(parameter.estimate(), unit),
                    scale.text(parameter.bias(), unit),
                    Numbers.significant(parameter.meanError(), 2),
                    scale.text(parameter.standardDeviation(), unit),
                    Numbers.significant(parameter.standardDeviationError(), 2));
        }
        page.line("");
        page.table(table);
    }

    private void intervals(List<IntervalType> types, double level) {
        String lower = Numbers.percent((1 - level) / 2);
        String upper = Numbers.percent((1 + level) / 2);
        for (IntervalType type : types) {
            TextTable table = new TextTable(1, "", "Estimate", lower, ERROR, upper, ERROR);
            for (ParameterSummary parameter : parameters) {
                if (has(parameter, type)) {
                    Interval interval = result.interval(parameter.name(), type, level);
                    double unit = unit(parameter);
                    Numbers.Scale scale = Numbers.Scale.of(DIGITS, unit);
                    table.add(
                            parameter.name(),
                            scale.text(parameter.estimate(), unit),
                            scale.text(interval.lower(), unit),
                            Numbers.significant(interval.lowerError(), 2),
                            scale.text(interval.upper(), unit),
                            Numbers.significant(interval.upperError(), 2));
                }
            }
            page.line("");
            page.line("Intervals, " + Words.of(type) + ":");
            page.table(table);
        }
    }

    private void replicates() {
        page.paragraph(
                ERROR + ": Monte Carlo standard error of the figure before it; more replicates make it smaller.");
        String caveat = result.bootstrap().type().caveat();
        if (caveat != null) {
            page.paragraph(caveat);
        }
        page.line("");
        long estimated = result.replicates() - result.failed();
        page.paragraph(Replicates.ended(
                result.replicates(),
                result.bootstrap().count(),
                result.notConverged(),
                result.failed(),
                result.singular()));
        for (ParameterSummary parameter : parameters) {
            if (parameter.count() < estimated) {
                page.paragraph(parameter.name() + " is from " + parameter.count()
                        + " replicates: in the others a variance is zero, and there is no correlation.");
            }
        }
    }

    /** What tells how many decimals are worth showing: the spread, unless it is rounding. */
    private static double unit(ParameterSummary parameter) {
        return Math.max(parameter.standardDeviation(), NEGLIGIBLE * Math.abs(parameter.estimate()));
    }

    /** Only fixed effects have standard errors to studentise with. */
    static boolean has(ParameterSummary parameter, IntervalType type) {
        return type != IntervalType.STUDENTISED || parameter.name().startsWith("beta.");
    }
}
