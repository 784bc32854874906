package org.warpmix.optimize;

import java.util.Arrays;

/**
 * Minimises a smooth function with an exact gradient: BFGS on the inverse Hessian with a strong-Wolfe line search.
 *
 * <p>Nocedal and Wright, Numerical Optimization (2nd ed.), algorithms 6.1, 3.5 and 3.6. The end is judged by the Newton
 * decrement ½ g'Hg, the predicted excess of the criterion over its minimum, which has the unit of the criterion and does
 * not depend on that of x. Near the minimum, where differences of the function drown in rounding, steps are accepted by
 * their slopes (the approximate Wolfe conditions of Hager and Zhang 2005, doi:10.1137/030601880). Deterministic.
 */
public final class Bfgs {

    /** A function and its gradient. */
    @FunctionalInterface
    public interface Function {
        /**
         * Evaluates.
         *
         * @param gradient overwritten
         * @return the value, or +∞ where there is none
         */
        double value(double[] x, double[] gradient);
    }

    /** How a minimisation ended. */
    public enum Ending {
        /** The predicted excess over the minimum is below the tolerance. */
        CONVERGED,
        /** No step improves the function any more, although the predicted excess is above the tolerance. */
        STALLED,
        /** The evaluations allowed were used up. */
        EVALUATION_LIMIT,
        /** The function has no value at the start. */
        NO_VALUE,
        /** There was no search: the point was given. */
        NOT_SEARCHED
    }

    /**
     * Where a minimisation ended.
     *
     * @param x the best point
     * @param value the function there
     * @param gradient and its gradient
     * @param decrement ½ g'Hg there
     * @param evaluations of the function with its gradient
     */
    public record Minimum(
            double[] x, double value, double[] gradient, double decrement, int evaluations, Ending ending) {}

    private static final double LONGEST_STEP = 4;

    private final Function function;
    private final LineSearch line = new LineSearch();
    private final int size;
    private final double tolerance;
    private final int limit;
    private final double[] h;
    private final double[] direction;
    private final double[] step;
    private final double[] change;
    private final double[] product;
    private double[] x;
    private double[] gradient;
    private double[] trial;
    private double[] trialGradient;
    private double value;
    private double trialValue;
    private int evaluations;

    private Bfgs(Function function, double[] start, double tolerance, int limit) {
        this.function = function;
        this.size = start.length;
        this.tolerance = tolerance;
        this.limit = limit;
        this.x = start.clone();
        this.trial = new double[size];
        this.gradient = new double[size];
        this.trialGradient = new double[size];
        this.h = new double[size * size];
        this.direction = new double[size];
        this.step = new double[size];
        this.change = new double[size];
        this.product = new double[size];
    }

    /**
     * Minimises from a start.
     *
     * @param start not modified
     * @param scale a guess at the inverse Hessian, k×k, or at its diagonal, whose size the first step then corrects; not
     *     modified
     * @param tolerance predicted excess over the minimum, in the unit of the function, at which to stop
     * @param limit evaluations allowed
     */
    public static Minimum minimize(Function function, double[] start, double[] scale, double tolerance, int limit) {
        return new Bfgs(function, start, tolerance, limit).run(scale);
    }

    private Minimum run(double[] scale) {
        value = function.value(x, gradient);
        evaluations = 1;
        if (!(value < Double.POSITIVE_INFINITY)) {
            return new Minimum(x, value, gradient, Double.POSITIVE_INFINITY, evaluations, Ending.NO_VALUE);
        }
        boolean whole = size > 1 && scale.length == h.length;
        boolean fresh = true;
        reset(scale);
        while (true) {
            double slope = descend();
            if (!(slope < 0) && !fresh) {
                reset(scale); // rounding has cost H its definiteness
                fresh = true;
                slope = descend();
            }
            double decrement = -0.5 * slope;
            if (decrement <= tolerance) {
                return end(decrement, Ending.CONVERGED);
            }
            if (evaluations >= limit) {
                return end(decrement, Ending.EVALUATION_LIMIT);
            }
            double length = norm(direction);
            double longest = LONGEST_STEP * Math.max(1, norm(x));
            double first = length > longest ? longest / length : 1;
            if (!search(slope, first)) {
                if (fresh) {
                    return end(decrement, evaluations >= limit ? Ending.EVALUATION_LIMIT : Ending.STALLED);
                }
                reset(scale);
                fresh = true;
                continue;
            }
            for (int i = 0; i < size; i++) {
                step[i] = trial[i] - x[i];
                change[i] = trialGradient[i] - gradient[i];
            }
            accept();
            update(fresh && !whole);
            fresh = false;
        }
    }

    private Minimum end(double decrement, Ending ending) {
        return new Minimum(x, value, gradient, decrement, evaluations, ending);
    }

    private void reset(double[] scale) {
        Arrays.fill(h, 0);
        if (scale.length == h.length) {
            System.arraycopy(scale, 0, h, 0, h.length);
            return;
        }
        for (int i = 0; i < size; i++) {
            h[i + i * size] = scale[i];
        }
    }

    /** direction = −H g; returns its slope. */
    private double descend() {
        double slope = 0;
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum -= h[j + i * size] * gradient[j];
            }
            direction[i] = sum;
            slope += sum * gradient[i];
        }
        return slope;
    }

    private void accept() {
        double[] swap = x;
        x = trial;
        trial = swap;
        swap = gradient;
        gradient = trialGradient;
        trialGradient = swap;
        value = trialValue;
    }

    /** H ← (I − ρ s y') H (I − ρ y s') + ρ s s'. */
    private void update(boolean first) {
        double sy = dot(step, change);
        if (!(sy > 1e-14 * norm(step) * norm(change))) {
            return;
        }
        if (first) {
            double yhy = 0;
            for (int i = 0; i < size; i++) {
                yhy += change[i] * change[i] * h[i + i * size];
            }
            double factor = sy / yhy;
            for (int i = 0; i < size; i++) {
                h[i + i * size] *= factor;
            }
        }
        double yhy = 0;
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum += h[j + i * size] * change[j];
            }
            product[i] = sum;
            yhy += sum * change[i];
        }
        double rho = 1 / sy;
        double factor = rho * (1 + rho * yhy);
        for (int j = 0; j < size; j++) {
            for (int i = 0; i < size; i++) {
                h[i + j * size] += factor * step[i] * step[j] - rho * (product[i] * step[j] + step[i] * product[j]);
            }
        }
    }

    /** Finds a step; leaves it in {@code trial}. */
    private boolean search(double slope, double first) {
        line.begin(value, slope, first);
        LineSearch.Verdict verdict = LineSearch.Verdict.AGAIN;
        while (verdict == LineSearch.Verdict.AGAIN && evaluations < limit) {
            double trialSlope = evaluate(line.alpha());
            verdict = line.judge(trialValue, trialSlope);
        }
        return verdict == LineSearch.Verdict.ACCEPT;
    }

    private double evaluate(double alpha) {
        for (int i = 0; i < size; i++) {
            trial[i] = x[i] + alpha * direction[i];
        }
        trialValue = function.value(trial, trialGradient);
        evaluations++;
        return trialValue < Double.POSITIVE_INFINITY ? dot(trialGradient, direction) : Double.POSITIVE_INFINITY;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }
}
