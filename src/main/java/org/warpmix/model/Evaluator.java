package org.warpmix.model;

import java.util.Arrays;
import java.util.List;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Number;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;
import org.warpmix.formula.Function;
import org.warpmix.formula.Group;
import org.warpmix.formula.Operator;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;

/**
 * Values of expressions on the rows of a frame, whole columns at a time. What {@code poly}, {@code scale},
 * {@code within} and {@code between} take from the data is learned on the fit's frame and used on others.
 */
final class Evaluator {

    private final Frame frame;
    private final Learned learned;

    Evaluator(Frame frame, Learned learned) {
        this.frame = frame;
        this.learned = learned;
    }

    Frame frame() {
        return frame;
    }

    Learned learned() {
        return learned;
    }

    /**
     * Finite values of an arithmetic expression.
     *
     * @return one number per row, {@code NaN} only where something is missing; a column's own array where the
     *     expression is that column
     * @throws DesignException naming the expression and the row where it is not finite
     */
    double[] numbers(Expression expression) {
        Operand operand = evaluate(expression);
        double[] values = operand.values();
        if (operand.stride() == 0) {
            values = new double[frame.n()];
            Arrays.fill(values, operand.values()[0]);
        }
        checkFinite(expression, values);
        return values;
    }

    private void checkFinite(Expression expression, double[] values) {
        double probe = 0; // 0 × v is 0 exactly for finite v
        for (double value : values) {
            probe += 0 * value;
        }
        if (probe != 0) { // NaN
            for (int i = 0; i < values.length; i++) {
                if (0 * values[i] != 0 && !frame.isMissing(i)) {
                    throw notFinite(expression, i, values[i]);
                }
            }
        }
    }

    /** The columns of {@code poly(x, degree)}. */
    double[][] polynomial(Call call) {
        double[] points = numbers(call.argument(0));
        int degree = degree(call);
        double[][] columns = call.flag(2, false)
                ? Polynomial.powers(points, degree)
                : learned.polynomial(call, points, degree).columns(points);
        for (double[] column : columns) {
            checkFinite(call, column);
        }
        return columns;
    }

    /** The degree of {@code poly(x, degree)}. */
    static int degree(Call call) {
        return (int) ((Number) call.argument(1)).value();
    }

    private Operand evaluate(Expression expression) {
        if (expression instanceof Name name) {
            return column(name);
        }
        if (expression instanceof Number number) {
            return Operand.constant(number.value());
        }
        if (expression instanceof Parentheses parentheses) {
            return evaluate(parentheses.inner());
        }
        if (expression instanceof Sign sign) {
            Operand operand = evaluate(sign.operand());
            return sign.minus() ? operand.negated() : operand;
        }
        if (expression instanceof Binary binary) {
            return Operand.of(binary.operator(), evaluate(binary.left()), evaluate(binary.right()));
        }
        return call((Call) expression);
    }

    private Operand column(Name name) {
        Column column = frame.column(name.name());
        if (column instanceof NumericColumn numeric) {
            return Operand.shared(numeric.values());
        }
        FactorColumn factor = (FactorColumn) column;
        if (!factor.logical()) {
            throw new DesignException("Column " + NearestNames.quote(name.name()) + " is a factor (" + levels(factor)
                    + "), where numbers are expected.");
        }
        int truth = List.of(factor.levels()).indexOf("TRUE");
        double[] values = new double[frame.n()];
        for (int i = 0; i < values.length; i++) {
            int code = factor.codes()[i];
            values[i] = code < 0 ? Double.NaN : code == truth ? 1 : 0;
        }
        return Operand.column(values);
    }

    private Operand call(Call call) {
        Function function = call.function();
        switch (function) {
            case AS_IS -> {
                return evaluate(call.argument(0));
            }
            case SCALE -> {
                double[] x = numbers(call.argument(0));
                double[] parameters = learned.scaling(call, x);
                double[] out = new double[x.length];
                for (int i = 0; i < out.length; i++) {
                    out[i] = (x[i] - parameters[0]) / parameters[1];
                }
                return Operand.column(out);
            }
            case WITHIN, BETWEEN -> {
                return Operand.column(groupMeans(call));
            }
            case LOG -> {
                Operand logarithm = evaluate(call.argument(0)).mapped(function);
                return call.argument(1) == null
                        ? logarithm
                        : Operand.of(
                                Operator.DIVIDE,
                                logarithm,
                                evaluate(call.argument(1)).mapped(function));
            }
            default -> {
                return evaluate(call.argument(0)).mapped(function);
            }
        }
    }

    private double[] groupMeans(Call call) {
        double[] x = numbers(call.argument(0));
        Group group = call.group(1);
        Grouping grouping = learned.grouping(group, frame);
        double[] means = learned.groupMeans(call, x, grouping);
        boolean within = call.function() == Function.WITHIN;
        double[] out = new double[x.length];
        if (learned.isFit(frame)) {
            int[] codes = grouping.codes();
            for (int i = 0; i < out.length; i++) {
                out[i] = within ? x[i] - means[codes[i]] : means[codes[i]];
            }
            return out;
        }
        int[] codes = grouping.codesIn(frame);
        Grouping own = Grouping.of(group, frame); // for groups that the fit has not seen
        double[] ownMeans = Statistics.means(x, own.codes(), own.levels().length);
        for (int i = 0; i < out.length; i++) {
            int unseen = own.codes()[i];
            double mean = codes[i] >= 0 ? means[codes[i]] : unseen >= 0 ? ownMeans[unseen] : Double.NaN;
            out[i] = within ? x[i] - mean : mean;
        }
        return out;
    }

    private DesignException notFinite(Expression expression, int row, double value) {
        String shown = Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "minus infinity";
        StringBuilder text = new StringBuilder();
        expression.appendTo(text);
        text.append(" is ").append(shown).append(" in row ").append(frame.rowNumber(row));
        List<String> names = expression.columns();
        if (!(expression instanceof Name)) {
            for (int k = 0; k < names.size(); k++) {
                text.append(k == 0 ? ", where " : ", ").append(names.get(k)).append(" is ");
                Column column = frame.column(names.get(k));
                text.append(
                        column instanceof NumericColumn numeric
                                ? Factors.label(numeric.values()[row])
                                : ((FactorColumn) column).levels()[((FactorColumn) column).codes()[row]]);
            }
        }
        return new DesignException(text.append(". Finite numbers are expected.").toString());
    }

    static String levels(FactorColumn factor) {
        String[] levels = factor.levels();
        StringBuilder text = new StringBuilder("levels ");
        for (int l = 0; l < Math.min(levels.length, 4); l++) {
            text.append(l == 0 ? "" : ", ").append(NearestNames.quote(levels[l]));
        }
        return text.append(levels.length > 4 ? ", …" : "").toString();
    }
}
