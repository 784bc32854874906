package org.warpmix.model;

import org.warpmix.formula.Function;
import org.warpmix.formula.Operator;

/**
 * A value within an expression: one number per row, or one for all rows.
 *
 * @param values the number of row i at {@code i * stride}
 * @param stride 1 or, for a constant, 0
 * @param owned whether the next operation may write its result here; else it is a column of the table
 */
record Operand(double[] values, int stride, boolean owned) {

    static Operand constant(double value) {
        return new Operand(new double[] {value}, 0, true);
    }

    /** A column that is not to be written to. */
    static Operand shared(double[] values) {
        return new Operand(values, 1, false);
    }

    /** A column that was made for this expression. */
    static Operand column(double[] values) {
        return new Operand(values, 1, true);
    }

    /** The result of an arithmetic operator. */
    static Operand of(Operator operator, Operand left, Operand right) {
        double[] a = left.values;
        double[] b = right.values;
        int s = left.stride;
        int t = right.stride;
        boolean intoRight = right.stride == 1 && (left.stride == 0 || !left.owned && right.owned);
        double[] out = (intoRight ? right : left).target();
        int n = out.length;
        switch (operator) {
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
                    double base = a[i * s];
                    out[i] = base == 1 ? 1 : Math.pow(base, b[i * t]); // also to the power of infinity, as in C
                }
            }
        }
        return new Operand(out, s | t, true);
    }

    Operand negated() {
        double[] out = target();
        for (int i = 0; i < out.length; i++) {
            out[i] = -values[i];
        }
        return new Operand(out, stride, true);
    }

    /** A function of one argument applied. */
    Operand mapped(Function function) {
        double[] x = values;
        double[] out = target();
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
        return new Operand(out, stride, true);
    }

    /** Exact at powers of two, as people expect of it. */
    private static double log2(double x) {
        int exponent = Math.getExponent(x);
        return Double.isFinite(x) && x > 0 && exponent >= Double.MIN_EXPONENT
                ? exponent + Math.log(Math.scalb(x, -exponent)) / Math.log(2)
                : Math.log(x) / Math.log(2);
    }

    private double[] target() {
        return owned ? values : new double[values.length];
    }
}
