package org.warpmix.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.warpmix.likelihood.Method;
import org.warpmix.many.ClusterPermutation;
import org.warpmix.many.ClusterResult;
import org.warpmix.many.ClusterResult.TestedCluster;
import org.warpmix.many.ClusterStatistic;
import org.warpmix.many.ColumnEstimates;
import org.warpmix.many.FalseDiscovery;
import org.warpmix.many.ManyResponses;
import org.warpmix.many.ManyResult;

/** The fits of many columns in a page of text: how they ended, what they find, and the columns that stand out. */
public final class ManySummary {

    private static final double LEVEL = 0.05;
    private static final int MOST_SHOWN = 10;
    private static final int DIGITS = 4;

    private ManySummary() {}

    /**
     * The page.
     *
     * @param clusters the permutation test, or {@code null}
     * @param source what to call the data, e.g. the file's name
     * @param responses what to call the responses
     */
    public static String of(
            ManyResult result, FalseDiscovery discovery, ClusterResult clusters, String source, String responses) {
        ManyResponses many = result.many();
        Page page = new Page();
        page.line("One linear mixed model, many responses, fit by "
                + (many.model().method() == Method.ML ? "maximum likelihood" : "REML"));
        page.line("Formula: " + rightSide(many));
        page.line("Data:    " + source);
        page.line("Columns: " + many.columns() + " of " + responses + ", " + many.rows() + " rows"
                + (many.dropped() > 0 ? " (" + many.dropped() + " more lack a predictor)" : ""));
        StringBuilder groups = new StringBuilder();
        for (Map.Entry<String, Integer> group : many.groups().entrySet()) {
            groups.append(groups.isEmpty() ? "" : ", ")
                    .append(group.getKey())
                    .append(' ')
                    .append(group.getValue());
        }
        page.line("Groups:  " + groups);
        page.line("");
        page.paragraph(ended(result));
        page.line("");
        discoveries(result, discovery, page);
        page.paragraph(Degrees.line(many.degrees()) + " q: " + words(discovery) + ", over the columns of a term.");
        List<String> terms = many.coefficients();
        for (int j = 0; j < terms.size(); j++) {
            if (terms.size() == 1 || !terms.get(j).equals("(Intercept)")) {
                page.line("");
                top(result, j, terms.get(j), discovery, page);
            }
        }
        if (clusters != null) {
            page.line("");
            clusters(clusters, page);
        }
        if (!many.droppedCoefficients().isEmpty()) {
            page.line("");
            page.paragraph("Note: the fixed effects are linearly dependent: dropped "
                    + String.join(", ", many.droppedCoefficients()) + ".");
        }
        return page.toString();
    }

    private static String ended(ManyResult result) {
        StringBuilder text = new StringBuilder().append(result.many().columns()).append(" columns: ");
        text.append(result.converged()).append(" converged");
        if (result.notConverged() > 0) {
            text.append(", ").append(result.notConverged()).append(" did not (their best estimates count)");
        }
        if (result.failed() > 0) {
            text.append(", ")
                    .append(result.failed())
                    .append(" have no estimates (constant, explained by X, infinite, or without the rows that tell all"
                            + " effects apart)");
        }
        text.append("; ")
                .append(result.singular() == 0 ? "none" : result.singular())
                .append(result.singular() > 1 ? " are singular" : " is singular");
        if (result.incomplete() > 0) {
            text.append("; ").append(result.incomplete()).append(" lack some rows and are fitted to the others");
        }
        return text.append('.').toString();
    }

    private static void discoveries(ManyResult result, FalseDiscovery discovery, Page page) {
        TextTable table = new TextTable(1, "Term", "Tested", "p <= 0.05", "q <= 0.05", "Smallest p");
        List<String> terms = result.many().coefficients();
        for (int j = 0; j < terms.size(); j++) {
            int tested = 0;
            int[] counts = new int[2];
            double least = Double.NaN;
            double[] q = discovery.adjust(result.p(j));
            for (int c = 0; c < q.length; c++) {
                double p = result.p(j)[c];
                tested += Double.isNaN(p) ? 0 : 1;
                counts[0] += p <= LEVEL ? 1 : 0;
                counts[1] += q[c] <= LEVEL ? 1 : 0;
                least = least <= p ? least : Double.isNaN(p) ? least : p;
            }
            table.add(terms.get(j), "" + tested, "" + counts[0], "" + counts[1], Numbers.p(least));
        }
        page.table(table);
    }

