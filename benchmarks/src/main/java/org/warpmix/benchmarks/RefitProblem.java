package org.warpmix.benchmarks;

import java.nio.file.Path;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Bootstrap;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.GaussianModel;
import org.warpmix.replicate.ParametricRows;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.TableReader;

/**
 * A fitted model whose parametric bootstrap is measured.
 *
 * @param name for the reader
 */
record RefitProblem(String name, Fit fit) {

    private static final String KB07 = "RTtrunc ~ S + P + C + (S + P + C | subj) + (S + P + C | item)";
    private static final long SEED = 1;

    /** @param name a {@link Problem}, or the file of kb07, whose maximal model it then is */
    static RefitProblem of(String name) {
        if (name.endsWith(".csv")) {
            LinearMixedModel maximal = LinearMixedModel.of(KB07).withMethod(Method.ML);
            return new RefitProblem(
                    "KB07", maximal.fit(TableReader.withDefaults().read(Path.of(name))));
        }
        Problem problem = Problem.valueOf(name);
        return new RefitProblem(name, problem.model().fit(problem.table()));
    }

    /** What {@link Bootstrap} gives a backend, so that this can be timed without the summary. */
    Batch batch() {
        boolean oneFactor = fit.profiledCriterion().statistics().classes() != null;
        ReplicateSource source = oneFactor
                ? ParametricStatistics.of(
                        GaussianModel.of(fit.profiledCriterion(), fit.model().method(), fit.optimum()), SEED)
                : ParametricRows.of(
                        FittedModel.of(
                                fit.design().data(),
                                fit.profiledCriterion(),
                                fit.model().method(),
                                fit.optimum()),
                        SEED);
        return new Batch(
                fit.design().data(),
                fit.profiledCriterion().statistics(),
                fit.model().method(),
                fit.optimum(),
                source,
                BatchOptions.defaults());
    }

    /** The same replicates with the summary. */
    Bootstrap bootstrap() {
        return Bootstrap.of(fit).withSeed(SEED);
    }
}
