package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.reference.ReferenceBackend;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.Table;

/** Replicates of a model on the boundary: every search ends at the minimum, none at a saddle. */
class SingularTruthTest {

    private static final int REPLICATES = 100_000;
    private static final int COMPARED = 2_000;
    private static final double STEEPEST = 1e-5;

    private static final int GROUPS = 18;
    private static final int SIZE = 10;

    /** Covariances of intercept and slope that are singular: what a group's u and v are times. */
    enum Truth {
        NO_VARIANCE("y ~ x + (1 | g)", 0, 0),
        NO_VARIANCES("y ~ x + (x | g)", 0, 0),
        NO_SLOPES("y ~ x + (x | g)", 1.5, 0),
        CORRELATION_ONE("y ~ x + (x | g)", 1, 0.3),
        CORRELATION_MINUS_ONE("y ~ x + (x | g)", 1, -0.3);

        private final String formula;
        private final double intercept;
        private final double slope;

        Truth(String formula, double intercept, double slope) {
            this.formula = formula;
            this.intercept = intercept;
            this.slope = slope;
        }

        /** A fit that is as singular as the truth: of the first data set drawn that has one. */
        Fit fit() {
            Random random = new Random(3);
            for (int tries = 0; tries < 100; tries++) {
                Fit fit = LinearMixedModel.of(formula).fit(draw(random));
                double[] theta = fit.theta();
                boolean none = theta[0] == 0;
                if (intercept == 0 ? none : !none && theta[2] < 1e-9) {
                    return fit;
                }
            }
            throw new IllegalStateException("No fit is as singular as " + this);
        }

        private Table draw(Random random) {
            double[] y = new double[GROUPS * SIZE];
            double[] x = new double[y.length];
            int[] g = new int[y.length];
            String[] labels = new String[GROUPS];
            for (int j = 0; j < GROUPS; j++) {
                labels[j] = "g" + j;
                double u = random.nextGaussian();
                for (int row = j * SIZE; row < (j + 1) * SIZE; row++) {
                    g[row] = j;
                    x[row] = row - j * SIZE;
                    y[row] = 5 + x[row] + (intercept + slope * x[row]) * u + random.nextGaussian();
                }
            }
            return Table.builder()
                    .numeric("y", y)
                    .numeric("x", x)
                    .factor("g", g, labels)
                    .build();
        }
    }

    private static double[] criteria(Bootstrap bootstrap, Backend backend) {
        List<Double> criteria = new ArrayList<>();
        bootstrap.withBackend(backend).withReplicates(COMPARED).run(block -> {
            for (double criterion : block.criterion()) {
                criteria.add(criterion);
            }
            return true;
        });
        return criteria.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double gradient(ReplicateBlock block) {
        double largest = 0;
        for (double norm : block.gradientNorm()) {
            largest = Math.max(largest, norm);
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource
    void everyReplicateConverges(Truth truth) {
        Bootstrap bootstrap =
                Bootstrap.of(truth.fit()).withSeed(5).withThreads(2).withReplicates(REPLICATES);
        double[] steepest = new double[1];
        BootstrapResult result = bootstrap.run(block -> {
            steepest[0] = Math.max(steepest[0], gradient(block));
            return true;
        });
        assertEquals(REPLICATES, result.converged());
        assertTrue(result.singular() > REPLICATES / 4, truth + ": " + result.singular() + " singular");
        assertTrue(result.singular() < REPLICATES, truth + ": " + result.singular() + " singular");
        assertTrue(steepest[0] < STEEPEST, truth + ": gradient " + steepest[0]);
        double[] expected = criteria(bootstrap, new ReferenceBackend());
        double[] actual = criteria(bootstrap, new CpuBackend());
        for (int i = 0; i < COMPARED; i++) {
            double above = actual[i] - expected[i];
            assertTrue(above < 1e-8, truth + " " + (i + 1) + ": above the reference's by " + above);
        }
    }
}
