package org.warpmix.likelihood;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;

/**
 * The criterion as a function of the optimiser's vector x (see {@link Parameters}): what is minimised.
 *
 * <p>An instance holds work space: it serves one thread.
 */
public final class ProfiledCriterion {

    private final Crossproducts statistics;
    private final Likelihood likelihood;
    private final Parameters parameters;
    private final double[][] dLambda;

    private ProfiledCriterion(ProfiledCriterion design, Crossproducts statistics) {
        this.statistics = statistics;
        this.likelihood = design.likelihood.withResponse(statistics);
        this.parameters = design.parameters;
        this.dLambda = design.dLambda;
    }

    private ProfiledCriterion(Crossproducts statistics, Likelihood likelihood) {
        this.statistics = statistics;
        this.likelihood = likelihood;
        List<RandomBlock> blocks = likelihood.blocks();
        this.parameters = new Parameters(blocks);
        this.dLambda = new double[blocks.size()][];
        for (int f = 0; f < dLambda.length; f++) {
            int q = blocks.get(f).columns();
            dLambda[f] = new double[q * q];
        }
    }

    /** Picks the likelihood that suits the structure: by classes of groups for one factor, by blocks for several. */
    public static ProfiledCriterion of(Crossproducts statistics, Method method) {
        return of(
                statistics,
                statistics.factors().size() == 1
                        ? new GroupedLikelihood(statistics, method)
                        : new BlockLikelihood(statistics, method));
    }

    /** The criterion by a likelihood of one's own choice. */
    public static ProfiledCriterion of(Crossproducts statistics, Likelihood likelihood) {
        return new ProfiledCriterion(statistics, likelihood);
    }

    /**
     * The same, the dense remainder of the elimination of several factors on a device if this takes it.
     *
     * @throws IllegalArgumentException where the device has to take it and cannot
     */
    public static ProfiledCriterion of(Crossproducts statistics, Method method, DenseFront.Maker device) {
        if (statistics.factors().size() == 1) {
            return of(statistics, method);
        }
        FrontMaker fronts = (s, plan, products) -> {
            FrontSize size = FrontSize.of(s, plan, products.width);
            if (device.takes(size)) {
                return new RemoteFront(s, plan, products, device);
            }
            device.stays(size);
            return Fronts.inMemory(s, plan, products);
        };
        return new ProfiledCriterion(
                statistics, new BlockLikelihood(statistics, method, fronts, SparseLimits.DEFAULTS));
    }

    /**
     * The criterion of another response of the same design: the same bits as {@link #of} gives, without its analysis of the
     * design. It shares this one's work space, so that the two serve one thread, one call after the other.
     *
     * @param response by {@link Crossproducts#withResponse} from the statistics of this criterion
     * @throws IllegalArgumentException if they are of another design
     */
    public ProfiledCriterion withResponse(Crossproducts response) {
        return new ProfiledCriterion(this, response);
    }

    /** The statistics that the criterion rests on. */
    public Crossproducts statistics() {
        return statistics;
    }

    /** The criterion as a function of covariance factors. */
    public Likelihood likelihood() {
        return likelihood;
    }

    /** See {@link Likelihood#gradientCost}. */
    public double gradientCost() {
        return likelihood.gradientCost();
    }

    /** How x maps to theta. */
    public Parameters parameters() {
        return parameters;
    }

    /** The blocks that x describes, in the order of the likelihood. */
    public List<RandomBlock> blocks() {
        return likelihood.blocks();
    }

    /** d at x; +∞ where it cannot be evaluated. */
    public double value(double[] x) {
        return likelihood.criterion(parameters.lambda(x), null);
    }

    /**
     * d and its gradient at x.
     *
     * @param gradient length {@link Parameters#count}; overwritten
     */
    public double value(double[] x, double[] gradient) {
        double value = likelihood.criterion(parameters.lambda(x), dLambda);
        if (value < Double.POSITIVE_INFINITY) {
            parameters.pullBack(x, dLambda, gradient);
        }
        return value;
    }

    /** {@link Parameters#start} with each factor's variances scaled to what the moments of the data say. */
    public double[] momentStart() {
        double[] x = parameters.start();
        double[] lambda = MomentStart.of(statistics);
        for (int f = 0; f < lambda.length; f++) {
            int end = f + 1 < lambda.length ? parameters.offset(f + 1, 0) : x.length;
            for (int i = parameters.offset(f, 0); i < end; i++) {
                x[i] *= lambda[f];
            }
        }
        return x;
    }

    /**
     * The point to which one step of expectation-maximisation leads: slow near the minimum, but safe and long far from it.
     * One evaluation.
     *
     * @param x not modified
     * @return x itself where the criterion has no value
     */
    public double[] expectationMaximization(double[] x) {
        double value = likelihood.criterion(parameters.lambda(x), dLambda);
        return value < Double.POSITIVE_INFINITY ? parameters.expectationMaximization(x, dLambda) : x.clone();
    }

    /** Estimates at x. */
    public Likelihood.Solution solve(double[] x) {
        return likelihood.solve(parameters.lambda(x));
    }

    /** See {@link Likelihood#conditionalCovariances}. */
    public double[][] conditionalCovariances(double[] x) {
        return likelihood.conditionalCovariances(parameters.lambda(x));
    }

    /** See {@link Likelihood#errors}. */
    public ErrorCovariance errors(double[] x) {
        return likelihood.errors(parameters.lambda(x));
    }
}
