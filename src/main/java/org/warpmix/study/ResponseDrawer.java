package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.warpmix.model.Design;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.random.Variates;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * Draws responses of a {@link Truth} on the rows of a table, row by row. Immutable.
 *
 * <p>Variates of a response are taken factor by factor in the model's order, level by level, then row by row for the residuals.
 */
final class ResponseDrawer {

    /** Random effects of a grouping factor: levels by row, columns of Z, a factor of their covariance. */
    record Group(String name, int[] codes, int levels, List<String> names, double[][] z, double[] factor, Shape shape) {

        /** Covariance of two effects. */
        double covariance(int i, int j) {
            int q = names.size();
            double sum = 0;
            for (int k = 0; k < q; k++) {
                sum += factor[i + k * q] * factor[j + k * q];
            }
            return sum;
        }
    }

    private static final long NOISE = 7;

    private final Truth truth;
    private final ModelData data;
    private final double[] mean;
    private final double[] deviation;
    private final List<Group> groups = new ArrayList<>();

    /**
     * @param table of grouping factors and predictors
     * @throws IllegalArgumentException where table and truth do not go together
     */
    ResponseDrawer(Truth truth, Table table) {
        this.truth = truth;
        String response = truth.formula().response().text();
        data = Design.of(truth.formula(), Tables.with(table, response, noise(table.rows())))
                .data();
        List<String> names = List.of(data.fixedNames());
        mean = data.offset() == null ? new double[data.n()] : data.offset().clone();
        for (Map.Entry<String, Double> effect : truth.effects().entrySet()) {
            int column = names.indexOf(effect.getKey());
            if (column < 0) {
                throw new IllegalArgumentException("There is no coefficient " + NearestNames.quote(effect.getKey())
                        + " in " + truth.formula() + ". " + NearestNames.hint(effect.getKey(), names));
            }
            for (int i = 0; i < mean.length; i++) {
                mean[i] += effect.getValue() * data.x()[column][i];
            }
        }
        for (RandomTerm term : data.terms()) {
            if (groups.stream()
                    .noneMatch(group -> group.name().equals(term.factor().name()))) {
                groups.add(group(term.factor().name()));
            }
        }
        List<String> known = groups.stream().map(Group::name).toList();
        for (String group : truth.groups()) {
            if (!known.contains(group)) {
                throw new IllegalArgumentException("There are no random effects of " + NearestNames.quote(group)
                        + " in " + truth.formula() + ". " + NearestNames.hint(group, known));
            }
        }
        deviation = deviations(table);
    }

    /** A response that is as good as any: what has none yet needs one to be a model. */
    static double[] noise(int n) {
        Variates random = new Variates(NOISE);
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = random.normal();
        }
        return y;
    }

    private Group group(String name) {
        List<String> names = new ArrayList<>();
        List<double[]> z = new ArrayList<>();
        RandomTerm any = null;
        for (RandomTerm term : data.terms()) {
            if (term.factor().name().equals(name)) {
                names.addAll(List.of(term.names()));
                z.addAll(List.of(term.z()));
                any = term;
            }
        }
        RandomEffects effects = truth.random(name, names.size());
        return new Group(
                name,
                any.factor().codes(),
                any.factor().levels().length,
                names,
                z.toArray(new double[0][]),
                effects.factor(),
                effects.shape());
    }

    private double[] deviations(Table table) {
        double[] deviations = new double[data.n()];
        for (int i = 0; i < deviations.length; i++) {
            double log = 0;
            for (Map.Entry<String, Double> slope : truth.logDeviations().entrySet()) {
                log += slope.getValue() * numbers(table, slope.getKey())[i];
            }
            deviations[i] = truth.sigma() * Math.exp(log);
        }
        return deviations;
    }

    /** A numeric column. */
    static double[] numbers(Table table, String name) {
        if (table.column(name) instanceof NumericColumn column) {
            return column.values();
        }
        throw new IllegalArgumentException(NearestNames.quote(name) + " is a factor. Name a numeric column.");
    }

    /** What is drawn from. */
    Truth truth() {
        return truth;
    }

    /** The value of a coefficient by its name; zero where the truth has none of that name. */
    double effect(String coefficient) {
        return truth.effects().getOrDefault(coefficient, 0.0);
    }

    /** The residual standard deviation; NaN where rows differ in it. */
    double sigma() {
        return truth.logDeviations().isEmpty() ? truth.sigma() : Double.NaN;
    }

    /** What responses have in common. */
    double[] mean() {
        return mean;
    }

    /** The truth's own matrices. */
    ModelData data() {
        return data;
    }

    /** By grouping factor. */
    List<Group> groups() {
        return groups;
    }

    /** Name of the response. */
    String response() {
        return data.response();
    }

    /**
     * Draws a response.
     *
     * @param random at the start of the replicate's stream
     * @param y overwritten
     */
    void draw(Variates random, double[] y) {
        System.arraycopy(mean, 0, y, 0, y.length);
        for (Group group : groups) {
            int q = group.z().length;
            double[] b = new double[group.levels() * q];
            double[] u = new double[q];
            for (int level = 0; level < group.levels(); level++) {
                group.shape().draw(random, u);
                for (int i = 0; i < q; i++) {
                    double sum = 0;
                    for (int k = 0; k <= i; k++) {
                        sum += group.factor()[i + k * q] * u[k];
                    }
                    b[level * q + i] = sum;
                }
            }
            for (int a = 0; a < q; a++) {
                double[] z = group.z()[a];
                for (int i = 0; i < y.length; i++) {
                    y[i] += z[i] * b[group.codes()[i] * q + a];
                }
            }
        }
        double[] one = new double[1];
        for (int i = 0; i < y.length; i++) {
            truth.shape().draw(random, one);
            y[i] += deviation[i] * one[0];
        }
    }
}
