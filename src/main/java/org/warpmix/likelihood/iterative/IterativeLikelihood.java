package org.warpmix.likelihood.iterative;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.ErrorCovariance;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Profile;

/**
 * The criterion of crossed factors without their Cholesky factor, for models whose factor would not fit: conjugate gradients for
 * the fixed and random effects, stochastic Lanczos quadrature for {@code log|A|} (Kündig and Sigrist, arXiv 2505.09552).
 *
 * <p>The random vectors are the same at every point, and the derivative is that of the estimate itself, so that the criterion
 * is a smooth function, the same at every call and for any number of threads. How far it and its minimum are from the exact
 * ones is told by {@link IterativeError}. An evaluation costs a number of passes over the pairs of levels that meet; memory
 * goes with their number and that of the levels. An instance holds work space: it serves one thread.
 */
public final class IterativeLikelihood implements Likelihood {

    private final Crossproducts statistics;
    private final Profile profile;
    private final IterativeOptions options;
    private final Structure structure;
    private final Sides sides;
    private final Probes probes;
    private final SchurComplement schur;

    /**
     * The likelihood of a model.
     *
     * @throws IllegalArgumentException for one grouping factor, where nothing has to be approximated
     */
    public IterativeLikelihood(Crossproducts statistics, Method method, IterativeOptions options) {
        if (statistics.factors().size() < 2) {
            throw new IllegalArgumentException(
                    "The iterative solver is for two and more grouping factors. With one the exact"
                            + " solver needs memory for its levels only: use that.");
        }
        this.statistics = statistics;
        this.profile = new Profile(statistics, method);
        this.options = options;
        structure = new Structure(statistics);
        sides = Sides.of(statistics, structure);
        probes = new Probes(structure, options);
        schur = new SchurComplement(structure);
    }

    private IterativeLikelihood(IterativeLikelihood design, Crossproducts statistics) {
        this.statistics = statistics;
        this.profile = new Profile(statistics, design.profile.reml() ? Method.REML : Method.ML);
        this.options = design.options;
        structure = design.structure;
        sides = Sides.of(statistics, structure);
        probes = design.probes;
        schur = design.schur;
    }

    @Override
    public Likelihood withResponse(Crossproducts another) {
        Profile.requireSameDesign(statistics, another);
        return new IterativeLikelihood(this, another);
    }

    @Override
    public List<RandomBlock> blocks() {
        List<RandomBlock> blocks = new ArrayList<>();
        for (LevelProducts factor : statistics.factors()) {
            blocks.add(factor.block());
        }
        return blocks;
    }

    /** How it is reckoned. */
    public IterativeOptions options() {
        return options;
    }

    /** ν: n under ML, n − p under REML. */
    double degrees() {
        return profile.degrees();
    }

    /** Everything at a point. */
    Evaluation evaluate(double[][] lambda, boolean logDet, boolean derivative) {
        return new Evaluation(structure, sides, logDet ? probes : null, schur, lambda, options.tolerance(), derivative);
    }

    /** d at a point. */
    double criterion(Evaluation at) {
        double d = at.logDet() + profile.degrees() * Math.log(at.sides().rSquared()) + profile.constant();
        d += profile.reml() ? at.sides().logDetFixed() : 0;
        return at.positive() && d < Double.POSITIVE_INFINITY ? d : Double.POSITIVE_INFINITY;
    }

    @Override
    public double criterion(double[][] lambda, double[][] dLambda) {
        Evaluation at = evaluate(lambda, true, dLambda != null);
        double d = criterion(at);
        if (dLambda == null || d == Double.POSITIVE_INFINITY) {
            return d;
        }
        clear(dLambda);
        at.addLogDet(dLambda);
        if (profile.reml()) {
            at.sides().addLogDetFixed(dLambda);
        }
        at.sides()
                .addForm(
                        at.sides().residualWeights(),
                        profile.degrees() / at.sides().rSquared(),
                        dLambda);
        return d;
    }

    private static void clear(double[][] dLambda) {
        for (double[] block : dLambda) {
            Arrays.fill(block, 0);
        }
    }

    @Override
    public Parts parts(double[][] lambda, Held held, double[][] dLambda) {
        Evaluation at = evaluate(lambda, true, true);
        if (!at.positive()) {
            return null;
        }
        double[] weights = at.sides().residualWeights();
        double rSquared = at.sides().rSquared();
        double misfit = 0;
        if (held.direction() != null) {
            int behind = weights.length - 1;
            double[] move = at.sides().along(held.direction());
            double value = held.value();
            for (int j = 0; j < held.direction().length; j++) {
                value += held.direction()[j] * weights[behind - held.direction().length + j];
            }
            misfit = value / move[behind];
            rSquared += misfit * misfit * move[behind];
            for (int i = 0; i < behind; i++) {
                weights[i] -= misfit * move[i];
            }
        }
        clear(dLambda);
        at.addLogDet(dLambda);
        at.sides().addForm(weights, held.scale(statistics.n(), rSquared), dLambda);
        return new Parts(at.logDet(), rSquared, misfit);
    }

    @Override
    public Solution solve(double[][] lambda) {
        Evaluation at = evaluate(lambda, false, false);
        if (!at.positive()) {
            throw new ArithmeticException("The likelihood cannot be evaluated at this theta.");
        }
        double[] weights = at.sides().residualWeights();
        double[] gamma = Arrays.copyOfRange(weights, weights.length - 1 - statistics.p(), weights.length - 1);
        for (int j = 0; j < gamma.length; j++) {
            gamma[j] = -gamma[j];
        }
        return new Solution(
                gamma, at.sides().inverse(), at.sides().rSquared(), at.sides().modes(weights));
    }

    /** Not to be had without the factor: NaN. */
    @Override
    public double[][] conditionalCovariances(double[][] lambda) {
        double[][] covariances = new double[lambda.length][];
        for (int f = 0; f < covariances.length; f++) {
            covariances[f] = new double[statistics.factors().get(f).g().length];
            Arrays.fill(covariances[f], Double.NaN);
        }
        return covariances;
    }

    /**
     * Not to be had without the factor.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    public ErrorCovariance errors(double[][] lambda) {
        throw new IllegalArgumentException(
                "Standard errors of random effects and of predictions need the exact solver: the"
                        + " iterative one has no factor to take them from.");
    }
}
