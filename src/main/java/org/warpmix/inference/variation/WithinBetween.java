package org.warpmix.inference.variation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Function;
import org.warpmix.formula.Term;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.model.Contrast;
import org.warpmix.model.GroupingFactor;
import org.warpmix.table.Table;

/**
 * Predictors that vary within and between the groups of a factor, with their effects on either level. Immutable.
 *
 * <p>A coefficient of such a predictor mixes what it does within groups with what it does between them. Where the formula does
 * not have them apart, the model is fitted again with {@code between(x, g)} added: then the coefficient of x is the effect within
 * groups, and that of the group mean the contextual effect (Mundlak 1978, Econometrica 46(1); Raudenbush and Bryk 2002,
 * Hierarchical Linear Models, chapter 5).
 */
public final class WithinBetween {

    /** Share of a predictor's variation, within or between, that counts as none. */
    private static final double NONE = 1e-6;

    private final Fit fit;
    private final String factor;
    private final List<ContextualEffect> effects;
    private final List<String> interacting;

    private WithinBetween(Fit fit, String factor, List<ContextualEffect> effects, List<String> interacting) {
        this.fit = fit;
        this.factor = factor;
        this.effects = List.copyOf(effects);
        this.interacting = List.copyOf(interacting);
    }

    /**
     * Looks at the predictors of a fit.
     *
     * @param table that the model was fitted to
     * @param factor name of a grouping factor of the model
     */
    public static WithinBetween of(Fit fit, Table table, String factor) {
        fit.design().data().requireRows("What is within groups and between them");
        List<String> split = new ArrayList<>();
        List<String> added = new ArrayList<>();
        List<String> interacting = new ArrayList<>();
        for (Term term : fit.design().formula().fixed().terms()) {
            Expression expression = term.factors().get(0);
            if (term.factors().size() > 1) {
                continue;
            }
            if (expression instanceof Call call
                    && (call.function() == Function.BETWEEN || call.function() == Function.WITHIN)) {
                String predictor = call.argument(0).text();
                if (!split.contains(predictor) && call.argument(1).text().equals(factor)) {
                    split.add(predictor);
                }
            } else if (variesOnBothLevels(fit, term.name(), factor)) {
                (interacts(fit, expression) ? interacting : added).add(term.name());
            }
        }
        added.removeAll(split);
        List<ContextualEffect> effects = new ArrayList<>();
        for (String predictor : split) {
            addEffect(fit, predictor, factor, Double.NaN, effects);
        }
        if (!added.isEmpty()) {
            Fit apart = refit(fit, added, factor).fit(table);
            for (String predictor : added) {
                FixedEffects pooled = fit.fixedEffects();
                addEffect(apart, predictor, factor, pooled.estimate(predictor), effects);
            }
        }
        return new WithinBetween(fit, factor, effects, interacting);
    }

    /** The model. */
    public Fit fit() {
        return fit;
    }

    /** Name of the grouping factor. */
    public String factor() {
        return factor;
    }

    /** The effects of the predictors that vary on both levels and can be told apart. */
    public List<ContextualEffect> effects() {
        return effects;
    }

    /** Predictors that vary on both levels, but have no single effect to look at: they are in interactions. */
    public List<String> interacting() {
        return interacting;
    }

    private static LinearMixedModel refit(Fit fit, List<String> added, String factor) {
        StringBuilder formula = new StringBuilder(fit.design().formula().toString());
        added.forEach(predictor -> formula.append(" + between(")
                .append(predictor)
                .append(", ")
                .append(factor)
                .append(')'));
        LinearMixedModel model =
                LinearMixedModel.of(formula.toString()).withMethod(fit.model().method());
        for (Map.Entry<String, Contrast> contrast :
                fit.model().options().contrasts().entrySet()) {
            model = model.withContrast(contrast.getKey(), contrast.getValue());
        }
        if (fit.model().options().weights() != null) {
            model = model.withWeights(fit.model().options().weights());
        }
        return fit.model().options().offset() == null
                ? model
                : model.withOffset(fit.model().options().offset());
    }

    private static boolean interacts(Fit fit, Expression expression) {
        return fit.design().formula().fixed().terms().stream()
                .filter(term -> term.factors().size() > 1)
                .anyMatch(term ->
                        term.factors().stream().anyMatch(other -> other.text().equals(expression.text())));
    }

