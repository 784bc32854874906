package org.warpmix.study;

import java.util.LinkedHashMap;
import java.util.Map;
import org.warpmix.formula.Formula;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/**
 * The model that responses are drawn from: {@code y = Xβ + Zb + ε}. Immutable; each {@code with…} gives another one.
 *
 * <pre>
 * Truth.of("y ~ treat * time + (time | school)")
 *         .withEffect("treat", 0.3)
 *         .withRandom("school", RandomEffects.of(1, 0.5).withCorrelations(0.3))
 *         .withSigma(1)
 * </pre>
 *
 * <p>Effects that are not named are zero. With {@code logDeviations} the residual of a row has the standard deviation
 * {@code σ exp(Σ a_k x_k)}.
 */
public final class Truth {

    private final Formula formula;
    private final Map<String, Double> effects;
    private final Map<String, RandomEffects> random;
    private final double sigma;
    private final Shape shape;
    private final Map<String, Double> logDeviations;

    private Truth(
            Formula formula,
            Map<String, Double> effects,
            Map<String, RandomEffects> random,
            double sigma,
            Shape shape,
            Map<String, Double> logDeviations) {
        this.formula = formula;
        this.effects = effects;
        this.random = random;
        this.sigma = sigma;
        this.shape = shape;
        this.logDeviations = logDeviations;
    }

    /** A model without effects, with a residual standard deviation of one; each grouping factor is still to be told of. */
    public static Truth of(String formula) {
        return new Truth(Formula.parse(formula), Map.of(), Map.of(), 1, Shape.NORMAL, Map.of());
    }

    /** Gives a coefficient, by R's name of its column, a value. */
    public Truth withEffect(String coefficient, double value) {
        requireFinite("The effect of " + coefficient, value);
        return new Truth(formula, with(effects, coefficient, value), random, sigma, shape, logDeviations);
    }

    /** Tells of the random effects of a grouping factor, by lme4's name of it, e.g. {@code class:school}. */
    public Truth withRandom(String group, RandomEffects given) {
        return new Truth(formula, effects, with(random, group, given), sigma, shape, logDeviations);
    }

    /** Sets the residual standard deviation. */
    public Truth withSigma(double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A residual standard deviation of " + value + ". Take one above 0.");
        }
        return new Truth(formula, effects, random, value, shape, logDeviations);
    }

    /** Draws the residuals from another distribution. */
    public Truth withShape(Shape other) {
        return new Truth(formula, effects, random, sigma, other, logDeviations);
    }

    /** Lets the logarithm of the residual standard deviation change by so much with each unit of a numeric column. */
    public Truth withLogDeviation(String column, double slope) {
        requireFinite("The slope of the log standard deviation by " + column, slope);
        return new Truth(formula, effects, random, sigma, shape, with(logDeviations, column, slope));
    }

    private static void requireFinite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(what + " is " + value + ". Give a finite number.");
        }
    }

    private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
        Map<String, V> more = new LinkedHashMap<>(map);
        more.put(key, value);
        return more;
    }

    /**
     * This, if it goes with a table.
     *
     * @param rows groups and predictors of a design
     * @throws IllegalArgumentException naming what does not
     */
    public Truth checked(Table rows) {
        return new ResponseDrawer(this, rows).truth();
    }

    /** The formula. */
    public Formula formula() {
        return formula;
    }

    /** The coefficients that are named. */
    public Map<String, Double> effects() {
        return effects;
    }

    /** Residual standard deviation σ. */
    public double sigma() {
        return sigma;
    }

    /** Shape of the residuals' distribution. */
    Shape shape() {
        return shape;
    }

    /** Slopes of the residuals' log standard deviation by column. */
    Map<String, Double> logDeviations() {
        return logDeviations;
    }

    /** Whether all is normal with one residual variance. */
    boolean gaussian() {
        return shape.equals(Shape.NORMAL)
                && logDeviations.isEmpty()
                && random.values().stream().allMatch(effect -> effect.shape().equals(Shape.NORMAL));
    }

    /**
     * The random effects of a grouping factor.
     *
     * @throws IllegalArgumentException where nothing was said of them, or of another number
     */
    RandomEffects random(String group, int effectsOfFormula) {
        RandomEffects found = random.get(group);
        if (found == null) {
            throw new IllegalArgumentException("The random effects of " + NearestNames.quote(group)
                    + " are in the formula " + formula + ", and their standard deviations are not given.");
        }
        if (found.size() != effectsOfFormula) {
            throw new IllegalArgumentException(
                    "Grouping factor " + NearestNames.quote(group) + " has " + effectsOfFormula
                            + " random effects in the formula " + formula + ", and " + found.size()
                            + (found.size() == 1 ? " standard deviation is" : " standard deviations are") + " given.");
        }
        double shares = 0;
        for (RandomEffects one : random.values()) {
            shares += Double.isNaN(one.icc()) ? 0 : one.icc();
        }
        if (shares >= 1) {
            throw new IllegalArgumentException("The intraclass correlations sum to " + shares
                    + ". Nothing is left for the residual: take less than 1.");
        }
        return found.resolved(sigma * Math.sqrt(found.icc() / (1 - shares)));
    }

    /** Names of the grouping factors told of. */
    Iterable<String> groups() {
        return random.keySet();
    }
}
