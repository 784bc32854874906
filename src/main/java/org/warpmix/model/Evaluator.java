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
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
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
        double[] values = operand.values;
        if (operand.stride == 0) {
            values = new double[frame.n()];
            Arrays.fill(values, operand.values[0]);
        }
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
        return values;
    }

    /** The columns of {@code poly(x, degree)}. */
    double[][] polynomial(Call call) {
        double[] points = numbers(call.argument(0));
        int degree = degree(call);
        if (call.flag(2, false)) {
            double[][] powers = new double[degree][];
            powers[0] = points;
            for (int k = 1; k < degree; k++) {
                powers[k] = new double[points.length];
                for (int i = 0; i < points.length; i++) {
                    powers[k][i] = powers[k - 1][i] * points[i];
                }
            }
            return powers;
        }
        return learned.polynomial(call, points, degree).columns(points);
    }

    /** The degree of {@code poly(x, degree)}. */
    static int degree(Call call) {
        return (int) ((Number) call.argument(1)).value();
    }

    /** An operand: one number per row (stride 1), or one for all (stride 0). */
    private record Operand(double[] values, int stride, boolean owned) {}

    private static Operand result(double[] values) {
        return new Operand(values, 1, true);
    }

    private Operand evaluate(Expression expression) {
        if (expression instanceof Name name) {
            return column(name);
        }
        if (expression instanceof Number number) {
            return new Operand(new double[] {number.value()}, 0, true);
        }
        if (expression instanceof Parentheses parentheses) {
            return evaluate(parentheses.inner());
        }
        if (expression instanceof Sign sign) {
            Operand operand = evaluate(sign.operand());
            if (!sign.minus()) {
                return operand;
            }
            double[] in = operand.values;
            double[] out = target(operand);
            for (int i = 0; i < out.length; i++) {
                out[i] = -in[i];
            }
            return new Operand(out, operand.stride, true);
        }
        if (expression instanceof Binary binary) {
            return binary(binary);
        }
        return call((Call) expression);
    }

    private Operand column(Name name) {
        Column column = frame.column(name.name());
        if (column instanceof NumericColumn numeric) {
            return new Operand(numeric.values(), 1, false);
        }
        FactorColumn factor = (FactorColumn) column;
        if (!factor.logical()) {
            throw new DesignException("Column " + NearestNames.quote(name.name()) + " is a factor (" + levels(factor)
                    + "), where numbers are expected.");
        }
        double[] values = new double[frame.n()];
        for (int i = 0; i < values.length; i++) {
            int code = factor.codes()[i];
            values[i] = code < 0 ? Double.NaN : factor.levels()[code].equals("TRUE") ? 1 : 0;
        }
        return result(values);
    }

    private Operand binary(Binary binary) {
        Operand left = evaluate(binary.left());
        Operand right = evaluate(binary.right());
        double[] a = left.values;
        double[] b = right.values;
        int s = left.stride;
        int t = right.stride;
        boolean intoRight = right.stride == 1 && (left.stride == 0 || !left.owned && right.owned);
        double[] out = target(intoRight ? right : left);
        int n = out.length;
        switch (binary.operator()) {
            case PLUS -> {
                for (int i = 0; i < n; i++) {
                    out[i] = a[i * s] + b[i * t];
                }
            }
            case MINUS -> {
                for (int i = 0; i < n; i++) {
                    out[i] = a[i * s] - b[i * t];
                }
            }
            case TIMES -> {
                for (int i = 0; i < n; i++) {
                    out[i] = a[i * s] * b[i * t];
                }
            }
            case DIVIDE -> {
                for (int i = 0; i < n; i++) {
                    out[i] = a[i * s] / b[i * t];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[i] = Math.pow(a[i * s], b[i * t]);
                }
            }
        }
        return new Operand(out, s | t, true);
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
                return result(out);
            }
            case WITHIN, BETWEEN -> {
                return result(groupMeans(call));
            }
            case LOG -> {
                Operand logarithm = simple(function, evaluate(call.argument(0)));
                if (call.argument(1) == null) {
                    return logarithm;
                }
                Operand base = simple(function, evaluate(call.argument(1)));
                double[] out = target(logarithm.stride >= base.stride ? logarithm : base);
                for (int i = 0; i < out.length; i++) {
                    out[i] = logarithm.values[i * logarithm.stride] / base.values[i * base.stride];
                }
                return new Operand(out, logarithm.stride | base.stride, true);
            }
            default -> {
                return simple(function, evaluate(call.argument(0)));
            }
        }
    }

    private static Operand simple(Function function, Operand operand) {
        double[] x = operand.values;
        double[] out = target(operand);
        for (int i = 0; i < out.length; i++) {
            out[i] = switch (function) {
                case LOG -> Math.log(x[i]);
                case LOG10 -> Math.log10(x[i]);
                case LOG2 -> log2(x[i]);
                case LOG1P -> Math.log1p(x[i]);
                case EXP -> Math.exp(x[i]);
                case EXPM1 -> Math.expm1(x[i]);
                case SQRT -> Math.sqrt(x[i]);
                case ABS -> Math.abs(x[i]);
                case SIN -> Math.sin(x[i]);
                case COS -> Math.cos(x[i]);
                default -> throw new IllegalStateException("No value for " + function.symbol());
            };
        }
        return new Operand(out, operand.stride, true);
    }

    /** Exact at powers of two, as people expect of it. */
    private static double log2(double x) {
        int exponent = Math.getExponent(x);
        return Double.isFinite(x) && x > 0 && exponent >= Double.MIN_EXPONENT
                ? exponent + Math.log(Math.scalb(x, -exponent)) / Math.log(2)
                : Math.log(x) / Math.log(2);
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

    /** Where a result of the operand's length may go. */
    private static double[] target(Operand operand) {
        return operand.owned ? operand.values : new double[operand.values.length];
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
                text.append(column instanceof NumericColumn numeric
                        ? Double.toString(numeric.values()[row])
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
