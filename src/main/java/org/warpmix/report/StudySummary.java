package org.warpmix.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.warpmix.study.AnalysisModel;
import org.warpmix.study.Measure;
import org.warpmix.study.Study;
import org.warpmix.study.StudyReplicate;
import org.warpmix.study.StudyResult;
import org.warpmix.study.Tally;
import org.warpmix.study.TestMethod;

/** A simulation study in a page of text: a table for each parameter, a line for each condition, model and test. */
public final class StudySummary {

    private static final int DIGITS = 3;
    private static final String ERROR = "MC.err";

    private final StudyResult result;
    private final Page page = new Page();
    private final List<String> labels;
    private final boolean severalModels;

    private StudySummary(StudyResult result) {
        this.result = result;
        Set<String> names = new LinkedHashSet<>();
        result.points().forEach(point -> names.addAll(point.condition().labels().keySet()));
        labels = List.copyOf(names);
        severalModels = result.study().models().size() > 1;
    }

    /**
     * Everything.
     *
     * @param title of the study, or {@code null}
     * @param source what to call the file
     * @param formula of the truth
     * @return lines that end with a line feed each
     */
    public static String of(StudyResult result, String title, String source, String formula) {
        StudySummary summary = new StudySummary(result);
        summary.head(title, source, formula);
        Set<String> parameters = new LinkedHashSet<>();
        result.points().forEach(point -> point.tallies().forEach(tally -> parameters.addAll(tally.parameters())));
        parameters.stream().filter(name -> name.startsWith("beta.")).forEach(summary::effect);
        parameters.stream().filter(name -> !name.startsWith("beta.")).forEach(summary::variation);
        summary.fits();
        summary.notes();
        return summary.page.toString();
    }

    private void head(String title, String source, String formula) {
        Study study = result.study();
        head(page, title, source, formula, study);
        int conditions = study.conditions().size();
        page.line(conditions + (conditions == 1 ? " condition, " : " conditions, ") + "up to ".repeat(stops() ? 1 : 0)
                + study.replicates() + " replicates" + (conditions == 1 ? "" : " each") + "; seed " + study.seed()
                + ".");
    }

    private boolean stops() {
        return result.points().stream().anyMatch(StudyResult.Point::stopped);
    }

    private static void head(Page page, String title, String source, String formula, Study study) {
        page.line("Simulation study" + (title == null ? "" : ": " + title));
        page.line("Study:   " + source);
        page.line("Truth:   " + formula);
        for (AnalysisModel model : study.models()) {
            boolean named = !model.name().equals(model.text());
            String method = model.mixed() ? model.method().toString() : "least squares";
            page.line("Model:   " + (named ? model.name() + ": " : "") + model.text() + ", by " + method);
        }
    }

    private String[] start(StudyResult.Point point, Tally tally) {
        List<String> cells = new ArrayList<>();
        labels.forEach(label -> cells.add(point.condition().labels().getOrDefault(label, "")));
        if (severalModels) {
            cells.add(tally.model());
        }
        return cells.toArray(String[]::new);
    }

    private String[] header(String... rest) {
        Stream<String> model = severalModels ? Stream.of("Model") : Stream.of();
        return Stream.concat(Stream.concat(labels.stream(), model), Stream.of(rest))
                .toArray(String[]::new);
    }

    private int left() {
        return labels.size() + (severalModels ? 1 : 0);
    }

    private static String[] join(String[] start, String... rest) {
        return Stream.concat(Stream.of(start), Stream.of(rest)).toArray(String[]::new);
    }

    private void effect(String parameter) {
        TextTable table = new TextTable(
                left() + 1,
                header("Test", "Truth", "Bias", ERROR, "Emp.SE", "Model.SE", "Cover%", ERROR, "Reject%", ERROR));
        Numbers.Scale scale = scale(parameter);
        for (StudyResult.Point point : result.points()) {
            for (Tally tally : point.tallies()) {
                if (!tally.parameters().contains(parameter)) {
                    continue;
                }
                Measure bias = tally.bias(parameter);
                double spread = tally.empiricalError(parameter).value();
                for (TestMethod method : tally.methods()) {
                    boolean interval = method.hasInterval();
                    Measure coverage = interval ? tally.coverage(parameter, method) : null;
                    Measure rejection = tally.rejection(parameter, method);
                    table.add(join(
                            start(point, tally),
                            method.toString(),
                            truth(tally.truth(parameter)),
                            scale.text(bias.value(), spread),
                            Numbers.significant(bias.error(), 2),
                            scale.text(spread, spread),
                            interval
                                    ? scale.text(
                                            tally.modelError(parameter, method).value(), spread)
                                    : "",
                            interval ? percent(coverage.value()) : "",
                            interval ? percent(coverage.error()) : "",
                            percent(rejection.value()),
                            percent(rejection.error())));
                }
            }
        }
        page.line("");
        page.line(parameter + ":");
        page.table(table);
    }

