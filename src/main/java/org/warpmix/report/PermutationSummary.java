package org.warpmix.report;

import org.warpmix.inference.Permutation;
import org.warpmix.inference.PermutationResult;
import org.warpmix.replicate.PermutationScheme;

/** A permutation test in a page of text: the statistic, its p-value, and what the test assumes. */
public final class PermutationSummary {

    private PermutationSummary() {}

    /**
     * The page.
     *
     * @param source what to call the data, e.g. the file's name
     * @return lines that end with a line feed each
     */
    public static String of(PermutationResult result, String source) {
        Permutation permutation = result.permutation();
        Page page = new Page();
        page.head("Permutation test of a linear mixed model", permutation.fit(), source);
        page.line("");
        TextTable table = new TextTable(2, "Term", "Scheme", "Wald", "As extreme", "p", "MC.err");
        table.add(
                permutation.term(),
                Words.of(permutation.scheme()),
                Numbers.significant(result.observed(), 5),
                Long.toString(result.extreme()),
                Numbers.p(result.p()),
                Numbers.significant(result.pError(), 2));
        page.table(table);
        page.paragraph(reckoning(result));
        page.paragraph("Assumed under the null hypothesis: " + assumption(permutation.scheme()));
        page.line("");
        long asked = result.exact() ? result.replicates() : permutation.count();
        page.paragraph(Replicates.ended(
                result.replicates(), asked, result.notConverged(), result.failed(), result.singular()));
        if (!result.exact()) {
            page.paragraph(Replicates.drawn(permutation.seed()));
        }
        page.notes(permutation.fit());
        return page.toString();
    }

    private static String reckoning(PermutationResult result) {
        return result.exact()
                ? "p is exact: these are all arrangements, " + result.extreme() + " of " + result.replicates()
                        + " with a Wald statistic as large as that observed."
                : "p = (1 + " + result.extreme() + ")/(1 + " + result.replicates()
                        + "), since the data observed are one"
                        + " arrangement, too. MC.err: Monte Carlo standard error of p.";
    }

    private static String assumption(PermutationScheme scheme) {
        return switch (scheme) {
            case FREEDMAN_LANE -> "the decorrelated residuals of the model without the term are exchangeable.";
            case TER_BRAAK -> "the decorrelated residuals of the model are exchangeable.";
            case SIGN_FLIP -> "the errors of each group are symmetric about zero.";
            case WITHIN_GROUPS -> "the errors of rows within a group are exchangeable.";
            case WHOLE_GROUPS -> "the errors of groups of one size are exchangeable as wholes.";
        };
    }
}
