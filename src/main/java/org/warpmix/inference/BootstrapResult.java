package org.warpmix.inference;

import java.util.List;
import org.warpmix.table.NearestNames;

/**
 * What a bootstrap found: how its replicates ended, and for each parameter the distribution over them.
 *
 * <p>Replicates that failed have no estimates and are in {@link #failed} only. Those that did not converge are counted and
 * kept: they have the best estimates found, and to leave out those that are hard to fit would bias what is left.
 *
 * <p>Numbers do not depend on threads nor on the sizes of blocks. Quantiles are exact for up to four million
 * numbers (half a million replicates of eight parameters); beyond, they come from a histogram, whose error is small beside
 * the Monte Carlo error.
 */
public final class BootstrapResult {

    private final Bootstrap bootstrap;
    private final Endings endings;
    private final List<ParameterSummary> parameters;
    private double[] accelerations;

    BootstrapResult(Bootstrap bootstrap, Summarizer summarizer) {
        this.bootstrap = bootstrap;
        this.endings = summarizer.endings();
        this.parameters = summarizer.finish();
    }

    /** What was asked for. */
    public Bootstrap bootstrap() {
        return bootstrap;
    }

    /** Number of replicates fitted, however they ended: fewer than asked for where the run was stopped. */
    public long replicates() {
        return endings.all();
    }

    /** Whether a listener stopped the run before its end. */
    public boolean stopped() {
        return replicates() < bootstrap.count();
    }

    /** Number of replicates that converged, singular ones among them. */
    public long converged() {
        return endings.converged();
    }

    /** Number of replicates whose search did not meet its tolerance; their estimates count. */
    public long notConverged() {
        return endings.notConverged();
    }

    /** Number of replicates without estimates. */
    public long failed() {
        return endings.failed();
    }

    /** Number of replicates with a singular covariance matrix of random effects. */
    public long singular() {
        return endings.singular();
    }

    /** Sigma, theta, the fixed effects, then standard deviations and correlations of the random effects. */
    public List<ParameterSummary> parameters() {
        return parameters;
    }

    /**
     * One parameter.
     *
     * @param name see {@link ParameterSummary#name}
     * @throws IllegalArgumentException for an unknown name, with the nearest known
     */
    public ParameterSummary parameter(String name) {
        return parameters.get(indexOf(name));
    }

    /**
     * A confidence interval, on the parameter's own scale. The first of type BCa fits the model once for each group left out.
     *
     * @param name see {@link ParameterSummary#name}
     * @param level e.g. 0.95
     * @throws IllegalArgumentException for an unknown name, a level outside (0, 1), and where the model does not allow the
     *     type, saying why
     */
    public Interval interval(String name, IntervalType type, double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "The level of an interval was " + level + ". Levels are between 0 and 1, e.g. 0.95.");
        }
        int index = indexOf(name);
        if (type == IntervalType.STUDENTISED && !parameters.get(index).hasStudentised()) {
            throw new IllegalArgumentException("No studentised interval of " + name + ": it takes a fixed effect, and a"
                    + " bootstrap with standard errors.");
        }
        double acceleration = type == IntervalType.BCA ? accelerations()[index] : 0;
        return parameters.get(index).interval(type, level, acceleration);
    }

    private synchronized double[] accelerations() {
        if (accelerations == null) {
            accelerations = bootstrap.accelerations();
        }
        return accelerations;
    }

    private int indexOf(String name) {
        List<String> names = parameters.stream().map(ParameterSummary::name).toList();
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "No parameter " + NearestNames.quote(name) + ". " + NearestNames.hint(name, names));
        }
        return index;
    }
}