    private void variation(String parameter) {
        TextTable table = new TextTable(left(), header("Truth", "Mean", "Bias", ERROR, "Emp.SE", ERROR, "RMSE"));
        Numbers.Scale scale = scale(parameter);
        for (StudyResult.Point point : result.points()) {
            for (Tally tally : point.tallies()) {
                if (!tally.parameters().contains(parameter)) {
                    continue;
                }
                Measure bias = tally.bias(parameter);
                Measure spread = tally.empiricalError(parameter);
                boolean known = !Double.isNaN(bias.value());
                table.add(join(
                        start(point, tally),
                        truth(tally.truth(parameter)),
                        scale.text(tally.mean(parameter).value(), spread.value()),
                        known ? scale.text(bias.value(), spread.value()) : "",
                        Numbers.significant(tally.mean(parameter).error(), 2),
                        scale.text(spread.value(), spread.value()),
                        Numbers.significant(spread.error(), 2),
                        known ? scale.text(tally.rootMeanSquare(parameter).value(), spread.value()) : ""));
            }
        }
        page.line("");
        page.line(parameter + ":");
        page.table(table);
    }

    private Numbers.Scale scale(String parameter) {
        return Numbers.Scale.of(
                DIGITS,
                result.points().stream()
                        .flatMap(point -> point.tallies().stream())
                        .filter(tally -> tally.parameters().contains(parameter))
                        .mapToDouble(tally -> tally.empiricalError(parameter).value())
                        .toArray());
    }

    private void fits() {
        TextTable table = new TextTable(left(), header("Replicates", "Converged%", "Singular%", "Failed%"));
        for (StudyResult.Point point : result.points()) {
            for (Tally tally : point.tallies()) {
                table.add(join(
                        start(point, tally),
                        tally.replicates() + (point.stopped() ? "*" : ""),
                        percent(tally.converged().value()),
                        percent(tally.singular().value()),
                        percent(tally.failed().value())));
            }
        }
        page.line("");
        page.line("Fits:");
        page.table(table);
    }

    private void notes() {
        page.line("");
        page.paragraph(ERROR + ": Monte Carlo standard error of the figure before it. Intervals are at "
                + Numbers.percent(result.study().level()) + ", tests at "
                + Numbers.percent(1 - result.study().level()) + "; Reject% is power, or, where zero is the truth, the"
                + " error of the first kind.");
        if (stops()) {
            page.paragraph("* ended early: the Monte Carlo errors wanted were reached.");
        }
        page.paragraph("--condition C --replicate I shows what the models made of any one data set.");
    }

    private static String truth(double value) {
        return Double.isNaN(value) ? "" : Numbers.shortest(value, 4);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "" : Numbers.fixed(100 * share, 2);
    }

    /** What the models made of one replicate. */
    public static String of(StudyReplicate replicate, String title, String source, String formula) {
        Page page = new Page();
        Study study = replicate.study();
        head(page, title, source, formula, study);
        String name = study.conditions().get(replicate.condition()).name();
        page.line("Condition " + (replicate.condition() + 1) + (name.isEmpty() ? "" : " (" + name + ")")
                + ", replicate " + replicate.replicate() + "; seed " + study.seed() + ".");
        for (StudyReplicate.ModelFit fit : replicate.fits()) {
            page.line("");
            page.line(fit.model() + ": " + Words.of(fit.status()) + (fit.singular() ? ", singular" : "") + ".");
            TextTable table = new TextTable(1, "", "Truth", "Estimate", "Std.Error", "df", "p");
            for (StudyReplicate.Estimate estimate : fit.estimates()) {
                table.add(estimate.name(), truth(estimate.truth()), Numbers.significant(estimate.estimate(), 6));
                for (StudyReplicate.Test test : estimate.tests()) {
                    table.add(
                            "  " + test.method(),
                            "",
                            "",
                            Double.isNaN(test.standardError()) ? "" : Numbers.significant(test.standardError(), 6),
                            Double.isFinite(test.degrees()) ? Numbers.fixed(test.degrees(), 1) : "",
                            Numbers.p(test.p()));
                }
            }
            page.table(table);
        }
        return page.toString();
    }
}