    private static void top(ManyResult result, int j, String term, FalseDiscovery discovery, Page page) {
        int[] columns = result.smallest(j, MOST_SHOWN);
        page.line("Smallest p of " + term + ":");
        TextTable table = new TextTable(1, "Column", "Estimate", "Std.Error", "df", "t", "p", "q");
        double[] q = discovery.adjust(result.p(j));
        for (int column : columns) {
            ColumnEstimates unit = result.unitOf(column);
            int c = column - unit.first();
            double error = unit.standardErrors()[j][c];
            Numbers.Scale scale = Numbers.Scale.of(DIGITS, error);
            table.add(
                    result.many().responses().names().get(column),
                    scale.text(unit.beta()[j][c], error),
                    scale.text(error, error),
                    Numbers.fixed(unit.degrees()[j][c], 1),
                    Numbers.fixed(unit.t(j, c), 2),
                    Numbers.p(result.p(j)[column]),
                    Numbers.p(q[column]));
        }
        page.table(table);
    }

    private static void clusters(ClusterResult clusters, Page page) {
        ClusterPermutation asked = clusters.request();
        page.paragraph("Permutation test of " + asked.term() + " over neighbouring columns, by "
                + words(asked.statistic())
                + (asked.statistic() == ClusterStatistic.MASS
                        ? ", threshold " + Numbers.significant(clusters.threshold(), DIGITS)
                        : "")
                + "; scheme " + Words.of(asked.scheme()) + ".");
        TextTable table = new TextTable(2, "From", "To", "Columns", "Sum of t", "Peak", "p");
        List<String> names = asked.many().responses().names();
        int shown = 0;
        for (TestedCluster tested : clusters.clusters()) {
            if (++shown > MOST_SHOWN) {
                break;
            }
            int[] columns = tested.cluster().columns().clone();
            Arrays.sort(columns);
            table.add(
                    names.get(columns[0]),
                    names.get(columns[columns.length - 1]),
                    "" + columns.length,
                    Numbers.fixed(tested.cluster().mass(), 1),
                    names.get(tested.peak()),
                    Numbers.p(tested.p()));
        }
        if (clusters.clusters().isEmpty()) {
            page.line(
                    asked.statistic() == ClusterStatistic.MASS
                            ? "No column is beyond the threshold."
                            : "No column has p <= 0.05.");
        } else {
            page.table(table);
            int more = clusters.clusters().size() - MOST_SHOWN;
            if (more > 0) {
                page.line("and " + more + " more with larger p.");
            }
        }
        String reckoned = clusters.exact()
                ? "p is exact: these are all " + clusters.permutations() + " arrangements."
                : clusters.permutations() + " permutations, seed " + asked.seed()
                        + "; the smallest p that they can give is " + Numbers.p(1.0 / (1 + clusters.permutations()))
                        + ".";
        page.paragraph("p is familywise, over all columns. " + reckoned
                + (clusters.failed() > 0
                        ? " " + clusters.failed() + " refits failed; their permutations count as at least as large."
                        : ""));
    }

    private static String words(ClusterStatistic statistic) {
        return switch (statistic) {
            case MASS -> "cluster mass";
            case TFCE -> "threshold-free cluster enhancement";
            case MAXIMUM -> "the largest statistic";
        };
    }

    private static String words(FalseDiscovery discovery) {
        return switch (discovery) {
            case BH -> "false discovery rate by Benjamini and Hochberg";
            case BY -> "false discovery rate by Benjamini and Yekutieli";
            case STOREY -> "false discovery rate by Storey";
        };
    }

    /** The formula as it is shown: the response is no column. */
    static String rightSide(ManyResponses many) {
        String formula = many.model().formula().toString();
        return formula.substring(formula.indexOf('~'));
    }
}
