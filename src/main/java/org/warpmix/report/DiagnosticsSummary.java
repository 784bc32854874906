package org.warpmix.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.inference.diagnosis.Diagnostics;
import org.warpmix.inference.diagnosis.EffectDiagnostics;
import org.warpmix.inference.diagnosis.Influence;
import org.warpmix.inference.diagnosis.Influence.Deletion;
import org.warpmix.inference.diagnosis.Normality;
import org.warpmix.inference.diagnosis.RobustCheck;
import org.warpmix.inference.diagnosis.RowDiagnostics;
import org.warpmix.inference.diagnosis.Singularity;
import org.warpmix.inference.diagnosis.VarianceTest;
import org.warpmix.inference.effects.ClusterRobust;

/** Diagnostics of a fit in a page of text: what stands out first, and what to do about it. */
public final class DiagnosticsSummary {

    private static final int LISTED = 5;
    private static final int DIGITS = 3;
    private static final double SIGNIFICANT = 0.05;

    private final Diagnostics diagnostics;
    private final Fit fit;
    private final Page page = new Page();

    private DiagnosticsSummary(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
        this.fit = diagnostics.fit();
    }

    /**
     * The page.
     *
     * @param source what to call the data, e.g. the file's name
     * @param groups whether to leave out groups
     * @param rows whether to look at rows
     * @return lines that end with a line feed each
     */
    public static String of(Diagnostics diagnostics, String source, boolean groups, boolean rows) {
        DiagnosticsSummary summary = new DiagnosticsSummary(diagnostics);
        summary.page.head("Diagnostics of a linear mixed model", diagnostics.fit(), source);
        summary.singularities();
        if (groups) {
            summary.influence(diagnostics.groups());
        }
        if (rows) {
            summary.rows();
        }
        summary.distributions();
        if (groups) {
            summary.robust();
        }
        summary.page.notes(diagnostics.fit());
        return summary.page.toString();
    }

    private void singularities() {
        for (Singularity singularity : diagnostics.singularities()) {
            page.line("");
            page.paragraph("Singular: " + singularity.explanation() + " " + singularity.advice());
        }
    }

    private void influence(Influence influence) {
        page.line("");
        page.line("Most influential levels of " + influence.unit() + ":");
        List<Deletion> sorted = influence.mostInfluential();
        page.table(deletions(influence, sorted.subList(0, Math.min(LISTED, sorted.size())), influence.unit()));
        page.paragraph("Exact refits without each of "
                + (influence.complete()
                        ? "the " + influence.units() + " levels"
                        : influence.deletions().size() + " of the " + influence.units()
                                + " levels, those that move the fixed effects most to first order")
                + ". Cook: distance of the fixed effects; moves: the one that changes most, in standard errors; sigma and the"
                + " standard deviation (sd) that changes most, in percent.");
        verdict(influence, sorted, influence.unit());
    }

    private static TextTable deletions(Influence influence, List<Deletion> listed, String header) {
        TextTable table = new TextTable(1, header, "rows", "Cook", "moves", "by se", "sigma", "sd", "by");
        for (Deletion deletion : listed) {
            String rows = Integer.toString(deletion.rows());
            if (deletion.status() == ReplicateStatus.FAILED) {
                table.add(deletion.label(), rows, "no fit");
                continue;
            }
            int effect = mostMoved(influence, deletion);
            int sd = mostChanged(influence, deletion);
            table.add(
                    deletion.label(),
                    rows,
                    Numbers.significant(deletion.cooksDistance(), DIGITS),
                    effect < 0 ? "" : effects(influence).get(effect),
                    effect < 0 ? "" : signed(influence.shift(deletion, effect), 2),
                    percent(change(influence, deletion, 0)),
                    sd < 0 ? "" : influence.names().get(sd).substring("sd.".length()),
                    sd < 0 ? "" : percent(change(influence, deletion, sd)));
        }
        return table;
    }

    private static List<String> effects(Influence influence) {
        return influence.names().stream()
                .filter(name -> name.startsWith("beta."))
                .map(name -> name.substring("beta.".length()))
                .toList();
    }

    private static int mostMoved(Influence influence, Deletion deletion) {
        int most = -1;
        for (int j = 0; j < deletion.standardErrors().length; j++) {
            if (most < 0 || Math.abs(influence.shift(deletion, j)) > Math.abs(influence.shift(deletion, most))) {
                most = j;
            }
        }
        return most;
    }

