package org.warpmix.study;

/**
 * When a condition has enough replicates: when these Monte Carlo standard errors are reached for all models, methods and coefficients
 * tested. It is looked at where blocks of replicates end.
 *
 * @param bias wanted of biases; NaN for any
 * @param coverage wanted of coverages; NaN for any
 * @param rejection wanted of rejection rates; NaN for any
 */
public record StopRule(double bias, double coverage, double rejection) {

    /** All replicates, whatever the errors. */
    public static final StopRule NEVER = new StopRule(Double.NaN, Double.NaN, Double.NaN);

    public StopRule {
        for (double error : new double[] {bias, coverage, rejection}) {
            if (error <= 0) {
                throw new IllegalArgumentException("A wanted Monte Carlo error of " + error + ". Take one above 0.");
            }
        }
    }

    /** Whether it ever stops anything. */
    boolean any() {
        return !Double.isNaN(bias) || !Double.isNaN(coverage) || !Double.isNaN(rejection);
    }

    /**
     * Whether the errors are reached. A share that is 0 or 1 so far has an error that is not known: it is reckoned as if one replicate
     * more had been the other way.
     */
    boolean reached(Tally tally) {
        for (String parameter : tally.parameters()) {
            if (!tally.isTested(parameter)) {
                continue;
            }
            if (!within(tally.bias(parameter).error(), bias)) {
                return false;
            }
            for (TestMethod method : tally.methods()) {
                if (!within(shareError(tally.rejection(parameter, method)), rejection)
                        || method.hasInterval() && !within(shareError(tally.coverage(parameter, method)), coverage)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static double shareError(Measure share) {
        double n = share.count() + 1.0;
        double p = Math.min(Math.max(share.value(), 1 / n), 1 - 1 / n);
        return Math.sqrt(p * (1 - p) / n);
    }

    private static boolean within(double error, double wanted) {
        return Double.isNaN(wanted) || error <= wanted;
    }
}
