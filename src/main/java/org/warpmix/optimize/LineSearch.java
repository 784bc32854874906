package org.warpmix.optimize;

/**
 * A line search for the strong or the approximate Wolfe conditions, which says what to evaluate next and is told what came out
 * (Nocedal and Wright, Numerical Optimization (2nd ed.), algorithms 3.5 and 3.6; Hager and Zhang 2005,
 * doi:10.1137/030601880). It is begun anew for each search.
 */
public final class LineSearch {

    /** What a trial means. */
    public enum Verdict {
        /** The step is taken. */
        ACCEPT,
        /** Evaluate at the next step length. */
        AGAIN,
        /** No step improves the function. */
        NONE
    }

    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double SLOPE_REDUCTION = 0.9;
    private static final double ROUNDING = 1e-13;
    private static final int LIMIT = 30;

    private double value;
    private double slope;
    private double noise;
    private double alpha;
    private double low;
    private double lowValue;
    private double lowSlope;
    private double high;
    private double highValue;
    private double highSlope;
    private int trials;
    private boolean last;

    /**
     * Begins a search.
     *
     * @param startValue the function at the start
     * @param startSlope its slope along the direction there, negative
     * @param first length of the first step
     */
    public void begin(double startValue, double startSlope, double first) {
        value = startValue;
        slope = startSlope;
        noise = ROUNDING * Math.abs(startValue);
        alpha = first;
        low = 0;
        lowValue = startValue;
        lowSlope = startSlope;
        high = Double.NaN;
        trials = 0;
        last = false;
    }

    /** The step length to evaluate at. */
    public double alpha() {
        return alpha;
    }

    /**
     * Judges the trial at {@link #alpha}, and sets the next where there is one.
     *
     * @param trialValue the function there, not finite where there is none
     * @param trialSlope its slope along the direction
     */
    public Verdict judge(double trialValue, double trialSlope) {
        if (last) {
            return Verdict.ACCEPT;
        }
        boolean finite = trialValue < Double.POSITIVE_INFINITY;
        boolean decreased = finite && trialValue <= value + SUFFICIENT_DECREASE * alpha * slope;
        boolean levelled = finite && trialValue <= value + noise && trialSlope <= (2 * SUFFICIENT_DECREASE - 1) * slope;
        if ((decreased || levelled) && Math.abs(trialSlope) <= -SLOPE_REDUCTION * slope) {
            return Verdict.ACCEPT;
        }
        if (!finite) {
            high = alpha;
            highValue = Double.POSITIVE_INFINITY;
            alpha = low + 0.1 * (high - low);
            return ++trials < LIMIT ? Verdict.AGAIN : end();
        }
        if (!(decreased || levelled) || trialValue > lowValue + noise) {
            high = alpha;
            highValue = trialValue;
            highSlope = trialSlope;
        } else {
            if (trialSlope * (Double.isNaN(high) ? 1 : high - low) >= 0) {
                high = low;
                highValue = lowValue;
                highSlope = lowSlope;
            }
            low = alpha;
            lowValue = trialValue;
            lowSlope = trialSlope;
        }
        if (Double.isNaN(high)) {
            alpha *= 3; // still going down steeply
        } else {
            alpha = interpolate();
            if (Math.abs(high - low) <= 1e-12 * Math.max(1e-300, Math.abs(high))) {
                return end();
            }
        }
        return ++trials < LIMIT ? Verdict.AGAIN : end();
    }

    /** Where no trial satisfied the conditions: the best one, if any was better than the start. */
    private Verdict end() {
        if (!(low > 0 && lowValue < value)) {
            return Verdict.NONE;
        }
        alpha = low;
        last = true;
        return Verdict.AGAIN;
    }

    /** Minimum of the cubic through two points with their slopes, kept away from the ends of the interval. */
    private double interpolate() {
        double width = high - low;
        if (highValue == Double.POSITIVE_INFINITY) {
            return low + 0.1 * width;
        }
        double d1 = lowSlope + highSlope - 3 * (highValue - lowValue) / width;
        double square = d1 * d1 - lowSlope * highSlope;
        double middle = low + 0.5 * width;
        if (!(square >= 0)) {
            return middle;
        }
        double d2 = Math.copySign(Math.sqrt(square), width);
        double next = high - width * ((highSlope + d2 - d1) / (highSlope - lowSlope + 2 * d2));
        double near = low + 0.1 * width;
        double far = low + 0.9 * width;
        if (!(next >= Math.min(near, far) && next <= Math.max(near, far))) {
            return Double.isNaN(next) ? middle : Math.abs(next - near) < Math.abs(next - far) ? near : far;
        }
        return next;
    }
}
