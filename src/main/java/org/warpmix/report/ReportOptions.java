package org.warpmix.report;

/**
 * What a report of a fit holds. Immutable: {@code ReportOptions.defaults().withRanef(true)}.
 *
 * @param degrees where tests and intervals of fixed effects get their degrees of freedom
 * @param level of the confidence intervals
 * @param intervals whether the text shows the intervals; JSON has them wherever there are degrees of freedom
 * @param ranef whether to list the conditional modes of the random effects
 * @param fitted whether to list the fitted values
 */
public record ReportOptions(Degrees degrees, double level, boolean intervals, boolean ranef, boolean fitted) {

    private static final ReportOptions DEFAULTS = new ReportOptions(Degrees.SATTERTHWAITE, 0.95, false, false, false);

    /** Residual degrees of freedom, 95% intervals in JSON only, no lists. */
    public static ReportOptions defaults() {
        return DEFAULTS;
    }

    public ReportOptions withDegrees(Degrees chosen) {
        return new ReportOptions(chosen, level, intervals, ranef, fitted);
    }

    /** Sets the level of the intervals and shows them in the text, too. */
    public ReportOptions withIntervals(double chosen) {
        return new ReportOptions(degrees, chosen, true, ranef, fitted);
    }

    public ReportOptions withRanef(boolean listed) {
        return new ReportOptions(degrees, level, intervals, listed, fitted);
    }

    public ReportOptions withFitted(boolean listed) {
        return new ReportOptions(degrees, level, intervals, ranef, listed);
    }
}
