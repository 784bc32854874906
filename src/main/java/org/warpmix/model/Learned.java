package org.warpmix.model;

import java.util.HashMap;
import java.util.Map;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Group;
import org.warpmix.table.Factors;

/**
 * What the fit's rows taught, by the text of the expression: the first one to ask teaches, later ones (new rows
 * among them) get what was taught.
 */
final class Learned {

    private final Frame fit;
    private final Map<String, Grouping> groupings = new HashMap<>();
    private final Map<String, double[]> numbers = new HashMap<>();
    private final Map<String, Polynomial> polynomials = new HashMap<>();

    Learned(Frame fit) {
        this.fit = fit;
    }

    Frame fit() {
        return fit;
    }

    boolean isFit(Frame frame) {
        return frame == fit;
    }

    /** The grouping of the fit's rows. */
    Grouping grouping(Group group, Frame frame) {
        Grouping grouping = groupings.get(group.name());
        if (grouping == null) {
            grouping = Grouping.of(group, frame);
            groupings.put(group.name(), grouping);
        }
        return grouping;
    }

    Polynomial polynomial(Call call, double[] points, int degree) {
        String text = call.text();
        Polynomial polynomial = polynomials.get(text);
        if (polynomial == null) {
            int distinct = Statistics.distinct(points);
            if (degree >= distinct) {
                throw new DesignException(text + ": " + call.argument(0).text() + " has " + distinct
                        + " distinct values in the rows used, so the degree is at most " + (distinct - 1) + ".");
            }
            polynomial = Polynomial.fit(points, degree);
            polynomials.put(text, polynomial);
        }
        return polynomial;
    }

    /** Center and scale. */
    double[] scaling(Call call, double[] values) {
        String text = call.text();
        double[] scaling = numbers.get(text);
        if (scaling == null) {
            double center = call.flag(1, true) ? Statistics.mean(values) : 0;
            double scale = call.flag(2, true) ? Statistics.spread(values, center) : 1;
            if (!(scale > 0)) {
                throw new DesignException(text + " divides by the standard deviation of "
                        + call.argument(0).text() + ", which is zero: it is " + Factors.label(values[0]) + " in all "
                        + values.length
                        + " rows used.");
            }
            scaling = new double[] {center, scale};
            numbers.put(text, scaling);
        }
        return scaling;
    }

    /** One mean per level of the grouping; {@code within} and {@code between} share them. */
    double[] groupMeans(Call call, double[] values, Grouping grouping) {
        String text = call.argument(0).text() + " by " + grouping.name();
        double[] means = numbers.get(text);
        if (means == null) {
            means = Statistics.means(values, grouping.codes(), grouping.levels().length);
            numbers.put(text, means);
        }
        return means;
    }
}
