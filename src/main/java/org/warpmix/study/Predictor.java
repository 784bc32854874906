package org.warpmix.study;

import java.util.List;
import org.warpmix.random.Variates;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;

/**
 * A predictor of a {@link DrawnDesign}. Immutable.
 *
 * @param name of its column
 * @param at the grouping factor each of whose levels has one value, or {@code null} where each row has
 * @param draw what the values are
 * @param between where each row has its value: the grouping factor whose levels differ in their means, or {@code null}
 * @param icc the share of the variance that is between these levels, 0 to 1
 */
public record Predictor(String name, String at, Draw draw, String between, double icc) {

    /** What values are. */
    public sealed interface Draw {}

    /** Normal. */
    public record Normal(double mean, double sd) implements Draw {}

    /** Uniform. */
    public record Uniform(double least, double most) implements Draw {}

    /** One with a probability, else zero. */
    public record Binary(double probability) implements Draw {}

    /** Numbers in turn: over the rows of a cell, or over the levels within the level that holds them; again from the first. */
    public record Values(List<Double> numbers) implements Draw {
        public Values {
            numbers = List.copyOf(numbers);
        }
    }

    /** Labels in turn, as {@link Values}: a factor. */
    public record Labels(List<String> labels) implements Draw {
        public Labels {
            labels = List.copyOf(labels);
        }
    }

    public Predictor {
        if (between != null && (at != null || !(draw instanceof Normal) || !(icc >= 0 && icc <= 1))) {
            throw new IllegalArgumentException("Predictor " + name
                    + ": a share of the variance between groups, 0 to 1, is for normal ones of rows.");
        }
        if (draw instanceof Normal normal && !(normal.sd() >= 0)
                || draw instanceof Uniform uniform && !(uniform.most() >= uniform.least())
                || draw instanceof Binary binary && !(binary.probability() >= 0 && binary.probability() <= 1)
                || draw instanceof Values values && values.numbers().isEmpty()
                || draw instanceof Labels labels && labels.labels().isEmpty()) {
            throw new IllegalArgumentException("Predictor " + name + ": " + draw + " cannot be drawn.");
        }
    }

    /** A predictor with a value for each row. */
    public static Predictor ofRows(String name, Draw draw) {
        return new Predictor(name, null, draw, null, 0);
    }

    /** A predictor with a value for each level of a grouping factor. */
    public static Predictor ofLevels(String name, String factor, Draw draw) {
        return new Predictor(name, factor, draw, null, 0);
    }

    /**
     * Its values.
     *
     * @param places for each unit its number within what holds it
     */
    double[] numbers(Variates random, int[] places) {
        double[] values = new double[places.length];
        for (int i = 0; i < values.length; i++) {
            if (draw instanceof Normal normal) {
                values[i] = normal.mean() + Math.sqrt(1 - icc) * normal.sd() * random.normal();
            } else if (draw instanceof Uniform uniform) {
                values[i] = uniform.least() + (uniform.most() - uniform.least()) * random.uniform();
            } else if (draw instanceof Binary binary) {
                values[i] = random.uniform() < binary.probability() ? 1 : 0;
            } else if (draw instanceof Values given) {
                values[i] = given.numbers().get(places[i] % given.numbers().size());
            } else {
                values[i] = places[i] % ((Labels) draw).labels().size();
            }
        }
        return values;
    }

    /** The deviation of each level's mean from the mean of all. */
    double[] means(Variates random, int levels) {
        double[] means = new double[levels];
        for (int l = 0; l < levels; l++) {
            means[l] = Math.sqrt(icc) * ((Normal) draw).sd() * random.normal();
        }
        return means;
    }

    /** The column of values by row. */
    Column column(double[] values) {
        if (!(draw instanceof Labels labels)) {
            return new NumericColumn(values);
        }
        List<String> distinct = labels.labels().stream().distinct().toList();
        int[] codes = new int[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = distinct.indexOf(labels.labels().get((int) values[i]));
        }
        return new FactorColumn(codes, distinct.toArray(new String[0]));
    }
}
