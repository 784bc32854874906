package org.warpmix.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.optimize.CriterionOptimizer;
import org.warpmix.replicate.FittedModel;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.TableReader;

/** Batches for the tests of the backends, and their replicates one by one. */
public final class Batches {

    public static final long SEED = 3;

    private Batches() {}

    /** One replicate out of a block. */
    public record Row(
            long number,
            ReplicateStatus status,
            boolean singular,
            double criterion,
            double sigma,
            List<Double> theta,
            List<Double> beta,
            List<Double> standardErrors,
            double wald,
            int evaluations,
            double gradientNorm) {}

    public static Fit fit(String file, String formula, Method method) {
        return LinearMixedModel.of(formula)
                .withMethod(method)
                .fit(TableReader.withDefaults().read(Path.of("src/test/resources/data/" + file)));
    }

    public static FittedModel fitted(Fit fit) {
        return FittedModel.of(
                fit.design().data(), fit.profiledCriterion(), fit.model().method(), fit.optimum());
    }

    public static Batch batch(Fit fit, ReplicateSource source) {
        return new Batch(
                fit.design().data(),
                fit.profiledCriterion().statistics(),
                fit.model().method(),
                fit.optimum(),
                source,
                BatchOptions.defaults().withThreads(1));
    }

    /** The random model of a seed, fitted; or {@code null} where it cannot be. */
    public static FittedModel fitted(RandomModels.Model model) {
        try {
            ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
            double[] x = CriterionOptimizer.minimize(
                            criterion, criterion.parameters().start())
                    .x();
            return FittedModel.of(model.data(), criterion, model.method(), x);
        } catch (IllegalArgumentException degenerate) {
            return null;
        }
    }

    public static Batch withOptions(Batch batch, BatchOptions options) {
        return new Batch(batch.data(), batch.statistics(), batch.method(), batch.start(), batch.source(), options);
    }

    /** Replicates of a range; the order in which they come is checked. */
    public static List<Row> run(Backend backend, Batch batch, long first, long count) {
        List<Row> rows = new ArrayList<>();
        backend.run(batch, first, count, block -> {
            assertEquals(first + rows.size(), block.first());
            for (int i = 0; i < block.count(); i++) {
                rows.add(row(block, i));
            }
            return true;
        });
        assertEquals(count, rows.size());
        return rows;
    }

    private static Row row(ReplicateBlock block, int i) {
        return new Row(
                block.first() + i,
                block.status()[i],
                block.singular()[i],
                block.criterion()[i],
                block.sigma()[i],
                entries(block.theta(), i),
                entries(block.beta(), i),
                block.standardErrors() == null ? List.of() : entries(block.standardErrors(), i),
                block.wald() == null ? Double.NaN : block.wald()[i],
                block.evaluations()[i],
                block.gradientNorm()[i]);
    }

    private static List<Double> entries(double[][] columns, int i) {
        List<Double> entries = new ArrayList<>();
        for (double[] column : columns) {
            entries.add(column[i]);
        }
        return entries;
    }
}
