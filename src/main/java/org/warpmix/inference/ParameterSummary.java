package org.warpmix.inference;

/**
 * What a bootstrap says of one parameter. Errors are Monte Carlo standard errors: what the number of replicates leaves open,
 * not the data. Replicates without a value of it (failed ones, and correlations with an effect of no variance) are left out,
 * those that did not converge are not.
 */
public final class ParameterSummary {

    private final String name;
    private final double estimate;
    private final double standardError;
    private final Distribution distribution;
    private final Distribution studentised;

    /**
     * @param standardError by the fit; of a fixed effect whose replicates have one
     * @param studentised distribution of (b* − b)/se*, or {@code null}
     */
    public ParameterSummary(
            String name, double estimate, double standardError, Distribution distribution, Distribution studentised) {
        this.name = name;
        this.estimate = estimate;
        this.standardError = standardError;
        this.distribution = distribution;
        this.studentised = studentised;
    }

    /** {@code sigma}, {@code theta.1}, {@code beta.Days}, {@code sd.Subject.Days}, {@code cor.Subject.Days.(Intercept)}. */
    public String name() {
        return name;
    }

    /** The fit's estimate. */
    public double estimate() {
        return estimate;
    }

    /** Number of replicates that have a value. */
    public long count() {
        return distribution.moments().count();
    }

    /** Mean over the replicates. */
    public double mean() {
        return distribution.moments().mean();
    }

    /** {@code mean − estimate}. */
    public double bias() {
        return mean() - estimate;
    }

    /** Monte Carlo standard error of mean and bias. */
    public double meanError() {
        return distribution.moments().meanError();
    }

    /** Standard deviation over the replicates: the bootstrap's standard error of the estimate. */
    public double standardDeviation() {
        return distribution.moments().sd();
    }

    /** Monte Carlo standard error of {@link #standardDeviation}. */
    public double standardDeviationError() {
        return distribution.moments().sdError();
    }

    /** Quantile of the replicates. */
    public double quantile(double p) {
        return distribution.quantile(p);
    }

    /** Whether the replicates have standard errors of this parameter. */
    boolean hasStudentised() {
        return studentised != null;
    }

    /** A confidence interval; see {@link BootstrapResult#interval}. */
    public Interval interval(IntervalType type, double level, double acceleration) {
        double a = (1 - level) / 2;
        return switch (type) {
            case PERCENTILE ->
                new Interval(
                        type,
                        level,
                        quantile(a),
                        quantile(1 - a),
                        distribution.quantileError(a),
                        distribution.quantileError(1 - a));
            case BASIC -> reflected(type, level, 2 * estimate, 1, distribution);
            case STUDENTISED -> reflected(type, level, estimate, standardError, studentised);
            case NORMAL -> normal(level, Normal.quantile(1 - a));
            case BCA -> accelerated(level, acceleration);
        };
    }

    /** {@code center − unit × quantiles}. */
    private static Interval reflected(
            IntervalType type, double level, double center, double unit, Distribution distribution) {
        double a = (1 - level) / 2;
        return new Interval(
                type,
                level,
                center - unit * distribution.quantile(1 - a),
                center - unit * distribution.quantile(a),
                unit * distribution.quantileError(1 - a),
                unit * distribution.quantileError(a));
    }

    private Interval normal(double level, double z) {
        Moments moments = distribution.moments();
        double center = estimate - bias();
        double variance = moments.meanError() * moments.meanError() + z * z * moments.sdError() * moments.sdError();
        double covariance = 2 * z * moments.meanSdCovariance();
        return new Interval(
                IntervalType.NORMAL,
                level,
                center - z * moments.sd(),
                center + z * moments.sd(),
                Math.sqrt(Math.max(variance + covariance, 0)),
                Math.sqrt(Math.max(variance - covariance, 0)));
    }

    private Interval accelerated(double level, double acceleration) {
        double a = (1 - level) / 2;
        double share = distribution.shareBelow();
        double[] ends = new double[2];
        double[] errors = new double[2];
        for (int end = 0; end < 2; end++) {
            double z = Normal.quantile(end == 0 ? a : 1 - a);
            double bias = share > 0 && share < 1 ? Normal.quantile(share) : Double.NaN;
            double stretch = 1 - acceleration * (bias + z);
            double at = Normal.probability(bias + (bias + z) / stretch);
            ends[end] = quantile(at);
            // The rank wanted moves with the share below the estimate, which has an error of its own.
            double slope =
                    Normal.density(bias + (bias + z) / stretch) * (1 + 1 / (stretch * stretch)) / Normal.density(bias);
            double own = at * (1 - at);
            double covariance = Math.min(at, share) - at * share;
            double variance = own + slope * slope * share * (1 - share) - 2 * slope * covariance;
            errors[end] = distribution.quantileError(at) * Math.sqrt(Math.max(variance, 0) / own);
        }
        return new Interval(IntervalType.BCA, level, ends[0], ends[1], errors[0], errors[1]);
    }
}