    /** The standard deviation of random effects that changes most, or −1 where all are zero. */
    private static int mostChanged(Influence influence, Deletion deletion) {
        int most = -1;
        for (int k = 0; k < influence.names().size(); k++) {
            double change = Math.abs(change(influence, deletion, k));
            if (influence.names().get(k).startsWith("sd.")
                    && Double.isFinite(change)
                    && (most < 0 || change > Math.abs(change(influence, deletion, most)))) {
                most = k;
            }
        }
        return most;
    }

    private static double change(Influence influence, Deletion deletion, int parameter) {
        return deletion.estimates()[parameter] / influence.estimates()[parameter] - 1;
    }

    private static String percent(double share) {
        return signed(100 * share, 1) + "%";
    }

    private static String signed(double value, int decimals) {
        return (value > 0 ? "+" : "") + Numbers.fixed(value, decimals);
    }

    /** What follows from the deletions. */
    private void verdict(Influence influence, List<Deletion> sorted, String unit) {
        List<String> findings = new ArrayList<>();
        for (Deletion deletion : sorted) {
            String without = "Without " + unit + " " + deletion.label() + " ";
            if (deletion.status() == ReplicateStatus.FAILED) {
                findings.add(without + "there is no fit: only there do the data tell of some effect.");
                continue;
            }
            List<String> effects = effects(influence);
            for (int j = 0; j < effects.size(); j++) {
                double shift = influence.shift(deletion, j);
                if (influence.turns(deletion, j)) {
                    findings.add(without + effects.get(j) + " changes whether it is significant at 5%.");
                } else if (Math.abs(shift) > 1) {
                    findings.add(without + effects.get(j) + " moves by " + signed(shift, 1) + " standard errors.");
                }
            }
            if (deletion.singular() && !fit.convergence().singular()) {
                findings.add(without + "the fit is singular.");
            }
        }
        if (findings.isEmpty()) {
            page.paragraph(
                    "None moves a fixed effect by a standard error or changes what is significant at 5%: nothing to do.");
            return;
        }
        for (String finding : findings.subList(0, Math.min(LISTED, findings.size()))) {
            page.paragraph("! " + finding);
        }
        int more = findings.size() - LISTED;
        page.paragraph((more > 0 ? "And " + more + " more findings of the kind (--json has all). " : "")
                + "Check these data against their source; if they are right, report the fit with and without them.");
    }

    private void rows() {
        RowDiagnostics rows = diagnostics.rows();
        Influence refits = diagnostics.refittedRows();
        double[] leverage = rows.leverage();
        double[] residuals = rows.standardized();
        int[] numbers = fit.design().data().rows();
        TextTable table =
                new TextTable(1, "row", "residual", "leverage", "Cook", "moves", "by se", "sigma", "sd", "by");
        page.line("");
        page.line("Rows that stand out:");
        List<Deletion> sorted = refits.mostInfluential();
        for (Deletion deletion : sorted) {
            int row = Arrays.binarySearch(numbers, Integer.parseInt(deletion.label()) - 1);
            int effect = mostMoved(refits, deletion);
            int sd = mostChanged(refits, deletion);
            boolean failed = deletion.status() == ReplicateStatus.FAILED;
            table.add(
                    deletion.label(),
                    Numbers.fixed(residuals[row], 2),
                    Numbers.fixed(leverage[row], 3),
                    failed ? "no fit" : Numbers.significant(deletion.cooksDistance(), DIGITS),
                    effect < 0 || failed ? "" : effects(refits).get(effect),
                    effect < 0 || failed ? "" : signed(refits.shift(deletion, effect), 2),
                    failed ? "" : percent(change(refits, deletion, 0)),
                    sd < 0 || failed ? "" : refits.names().get(sd).substring("sd.".length()),
                    sd < 0 || failed ? "" : percent(change(refits, deletion, sd)));
        }
        page.table(table);
        page.paragraph(
                "The rows with the largest Cook's distance at fixed theta and those with the largest residual, over its"
                        + " standard deviation; Cook and what follows it by exact refits without the row, theta included.");
        verdict(refits, sorted, "row");
    }

