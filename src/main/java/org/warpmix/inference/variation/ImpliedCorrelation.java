package org.warpmix.inference.variation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.warpmix.fit.Fit;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.inference.effects.ClusterRobust;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.NearestNames;

/**
 * The correlation that a fit implies between two rows of one level of a grouping factor, as a function of their predictors:
 * where slopes vary there is no single intraclass correlation. Immutable.
 *
 * <pre>
 * cor(y_1, y_2) = Σ_f z_1'Σ_f z_2 / √(v_1 v_2),   v = Σ_all z'Σz + σ²
 * </pre>
 *
 * the first sum over the factor and those in which it is nested, since the rows share their levels, too; rows of prior weight
 * one. Snijders and Bosker 2012, Multilevel Analysis (2nd ed.), section 7.
 */
public final class ImpliedCorrelation {

    private static final String INTERCEPT = "(Intercept)";
    private static final int QUARTILES = 4;

    private final Fit fit;
    private final String group;
    private final List<String> predictors = new ArrayList<>();
    private final List<VarianceComponent> components;
    private final boolean[] shared;
    private final double[] means;

    private ImpliedCorrelation(Fit fit, String group) {
        this.fit = fit;
        this.group = group;
        this.components = fit.randomEffects();
        ModelData data = fit.design().data();
        GroupingFactor factor = data.terms().stream()
                .map(RandomTerm::factor)
                .filter(one -> one.name().equals(group))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("The model has no grouping factor " + NearestNames.quote(group)
                                + ". " + NearestNames.hint(group, fit.groups().keySet())));
        this.shared = new boolean[components.size()];
        for (int t = 0; t < shared.length; t++) {
            RandomTerm term = data.terms().get(t);
            shared[t] = ClusterRobust.split(factor, term.factor().codes()) < 0;
            for (String name : term.names()) {
                if (!name.equals(INTERCEPT) && !predictors.contains(name)) {
                    predictors.add(name);
                }
            }
        }
        this.means = new double[predictors.size()];
        for (int k = 0; k < means.length; k++) {
            double[] column = column(predictors.get(k));
            for (int i = 0; i < column.length; i++) {
                means[k] += column[i] * data.one(i) / data.observations();
            }
        }
    }

    /**
     * Between rows of one level of a factor.
     *
     * @throws IllegalArgumentException for a factor that the model does not have
     */
    public static ImpliedCorrelation of(Fit fit, String group) {
        return new ImpliedCorrelation(fit, group);
    }

    /** Name of the grouping factor. */
    public String group() {
        return group;
    }

    /** Names of the columns whose effects vary, over all random terms. */
    public List<String> predictors() {
        return List.copyOf(predictors);
    }

    /** Means of these columns over the rows used. */
    public double[] means() {
        return means.clone();
    }

    /**
     * The correlation.
     *
     * @param first predictors of one row, in the order of {@link #predictors}
     * @param second of the other
     */
    public double between(double[] first, double[] second) {
        return covariance(first, second, true) / Math.sqrt(variance(first) * variance(second));
    }

    /** Variance of a row's response. */
    public double variance(double[] row) {
        return covariance(row, row, false) + fit.sigma() * fit.sigma();
    }

    /** Minimum, quartiles and maximum of a predictor over the rows used, each value once. */
    public double[] grid(String predictor) {
        fit.design().data().requireRows("Quartiles of predictors");
        double[] sorted = column(predictor).clone();
        Arrays.sort(sorted);
        TreeSet<Double> values = new TreeSet<>();
        for (int k = 0; k <= QUARTILES; k++) {
            values.add(sorted[(int) Math.rint((sorted.length - 1) * (k / (double) QUARTILES))]);
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * Correlations between rows with values of one predictor, the others at their means.
     *
     * @return {@code [i][k]}: between two rows with values i and k
     */
    public double[][] between(String predictor, double[] values) {
        int index = predictors.indexOf(predictor);
        double[][] rows = new double[values.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = means.clone();
            rows[i][index] = values[i];
        }
        double[][] correlations = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < rows.length; k++) {
                correlations[i][k] = between(rows[i], rows[k]);
            }
        }
        return correlations;
    }

    private double covariance(double[] first, double[] second, boolean sharedOnly) {
        if (first.length != means.length || second.length != means.length) {
            throw new IllegalArgumentException("The correlation takes a value for each of "
                    + String.join(", ", predictors) + ", so " + means.length + " of a row; given were " + first.length
                    + " and " + second.length + ".");
        }
        double sum = 0;
        for (int t = 0; t < shared.length; t++) {
            VarianceComponent component = components.get(t);
            for (int a = 0; a < component.size() && (shared[t] || !sharedOnly); a++) {
                for (int b = 0; b < component.size(); b++) {
                    sum += value(component, a, first) * component.covariance(a, b) * value(component, b, second);
                }
            }
        }
        return sum;
    }

    private double value(VarianceComponent component, int a, double[] row) {
        String name = component.names()[a];
        return name.equals(INTERCEPT) ? 1 : row[predictors.indexOf(name)];
    }

    private double[] column(String predictor) {
        for (RandomTerm term : fit.design().data().terms()) {
            int at = Arrays.asList(term.names()).indexOf(predictor);
            if (at >= 0) {
                return term.z()[at];
            }
        }
        throw new IllegalArgumentException("No effect of " + NearestNames.quote(predictor) + " varies. "
                + NearestNames.hint(predictor, predictors));
    }
}
