package org.warpmix.inference.diagnosis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.RandomTerm;
import org.warpmix.optimize.SingularDirections;

/**
 * A random effect that has no variance left once those before it in its term are known: why a fit is singular, and the way
 * out.
 *
 * @param term as in a formula, e.g. {@code (1 + x | g)}
 * @param group name of the grouping factor
 * @param effect the random effect; all of the term where none varies
 * @param others the effects before it that determine it; none where its variance is zero
 * @param coefficients {@code b_effect = Σ coefficient × b_other}
 * @param explanation in plain words
 * @param advice what to do, in plain words
 */
public record Singularity(
        String term,
        String group,
        String effect,
        List<String> others,
        double[] coefficients,
        String explanation,
        String advice) {

    /** Share of an effect's variance below which it counts as none. */
    private static final double NONE = 1e-6;

    private static final String DROP = "Drop the term: the other estimates are those of the model without it.";

    /** All of a fit, by term; empty where it is not singular. */
    static List<Singularity> of(Fit fit) {
        ProfiledCriterion criterion = fit.profiledCriterion();
        double[] x = fit.optimum();
        boolean[] singular = new SingularDirections(criterion.parameters(), criterion.blocks()).singular(x);
        Set<String> written = new HashSet<>(Set.of("(Intercept)"));
        fit.model().formula().bars().forEach(bar -> bar.terms().terms().forEach(term -> written.add(term.name())));
        List<Singularity> found = new ArrayList<>();
        for (int f = 0; f < criterion.blocks().size(); f++) {
            RandomBlock block = criterion.blocks().get(f);
            for (int t = 0; t < block.terms().size(); t++) {
                if (singular[block.termNumber(t)]) {
                    RandomTerm term = block.terms().get(t);
                    boolean plain = written.containsAll(List.of(term.names()));
                    found.addAll(of(term, criterion.parameters().relativeCovariance(x, f, t), plain));
                }
            }
        }
        return List.copyOf(found);
    }

    /** @param plain whether each effect is a term of the formula, so that it can be left out by itself */
    private static List<Singularity> of(RandomTerm term, double[] covariance, boolean plain) {
        int q = term.names().length;
        if (q > 1 && IntStream.range(0, q).allMatch(i -> covariance[i + i * q] == 0)) {
            String text = text(term, -1);
            return List.of(new Singularity(
                    text,
                    term.factor().name(),
                    String.join(", ", term.names()),
                    List.of(),
                    new double[0],
                    "In " + text + " nothing varies: all variances between the levels of "
                            + term.factor().name() + " are estimated as zero.",
                    DROP));
        }
        List<Singularity> found = new ArrayList<>();
        List<Integer> free = new ArrayList<>(); // effects with a variance of their own
        int smallest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < q; i++) {
            double[] on = regression(covariance, q, free, i);
            double share = share(covariance, q, free, i, on);
            if (share < NONE) {
                found.add(of(term, i, covariance[i + i * q] > 0 ? free : List.of(), on, plain));
            } else {
                free.add(i);
                if (share < least) {
                    least = share;
                    smallest = i;
                }
            }
        }
        if (found.isEmpty()) { // singular in the metric of the predictors only
            int last = smallest;
            List<Integer> before = IntStream.range(0, last).boxed().toList();
            found.add(of(term, last, before, regression(covariance, q, before, last), plain));
        }
        return found;
    }

    /** Share of an effect's variance that is left once others are known. */
    private static double share(double[] covariance, int q, List<Integer> others, int i, double[] on) {
        double variance = covariance[i + i * q];
        double left = variance;
        double size = 0;
        for (int k = 0; k < on.length; k++) {
            left -= on[k] * covariance[others.get(k) + i * q];
        }
        for (int k = 0; k < q; k++) {
            size = Math.max(size, covariance[k + k * q]);
        }
        return variance > 0 && size > 0 ? Math.max(left, 0) / variance : 0;
    }

    /** Coefficients of the regression of one effect on others, which are independent. */
    private static double[] regression(double[] covariance, int q, List<Integer> others, int i) {
        int m = others.size();
        double[] correlation = new double[m * m];
        double[] scale = new double[m];
        for (int a = 0; a < m; a++) {
            scale[a] = Math.sqrt(covariance[others.get(a) * (q + 1)]);
        }
        for (int a = 0; a < m; a++) {
            for (int b = 0; b < m; b++) {
                correlation[a + b * m] = covariance[others.get(a) + others.get(b) * q] / (scale[a] * scale[b]);
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(correlation, m);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        double[] on = new double[m];
        for (int k = 0; k < m; k++) {
            double along = 0;
            for (int a = 0; a < m; a++) {
                along += vectors[a + k * m] * covariance[others.get(a) + i * q] / scale[a];
            }
            for (int a = 0; a < m && values[k] > NONE * 1e-6; a++) {
                on[a] += vectors[a + k * m] * along / values[k] / scale[a];
            }
        }
        return on;
    }

    private static Singularity of(RandomTerm term, int i, List<Integer> others, double[] on, boolean plain) {
        String group = term.factor().name();
        String effect = term.names()[i];
        String text = text(term, -1);
        String subject = effect.equals("(Intercept)") ? "the intercept" : "the slope of " + effect;
        List<String> names = others.stream().map(k -> term.names()[k]).toList();
        if (others.isEmpty()) {
            boolean alone = term.names().length == 1;
            return new Singularity(
                    text,
                    group,
                    effect,
                    List.of(),
                    new double[0],
                    "In " + text + " " + subject + " does not vary: its variance between the levels of " + group
                            + " is estimated as zero.",
                    alone ? DROP : plain ? "Leave it out: " + text(term, i) + "." : simpler(group));
        }
        String known = others.size() == 1
                ? (names.get(0).equals("(Intercept)") ? "the intercept" : "the slope of " + names.get(0)) + " is known"
                : "the other effects, " + String.join(", ", names) + ", are known";
        String how = others.size() == 1 ? "correlation " + (on[0] < 0 ? "-1" : "1") : "it is " + combination(names, on);
        return new Singularity(
                text,
                group,
                effect,
                names,
                on,
                "In " + text + " " + subject + " has no variance left once " + known + " (" + how + ").",
                plain
                        ? "The data do not support so many effects per " + group + ": use "
                                + text(term, -1).replace(" | ", " || ") + " for independent ones, or " + text(term, i)
                                + "."
                        : simpler(group));
    }

    private static String simpler(String group) {
        return "The data do not support so many effects per " + group
                + ": merge levels of the factor that varies, or use" + " (1 | " + group + ").";
    }

    private static String combination(List<String> names, double[] on) {
        StringJoiner sum = new StringJoiner(" + ");
        for (int k = 0; k < on.length; k++) {
            sum.add(String.format(Locale.ROOT, "%.3g", on[k]) + " " + names.get(k));
        }
        return sum.toString().replace("+ -", "- ");
    }

    /** The term as in a formula, without one of its effects. */
    private static String text(RandomTerm term, int without) {
        StringJoiner text = new StringJoiner(" + ", "(", " | " + term.factor().name() + ")");
        boolean intercept = false;
        for (int k = 0; k < term.names().length; k++) {
            boolean one = term.names()[k].equals("(Intercept)");
            intercept |= one && k != without;
            if (k != without && !one) {
                text.add(term.names()[k]);
            }
        }
        return text.toString()
                .replaceFirst("\\(", intercept ? "(1 + " : "(0 + ")
                .replace("(1 +  |", "(1 |");
    }
}