    private void distributions() {
        page.line("");
        page.line("Residuals and random effects, standardised:");
        TextTable table = new TextTable(2, "", "Test", "Skewness", "Kurtosis", "Statistic", "df", "p");
        Normality residuals = diagnostics.residualNormality();
        addNormality(table, "residuals", residuals);
        List<String> findings = new ArrayList<>();
        if (residuals.p() < SIGNIFICANT) {
            findings.add("The residuals are not normal (skewness " + Numbers.fixed(residuals.skewness(), 2)
                    + ", excess kurtosis " + Numbers.fixed(residuals.kurtosis(), 2)
                    + "): fixed effects stand it when groups are many; check outliers, a transformation of the response,"
                    + " and a bootstrap (warpmix bootstrap --type residual).");
        }
        for (VarianceTest test : diagnostics.residualVariance()) {
            add(table, "residuals", test);
            if (test.p() < SIGNIFICANT) {
                findings.add(
                        "The residual variance is not the same across " + test.against()
                                + ": transform the response, or give weights; standard errors below do without that assumption.");
            }
        }
        for (EffectDiagnostics effect : diagnostics.randomEffects()) {
            String name = effect.group() + " " + effect.name();
            addNormality(table, name, effect.normality());
            add(table, name, effect.variance());
            if (effect.normality().p() < SIGNIFICANT) {
                findings.add("The random effects " + name + " are not normal: look for groups apart, or a missing"
                        + " predictor of groups.");
            }
        }
        page.table(table);
        page.paragraph(
                "Normality by Anderson and Darling; equal variance by Koenker's score test, and between levels by"
                        + " Bartlett's test of log variances, corrected for kurtosis. Shrinkage makes random effects look more normal"
                        + " than they are.");
        for (String finding : findings) {
            page.paragraph("! " + finding);
        }
    }

    private static void addNormality(TextTable table, String of, Normality normality) {
        table.add(
                of,
                "normality",
                Numbers.fixed(normality.skewness(), 2),
                Numbers.fixed(normality.kurtosis(), 2),
                Numbers.fixed(normality.statistic(), 3),
                "",
                Numbers.p(normality.p()));
    }

    private static void add(TextTable table, String of, VarianceTest test) {
        if (Double.isNaN(test.statistic())) {
            return; // nothing to depend on, such as a fixed part that is the same in all levels
        }
        table.add(
                of,
                "variance on " + test.against(),
                "",
                "",
                Numbers.fixed(test.statistic(), 3),
                Numbers.significant(test.degrees(), DIGITS),
                Numbers.p(test.p()));
    }

    private void robust() {
        Optional<RobustCheck> found = diagnostics.robust();
        page.line("");
        if (found.isEmpty()) {
            page.paragraph("No robust standard errors: the grouping factors are crossed, or others are not nested in "
                    + diagnostics.factor() + ", so that its levels are not independent.");
            return;
        }
        RobustCheck check = found.get();
        page.line("Conclusions under robust standard errors:");
        TextTable table = new TextTable(1, "", "Estimate", "Std.Error", "p", "robust SE", "df", "robust p");
        List<String> findings = new ArrayList<>();
        for (RobustCheck.Effect effect : check.effects()) {
            Numbers.Scale scale = Numbers.Scale.of(DIGITS + 1, effect.modelError());
            table.add(
                    effect.name(),
                    scale.text(effect.estimate(), effect.modelError()),
                    scale.text(effect.modelError(), effect.modelError()),
                    Numbers.p(effect.modelP()),
                    scale.text(effect.robustError(), effect.modelError()),
                    Numbers.significant(effect.robustDegrees(), DIGITS),
                    Numbers.p(effect.robustP()));
            if (!effect.agrees()) {
                findings.add(
                        effect.name() + " is significant at 5% by one standard error and not by the other: do not rest"
                                + " a claim on it.");
            } else if (effect.far()) {
                findings.add("The standard errors of " + effect.name()
                        + " are far apart: the covariances of the model do not"
                        + " fit; is a random slope missing, or the variance unequal?");
            }
        }
        page.table(table);
        page.paragraph("Robust: " + check.type() + " over the " + check.clusters() + " levels of " + check.cluster()
                + "; p of the model"
                + (check.type() == ClusterRobust.Type.CR2 ? " and robust ones" : "")
                + " with Satterthwaite's degrees of freedom.");
        if (findings.isEmpty()) {
            page.paragraph("The conclusions at 5% hold.");
        }
        for (String finding : findings) {
            page.paragraph("! " + finding);
        }
    }
}
