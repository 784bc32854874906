package org.warpmix.inference;

import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.GaussianModel;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;

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
    };

    /**
     * The replicates of a fitted model.
     *
     * @param factor name of the grouping factor whose levels cases are drawn of, or {@code null}
     * @throws IllegalArgumentException where the model does not allow this type, saying why
     */
    abstract ReplicateSource source(Fit fit, String factor, long seed);

    static FittedModel fitted(Fit fit) {
        return FittedModel.of(
                fit.design().data(), fit.profiledCriterion(), fit.model().method(), fit.optimum());
    }
}