    /** Whether a coefficient of that name is estimated, and its column varies within and between groups. */
    private static boolean variesOnBothLevels(Fit fit, String name, String factor) {
        int column = column(fit, name);
        if (column < 0) {
            return false;
        }
        double share = betweenShare(fit, column, groups(fit, factor));
        return share > NONE && share < 1 - NONE;
    }

    /** Number of the column of X that a coefficient belongs to, or −1. */
    private static int column(Fit fit, String name) {
        String[] names = fit.design().data().fixedNames();
        return IntStream.of(fit.profiledCriterion().statistics().fixed().kept())
                .filter(k -> names[k].equals(name))
                .findFirst()
                .orElse(-1);
    }

    static GroupingFactor groups(Fit fit, String factor) {
        List<GroupingFactor> factors = ClusterRobust.factors(fit);
        List<String> names = factors.stream().map(GroupingFactor::name).toList();
        return factors.get(VarianceExplained.indexOf(names, factor));
    }

    /** The share of a column's variation that is between the groups' means; 1 of a constant. */
    static double betweenShare(Fit fit, int column, GroupingFactor groups) {
        double[] x = fit.design().data().x()[column];
        double[] means = new double[groups.levels().length];
        int[] counts = new int[means.length];
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        for (int i = 0; i < x.length; i++) {
            means[groups.codes()[i]] += x[i] - mean;
            counts[groups.codes()[i]]++;
        }
        double between = 0;
        double all = 0;
        for (int j = 0; j < means.length; j++) {
            between += means[j] * means[j] / counts[j];
        }
        for (double value : x) {
            all += (value - mean) * (value - mean);
        }
        return all > 0 ? between / all : 1;
    }

    /** Reads the effects off a model that has two of x, {@code within(x, g)} and {@code between(x, g)}. */
    private static void addEffect(
            Fit apart, String predictor, String factor, double pooled, List<ContextualEffect> effects) {
        FixedEffects all = apart.fixedEffects();
        String arguments = "(" + predictor + ", " + factor + ")";
        int x = indexOf(all, predictor);
        int within = indexOf(all, Function.WITHIN.symbol() + arguments);
        int between = indexOf(all, Function.BETWEEN.symbol() + arguments);
        if ((x < 0 ? 0 : 1) + (within < 0 ? 0 : 1) + (between < 0 ? 0 : 1) != 2) {
            return;
        }
        double[] ofWithin = new double[all.size()]; // x − mean: what x and within() have of it
        double[] ofBetween = new double[all.size()];
        double[] difference = new double[all.size()];
        set(ofWithin, x, within);
        set(ofBetween, x, between);
        for (int j = 0; j < difference.length; j++) {
            difference[j] = ofBetween[j] - ofWithin[j];
        }
        GroupingFactor groups = groups(apart, factor);
        int constant = between < 0 ? 1 : 0; // then x takes its part
        for (int k : apart.profiledCriterion().statistics().fixed().kept()) {
            constant += betweenShare(apart, k, groups) > 1 - NONE ? 1 : 0;
        }
        effects.add(new ContextualEffect(
                predictor,
                pooled,
                value(all, ofWithin),
                error(all, ofWithin),
                value(all, ofBetween),
                error(all, ofBetween),
                value(all, difference),
                error(all, difference),
                groups.levels().length - constant));
    }

    private static void set(double[] contrast, int... effects) {
        for (int effect : effects) {
            if (effect >= 0) {
                contrast[effect] = 1;
            }
        }
    }

    private static int indexOf(FixedEffects effects, String name) {
        return IntStream.range(0, effects.size())
                .filter(j -> effects.name(j).equals(name))
                .findFirst()
                .orElse(-1);
    }

    private static double value(FixedEffects effects, double[] contrast) {
        double sum = 0;
        for (int j = 0; j < contrast.length; j++) {
            sum += contrast[j] * effects.estimate(j);
        }
        return sum;
    }

    private static double error(FixedEffects effects, double[] contrast) {
        double sum = 0;
        for (int i = 0; i < contrast.length; i++) {
            for (int j = 0; j < contrast.length; j++) {
                sum += contrast[i] * effects.covariance(i, j) * contrast[j];
            }
        }
        return Math.sqrt(sum);
    }
}
