package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.warpmix.backend.Backend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.comparison.LikelihoodRatioBootstrap;
import org.warpmix.inference.comparison.LikelihoodRatioBootstrapResult;
import org.warpmix.inference.comparison.LikelihoodRatioTest;
import org.warpmix.inference.comparison.RestrictedLikelihoodRatio;
import org.warpmix.model.Design;
import org.warpmix.report.ModelComparison;
import org.warpmix.report.RestrictedTest;
import org.warpmix.table.Table;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * A comparison of nested models as {@code anova} is told to do it.
 *
 * @param first what all models share, and the first one
 * @param others the models of the further formulas
 * @param boot how many replicates a parametric bootstrap takes; 0 for none
 * @param seed of the random numbers
 * @param backend that fits the replicates
 */
record ComparisonRequest(ModelRequest first, List<LinearMixedModel> others, long boot, long seed, Backend backend) {

    private static final String EXACT = "--rlrt";
    private static final long DRAWS = 10_000;

    /** Adds further formulas and what their comparison takes to a command that has the arguments of one model. */
    static void addTo(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .index("2..*")
                .paramLabel("FORMULA")
                .description("Further models, nested in one another, to compare by likelihood ratio.")
                .type(String[].class)
                .arity("0..*")
                .build());
        spec.addOption(
                Usage.value("--boot", "N", "Also by parametric bootstrap with N replicates of each comparison."));
        spec.addOption(Usage.value(
                "--seed",
                "S",
                "Seed of the random numbers, a whole number; by default " + ReplicateRequest.SEED + "."));
        spec.addOption(Usage.flag(
                EXACT,
                "Of one model with one variance: test that variance by the exact restricted likelihood ratio, with "
                        + DRAWS + " draws or as many as --boot says."));
    }

    /** Whether it is this that a request is for. */
    static boolean isAsked(ParseResult request) {
        return request.matchedPositionals().size() > 2 || Usage.has(request, EXACT);
    }

    /** Reads and checks the arguments. */
    static ComparisonRequest of(ParseResult request, PrintStream err) {
        ModelRequest first = ModelRequest.of(request, ReplicateRequest.BACKENDS);
        List<LinearMixedModel> others = new ArrayList<>();
        if (request.matchedPositionals().size() > 2) {
            String[] formulas = request.matchedPositionals().get(2).getValue();
            for (String formula : formulas) {
                others.add(ModelRequest.model(request, formula));
            }
        }
        if (!others.isEmpty() && Usage.has(request, EXACT)) {
            throw Usage.wrong(request, EXACT + " tests the one variance of one model. Leave out the other formulas.");
        }
        for (String option : List.of("--theta", "--start")) {
            if (Usage.has(request, option)) {
                throw Usage.wrong(request, option + " is for one model; models that are compared are fitted.");
            }
        }
        return new ComparisonRequest(
                first,
                others,
                Usage.whole(request, "--boot", 1, ReplicateRequest.MOST, 0),
                Usage.whole(request, "--seed", Long.MIN_VALUE, Long.MAX_VALUE, ReplicateRequest.SEED),
                ReplicateRequest.backend(Usage.text(request, "--backend"), err));
    }

    /** Fits the models, compares them and reports. */
    void run(OutputStream out, PrintStream err) throws IOException {
        Set<String> columns = new LinkedHashSet<>(first.columns());
        others.forEach(model -> columns.addAll(Design.usedColumns(model.formula(), model.options())));
        Table table = first.table(columns);
        Fit fit = first.fit(table);
        if (others.isEmpty()) {
            RestrictedLikelihoodRatio test =
                    RestrictedLikelihoodRatio.of(fit).withSeed(seed).withReplicates(boot > 0 ? boot : DRAWS);
            RestrictedLikelihoodRatio.Result result = test.run();
            first.report(
                    out,
                    writer -> RestrictedTest.write(test.fit(), result, writer),
                    () -> RestrictedTest.of(test.fit(), result, first.source()));
            return;
        }
        LikelihoodRatioTest test = LikelihoodRatioTest.of(
                fit, others.stream().map(model -> model.fit(table)).toArray(Fit[]::new));
        List<LikelihoodRatioBootstrapResult> bootstraps = new ArrayList<>();
        for (int i = 0; boot > 0 && i < test.steps().size(); i++) {
            LikelihoodRatioBootstrap bootstrap = LikelihoodRatioBootstrap.of(
                            test.models().get(i), test.models().get(i + 1))
                    .withBackend(backend)
                    .withSeed(seed)
                    .withReplicates(boot);
            try (WatchedRun watch = new WatchedRun(err, boot, first.quiet())) {
                LikelihoodRatioBootstrapResult result = bootstrap.run(watch::goesOn);
                watch.ended(result.stopped());
                bootstraps.add(result);
            }
        }
        first.report(
                out,
                writer -> ModelComparison.write(test, bootstraps, writer),
                () -> ModelComparison.of(test, first.source(), bootstraps));
    }
}
