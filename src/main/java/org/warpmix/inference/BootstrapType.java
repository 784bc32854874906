package org.warpmix.inference;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.CaseBootstrap;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.GaussianModel;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.replicate.ResidualBootstrap;
import org.warpmix.replicate.WildBootstrap;

/** What a bootstrap draws anew. */
public enum BootstrapType {
    /**
     * Random effects and errors from the normal distributions that were estimated: in the statistics where there is one
     * grouping factor ({@link ParametricStatistics}), else row by row ({@link ParametricRows}).
     */
    PARAMETRIC {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            ProfiledCriterion criterion = fit.profiledCriterion();
            Method method = fit.model().method();
            return criterion.statistics().classes() == null
                    ? ParametricRows.of(fitted(fit), seed)
                    : ParametricStatistics.of(GaussianModel.of(criterion, method, fit.optimum()), seed);
        }
    },
    /**
     * Random effects of groups and errors of rows drawn with replacement from the estimated ones, centred and reflated
     * ({@link ResidualBootstrap}).
     */
    RESIDUAL {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            return ResidualBootstrap.of(fitted(fit), seed);
        }
    },
    /** Residuals of each independent group times −1 or 1 ({@link WildBootstrap}, Rademacher). */
    WILD {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            return WildBootstrap.of(fitted(fit), WildBootstrap.Multiplier.RADEMACHER, seed);
        }
    },
    /** As {@link #WILD} with Mammen's two points instead of −1 and 1: the third moment is right, too. */
    WILD_MAMMEN {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            return WildBootstrap.of(fitted(fit), WildBootstrap.Multiplier.MAMMEN, seed);
        }
    },
    /** Groups drawn with replacement, with all their rows ({@link CaseBootstrap}). */
    CASES {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            Crossproducts statistics = fit.profiledCriterion().statistics();
            boolean theOne = factor == null || fit.groups().containsKey(factor);
            return statistics.classes() != null && theOne
                    ? CaseBootstrap.groups(statistics, seed)
                    : CaseBootstrap.designs(fit.design().data(), factor, CaseBootstrap.Drawn.GROUPS, seed);
        }
    },
    /** Rows drawn with replacement within their groups, which stay ({@link CaseBootstrap}). */
    CASES_OF_ROWS {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            return CaseBootstrap.designs(fit.design().data(), factor, CaseBootstrap.Drawn.ROWS, seed);
        }
    },
    /** Groups drawn with replacement, then rows within each of these ({@link CaseBootstrap}). */
    CASES_OF_GROUPS_AND_ROWS {
        @Override
        ReplicateSource source(Fit fit, String factor, long seed) {
            return CaseBootstrap.designs(fit.design().data(), factor, CaseBootstrap.Drawn.GROUPS_AND_ROWS, seed);
        }
    };

    /**
     * The replicates of a fitted model.
     *
     * @param factor name of the grouping factor whose levels cases are drawn of, or {@code null}
     * @throws IllegalArgumentException where the model does not allow this type, saying why
     */
    abstract ReplicateSource source(Fit fit, String factor, long seed);

    /** What the results of this type do not tell, in a sentence for users; or {@code null}. */
    public String caveat() {
        return switch (this) {
            case WILD ->
                "Signs alone are drawn, which leaves the squares of residuals as they are: spread and intervals of sigma, sd and"
                        + " cor mean little (wild-mammen varies them).";
            case CASES_OF_ROWS ->
                "Groups stay as they are: the spread is that of the rows within them, not of drawing other groups.";
            default -> null;
        };
    }

    public static FittedModel fitted(Fit fit) {
        return FittedModel.of(
                fit.design().data(), fit.profiledCriterion(), fit.model().method(), fit.optimum());
    }
}
