package org.warpmix.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.Permutation;
import org.warpmix.inference.effects.CoefficientErrors;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.Table;

/** One mixed model in one condition: fits replicates and tests their coefficients. Immutable; any number of threads may run it. */
final class ModelRun implements Runner {

    private static final ChiSquaredDistribution CHI_SQUARED = ChiSquaredDistribution.of(1);

    private final ModelPlan plan;
    private final Source source;
    private final Sources sources;
    private final Batch batch;
    private final Map<TestMethod, CoefficientErrors> errors = new EnumMap<>(TestMethod.class);
    /** For likelihood ratios: the model by ML and then without each coefficient tested. */
    private final List<Batch> byLikelihood = new ArrayList<>();

    private final int permutations;

    ModelRun(ModelPlan plan, Source source, Sources sources, int permutations) {
        this.plan = plan;
        this.source = source;
        this.sources = sources;
        this.permutations = permutations;
        Method method = plan.model().method();
        this.batch = batch(source, method, true);
        for (TestMethod test : plan.methods()) {
            boolean ownDegrees = test == TestMethod.RESIDUAL && source.replicates() instanceof ReplicateSource.Designs;
            if (test == TestMethod.SATTERTHWAITE || test == TestMethod.KENWARD_ROGER || ownDegrees) {
                errors.put(
                        test,
                        new CoefficientErrors(
                                source.statistics().fixed(), method, DegreesOfFreedom.valueOf(test.name())));
            }
        }
        if (plan.methods().contains(TestMethod.LRT)) {
            byLikelihood.add(batch(source, Method.ML, false));
            for (int j : plan.tested()) {
                int column = source.statistics().fixed().kept()[j];
                Function<Table, ModelData> smaller =
                        table -> Tables.without(plan.model().data(table), column);
                byLikelihood.add(batch(sources.of(smaller), Method.ML, false));
            }
        }
    }

    private static Batch batch(Source source, Method method, boolean standardErrors) {
        Source.Start start = source.start(method);
        return new Batch(
                source.data(),
                start.statistics(),
                method,
                start.x(),
                source.replicates(),
                BatchOptions.defaults().withStandardErrors(standardErrors).withThreads(1));
    }

    @Override
    public ModelPlan plan() {
        return plan;
    }

    @Override
    public Sheet run(long first, int count, Backend backend) {
        Sheet sheet = new Sheet(plan, first, count);
        fit(batch, first, count, backend, sheet::take);
        for (int m = 0; m < plan.methods().size(); m++) {
            switch (plan.methods().get(m)) {
                case Z -> wald(sheet, m, Double.POSITIVE_INFINITY);
                case RESIDUAL -> wald(sheet, m, source.data().n() - plan.coefficients());
                case PERMUTATION -> permute(sheet, m);
                default -> {} // all at once below
            }
        }
        if (!errors.isEmpty()) {
            corrected(sheet);
        }
        if (!byLikelihood.isEmpty()) {
            ratios(sheet, backend);
        }
        return sheet;
    }

    /** A GPU takes one batch at a time. */
    private static void fit(Batch batch, long first, int count, Backend backend, Consumer<ReplicateBlock> into) {
        Backend.Sink sink = block -> {
            into.accept(block);
            return true;
        };
        if (backend.name().equals("cpu")) {
            backend.run(batch, first, count, sink);
        } else {
            synchronized (backend) {
                backend.run(batch, first, count, sink);
            }
        }
    }

    private void wald(Sheet sheet, int method, double degrees) {
        ReplicateBlock block = sheet.block();
        for (int j : plan.tested()) {
            for (int i = 0; i < block.count(); i++) {
                sheet.set(method, j, i, block.standardErrors()[j][i], degrees);
            }
        }
    }

    /** Satterthwaite's and Kenward and Roger's methods, from the statistics of each replicate. */
    private void corrected(Sheet sheet) {
        ReplicateBlock block = sheet.block();
        Method method = plan.model().method();
        ProfiledCriterion design = ProfiledCriterion.of(source.statistics(), method);
        double[] theta = new double[block.theta().length];
        double[] error = new double[plan.coefficients()];
        double[] degrees = new double[plan.coefficients()];
        source.visit(block.first(), block.count(), (i, statistics, unit, shift) -> {
            if (block.status()[i] == ReplicateStatus.FAILED) {
                return;
            }
            ProfiledCriterion criterion =
                    statistics.fixed() == source.statistics().fixed()
                            ? design.withResponse(statistics)
                            : ProfiledCriterion.of(statistics, method);
            for (int k = 0; k < theta.length; k++) {
                theta[k] = block.theta()[k][i];
            }
            double[] x = criterion.parameters().fromTheta(theta);
            errors.forEach((test, each) -> {
                for (int j = 0; j < error.length; j++) {
                    error[j] = block.standardErrors()[j][i];
                }
                CoefficientErrors here = statistics.fixed()
                                == source.statistics().fixed()
                        ? each
                        : new CoefficientErrors(statistics.fixed(), method, DegreesOfFreedom.valueOf(test.name()));
                try {
                    here.at(criterion, x, error, degrees);
                } catch (ArithmeticException e) {
                    Arrays.fill(degrees, Double.NaN); // counted as a test that could not be made
                }
                for (int j : plan.tested()) {
                    sheet.set(plan.methods().indexOf(test), j, i, error[j], degrees[j]);
                }
            });
        });
    }

    private void ratios(Sheet sheet, Backend backend) {
        ReplicateBlock block = sheet.block();
        int count = block.count();
        int method = plan.methods().indexOf(TestMethod.LRT);
        double[][] criterion = new double[byLikelihood.size()][count];
        for (int b = 0; b < criterion.length; b++) {
            double[] into = criterion[b];
            fit(
                    byLikelihood.get(b),
                    block.first(),
                    count,
                    backend,
                    part -> System.arraycopy(
                            part.criterion(), 0, into, (int) (part.first() - block.first()), part.count()));
        }
        for (int t = 0; t < plan.tested().length; t++) {
            for (int i = 0; i < count; i++) {
                double statistic = criterion[t + 1][i] - criterion[0][i];
                double p = statistic > 0 ? CHI_SQUARED.survivalProbability(statistic) : 1;
                sheet.setP(method, plan.tested()[t], i, Double.isNaN(statistic) ? Double.NaN : p);
            }
        }
    }

    private void permute(Sheet sheet, int method) {
        ReplicateBlock block = sheet.block();
        LinearMixedModel model =
                LinearMixedModel.of(plan.model().text()).withMethod(plan.model().method());
        for (int i = 0; i < block.count(); i++) {
            if (block.status()[i] == ReplicateStatus.FAILED) {
                continue;
            }
            long replicate = block.first() + i;
            Fit fit = model.fit(sources.table(replicate));
            for (int j : plan.tested()) {
                double p = Permutation.of(fit, plan.coefficientNames().get(j))
                        .withReplicates(permutations)
                        .withSeed(replicate)
                        .withThreads(1)
                        .run()
                        .p();
                sheet.setP(method, j, i, p);
            }
        }
    }
}
