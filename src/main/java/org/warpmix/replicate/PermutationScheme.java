package org.warpmix.replicate;

import java.util.Locale;

/**
 * What a permutation test exchanges, and what has to be exchangeable for it.
 *
 * <p>"Reduced" is the model without the effects that are tested, "full" the one with them; V is the covariance of the
 * response relative to σ² at the estimated theta.
 */
public enum PermutationScheme {
    /**
     * The decorrelated residuals {@code V^-½(y − Xβ)} of the reduced model are permuted over all rows, correlated again and
     * added to its means. Exchangeable: these residuals under the null hypothesis, which holds when the covariances are right
     * and the standardised errors and random effects are normal, and approximately else; β and θ being estimated costs a
     * little exactness. Any structure. Freedman and Lane 1983, doi:10.1080/07350015.1983.10509354.
     */
    FREEDMAN_LANE,
    /**
     * The decorrelated residuals of the full model are permuted over all rows, correlated again and added to its means. Each
     * replicate then has the full fit's effects: what is compared with the observed statistic of {@code β = 0} is that of
     * {@code β* = β} (estimate of the replicate minus that of the full fit). Exchangeable: these residuals whether or not
     * the null hypothesis holds, with the same provisos. Any structure. ter Braak 1992, Permutation versus bootstrap
     * significance tests in multiple regression and ANOVA.
     */
    TER_BRAAK,
    /**
     * The residuals {@code y − Xβ} of the reduced model keep or change their sign, all rows of an independent group
     * together. Exchangeable: a group's errors with their negatives, so the errors of each group are symmetric about zero;
     * groups may have covariances and sizes of their own. Needs one grouping factor, or nested ones. Winkler et al. 2014,
     * doi:10.1016/j.neuroimage.2014.01.060.
     */
    SIGN_FLIP,
    /**
     * The residuals of the reduced model are permuted among the rows of each level of a factor. Exchangeable: the errors of
     * rows within a level, so equal variances and equal correlations there: a random intercept does no harm, a random slope on
     * a predictor that varies within levels, other grouping factors that cut through the levels and unequal weights do. For
     * effects of predictors that vary within levels.
     */
    WITHIN_GROUPS,
    /**
     * The residuals of the reduced model are exchanged between independent groups with the same number of rows, in the order
     * in which the rows are given. Exchangeable: the errors of these groups as wholes, so the same covariance row by row: the
     * same random-effects predictors, weights and order of the rows. Groups whose size no other has stay. For effects of
     * predictors that are constant within groups. Needs one grouping factor, or nested ones.
     */
    WHOLE_GROUPS;

    /** As the command line has it, e.g. {@code sign-flip}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
