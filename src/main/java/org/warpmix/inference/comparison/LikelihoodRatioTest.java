package org.warpmix.inference.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.Embedding;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.model.ModelData;
import org.warpmix.table.NearestNames;

/**
 * Likelihood-ratio tests between nested models fitted to the same rows, each against the next smaller one.
 *
 * <pre>
 * LikelihoodRatioTest test = LikelihoodRatioTest.of(intercepts, slopes);
 * double p = test.steps().get(0).mixtureP();
 * </pre>
 *
 * <p>Models with different fixed effects have no REML criteria that could be compared: where a fit is by REML and fixed effects
 * differ, or methods do, all are refitted by ML, as R's {@code anova} does. With the same fixed effects, fits by REML are compared as
 * they are.
 *
 * <p>A variance of zero is on the boundary, where the statistic is not χ² with as many degrees of freedom as there are parameters: where
 * one variance is tested, with its covariances if it has any, it is half χ² with df − 1, half with df (Self and Liang 1987,
 * doi:10.1080/01621459.1987.10478472; Stram and Lee 1994, doi:10.2307/2533455). With more variances the weights depend on the design;
 * the naive p is too large then, and a parametric bootstrap ({@link LikelihoodRatioBootstrap}) has none of this.
 */
public final class LikelihoodRatioTest {

    /** Differences of criteria that are rounding. */
    private static final double ROUNDING = 1e-6;

    private final List<Fit> models;
    private final List<Step> steps;
    private final boolean refitted;

    private LikelihoodRatioTest(List<Fit> models, List<Step> steps, boolean refitted) {
        this.models = models;
        this.steps = steps;
        this.refitted = refitted;
    }

    /**
     * The test of a model against the next smaller one.
     *
     * @param statistic difference of the criteria, smaller minus larger
     * @param degrees difference in the number of parameters
     * @param variances number of independent variances that are zero in the smaller model
     */
    public record Step(double statistic, int degrees, int variances) {

        /** p by χ² with {@link #degrees}: too large where variances are tested. */
        public double p() {
            return survival(degrees);
        }

        /** {@code ½ P(χ²_{df−1} ≥ x) + ½ P(χ²_df ≥ x)} where one variance is tested; NaN where none or more are. */
        public double mixtureP() {
            return variances == 1 ? 0.5 * (survival(degrees - 1) + survival(degrees)) : Double.NaN;
        }

        private double survival(int df) {
            if (!(statistic > 0)) {
                return 1;
            }
            return df == 0 ? 0 : ChiSquaredDistribution.of(df).survivalProbability(statistic);
        }
    }

    /**
     * Compares models, which are put in order by their number of parameters.
     *
     * @throws IllegalArgumentException where rows or responses differ, where models are not nested, and where two have the same
     *     number of parameters
     */
    public static LikelihoodRatioTest of(Fit first, Fit... others) {
        List<Fit> models = new ArrayList<>(List.of(others));
        models.add(0, first);
        models.forEach(model -> model.design().data().requireRows("A comparison of models"));
        if (models.size() < 2) {
            throw new IllegalArgumentException("A likelihood-ratio test compares two models or more, and here is one.");
        }
        models.sort(Comparator.comparingInt(Fit::parameters)); // stable
        boolean reml = false;
        boolean alike = true;
        int[] variances = new int[models.size() - 1];
        for (int i = 0; i < models.size(); i++) {
            Fit model = models.get(i);
            if (!model.convergence().searched()) {
                throw new IllegalArgumentException("Model " + name(model)
                        + " was evaluated at a theta that was given: only maxima can be compared. Fit it.");
            }
            reml |= model.model().method() == Method.REML;
            if (i > 0) {
                Fit smaller = models.get(i - 1);
                checkRows(smaller, model);
                variances[i - 1] = checkNested(smaller, model);
                alike &= smaller.model().method() == model.model().method() && sameFixed(smaller, model);
            }
        }
        boolean refit = reml && !alike;
        List<Fit> compared =
                refit ? models.stream().map(model -> model.refit(Method.ML)).toList() : List.copyOf(models);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < variances.length; i++) {
            double statistic = compared.get(i).criterion() - compared.get(i + 1).criterion();
            steps.add(new Step(
                    Math.abs(statistic) < ROUNDING ? Math.max(statistic, 0) : statistic,
                    models.get(i + 1).parameters() - models.get(i).parameters(),
                    variances[i]));
        }
        return new LikelihoodRatioTest(compared, List.copyOf(steps), refit);
    }

    /** The models as they are compared, by their number of parameters. */
    public List<Fit> models() {
        return models;
    }

    /** Step i is the test of model i + 1 against model i. */
    public List<Step> steps() {
        return steps;
    }

    /** Whether fits by REML were refitted by ML. */
    public boolean refitted() {
        return refitted;
    }

    /** What messages call a model. */
    private static String name(Fit fit) {
        return NearestNames.quote(fit.model().formula().toString());
    }

    private static void checkRows(Fit one, Fit other) {
        ModelData a = one.design().data();
        ModelData b = other.design().data();
        if (!a.response().equals(b.response())) {
            throw new IllegalArgumentException("The models have different responses, " + a.response() + " and "
                    + b.response() + ": likelihoods of different data cannot be compared.");
        }
        if (!Arrays.equals(a.rows(), b.rows())) {
            throw new IllegalArgumentException(
                    "The models are fitted to different rows: " + name(one) + " uses " + a.n()
                            + " and " + name(other) + " uses " + b.n()
                            + ". Each leaves out rows where something that it uses is missing; leave these out of the data.");
        }
        boolean same = Arrays.equals(a.y(), b.y())
                && Arrays.equals(a.weights(), b.weights())
                && Arrays.equals(a.offset(), b.offset());
        if (!same) {
            throw new IllegalArgumentException("The models " + name(one) + " and " + name(other)
                    + " differ in the values of the response, the weights or the offset: they are not nested.");
        }
    }

    private static int checkNested(Fit smaller, Fit larger) {
        if (smaller.parameters() == larger.parameters()) {
            throw new IllegalArgumentException("The models " + name(smaller) + " and " + name(larger) + " both have "
                    + larger.parameters() + " parameters: neither is a special case of the other. Compare their AIC.");
        }
        String models = "The models are not nested: ";
        Crossproducts statistics = smaller.profiledCriterion().statistics();
        Crossproducts wider = larger.profiledCriterion().statistics();
        if (!sameFixed(smaller, larger) && !Embedding.of(statistics, wider).fixedWithin()) {
            throw new IllegalArgumentException(models + "the fixed effects of " + name(smaller)
                    + " are no special case of those of " + name(larger) + ". Compare their AIC (by --ml).");
        }
        int zeros = NestedCovariance.variancesAtZero(
                smaller.design().data().terms(), larger.design().data().terms());
        if (zeros < 0) {
            throw new IllegalArgumentException(models + "the random effects of " + name(smaller)
                    + " are no special case of those of " + name(larger) + ". Compare their AIC.");
        }
        return zeros;
    }

    /** Whether the columns of X that are kept are the same numbers. */
    private static boolean sameFixed(Fit one, Fit other) {
        double[][] a = kept(one);
        double[][] b = kept(other);
        boolean same = a.length == b.length;
        for (int j = 0; j < a.length && same; j++) {
            same = Arrays.equals(a[j], b[j]);
        }
        return same;
    }

    private static double[][] kept(Fit fit) {
        double[][] x = fit.design().data().x();
        return Arrays.stream(fit.profiledCriterion().statistics().fixed().kept())
                .mapToObj(j -> x[j])
                .toArray(double[][]::new);
    }
}
