package org.warpmix.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.UserResponses;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Responses that lme4 simulated, and its fit of each: 50 of a model. */
class RefitsTest {

    private static final Path RESOURCES = Path.of("src/test/resources");

    /** How far lme4's search stops from the optimum: relative, absolute of what is below 1. */
    private static final double LME4 = 1e-4;

    private static Table read(String folder, String file) {
        return TableReader.withDefaults().read(RESOURCES.resolve(folder).resolve(file));
    }

    private static double[][] columns(Table table) {
        return table.names().stream()
                .map(name -> ((NumericColumn) table.column(name)).values())
                .toArray(double[][]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "sleepstudy.csv; Reaction ~ Days + (1 | Subject); sleep_ri_reml",
                "sleepstudy.csv; Reaction ~ Days + (Days | Subject); sleep_rs_reml",
                "Penicillin.csv; diameter ~ 1 + (1 | plate) + (1 | sample); penicillin_reml",
            })
    void everyRefitIsLme4s(String file, String formula, String id) {
        Fit fit = LinearMixedModel.of(formula).fit(read("data", file));
        Crossproducts statistics = fit.profiledCriterion().statistics();
        Batch batch = new Batch(
                fit.design().data(),
                statistics,
                Method.REML,
                fit.optimum(),
                UserResponses.of(statistics, columns(read("boot", id + "_sim.csv"))),
                BatchOptions.defaults().withThreads(2));
        double[][] lme4 = columns(read("boot", id + "_lmer.csv"));
        for (Backend backend : List.of(new CpuBackend(), new ReferenceBackend())) {
            List<ReplicateBlock> blocks = new ArrayList<>();
            backend.run(batch, 1, 50, blocks::add);
            int compared = 0;
            for (ReplicateBlock block : blocks) {
                for (int i = 0; i < block.count(); i++, compared++) {
                    compare(lme4, compared, block, i, backend.name() + " " + (compared + 1));
                }
            }
            assertEquals(50, compared);
        }
    }

    /** {@code lme4}: criterion, fixed effects, theta, sigma. */
    private static void compare(double[][] lme4, int r, ReplicateBlock block, int i, String which) {
        assertEquals(ReplicateStatus.CONVERGED, block.status()[i], which);
        int next = 0;
        double criterion = lme4[next++][r];
        assertEquals(criterion, block.criterion()[i], 1e-7, which);
        assertTrue(block.criterion()[i] <= criterion + 1e-8, which);
        for (double[] beta : block.beta()) {
            close(lme4[next++][r], beta[i], which);
        }
        for (double[] theta : block.theta()) {
            close(lme4[next++][r], theta[i], which);
        }
        close(lme4[next++][r], block.sigma()[i], which);
        assertEquals(lme4.length, next);
    }

    private static void close(double expected, double actual, String which) {
        assertEquals(expected, actual, LME4 * Math.max(1, Math.abs(expected)), which);
    }
}
