package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.optimize.CriterionOptimizer;

/** Where the null hypothesis holds, a test rejects as often as it says. */
class NullDistributionTest {

    private static final int SIMULATIONS = 400;
    private static final int REPLICATES = 39;
    private static final int GROUPS = 8;
    private static final int SIZE = 5;

    private static ModelData simulated(Random random, PermutationScheme scheme) {
        int n = GROUPS * SIZE;
        boolean between = scheme == PermutationScheme.WHOLE_GROUPS;
        boolean crossed = scheme == PermutationScheme.FREEDMAN_LANE;
        RandomTerm g = Examples.term("g", n, 1, i -> i / SIZE);
        RandomTerm h = Examples.term("h", n, 1, i -> i % SIZE);
        ModelData frame = crossed ? Examples.data(n, 1, g, h) : Examples.data(n, 1, g);
        double[] y = new double[n];
        double[] x = new double[n];
        double[] others = random.doubles(SIZE, -2, 2).toArray();
        double group = 0;
        for (int i = 0; i < n; i++) {
            group = i % SIZE == 0 ? 2 * random.nextGaussian() : group;
            x[i] = between && i % SIZE > 0 ? x[i - 1] : random.nextGaussian();
            y[i] = 1 + group + (crossed ? others[i % SIZE] : 0) + random.nextGaussian();
        }
        double[][] columns = {frame.x()[0], x};
        return new ModelData("y", y, frame.fixedNames(), columns, frame.terms(), null, null, frame.rows(), 0);
    }

    private static ModelData withoutX(ModelData data) {
        double[][] columns = {data.x()[0]};
        return new ModelData("y", data.y(), data.fixedNames(), columns, data.terms(), null, null, data.rows(), 0);
    }

    private static double[] optimum(ProfiledCriterion criterion) {
        return CriterionOptimizer.minimize(criterion, criterion.parameters().start())
                .x();
    }

    private static FittedModel fit(ModelData data) {
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(data), Method.REML);
        return FittedModel.of(data, criterion, Method.REML, optimum(criterion));
    }

    /** {@code |β_x − centre|} over its standard error; and β_x. */
    private static double[] test(Crossproducts statistics, double[] response, double centre) {
        ResponseLayout layout = ResponseLayout.of(statistics);
        ProfiledCriterion criterion = ProfiledCriterion.of(statistics.withResponse(response), Method.REML);
        Likelihood.Solution solution = criterion.solve(optimum(criterion));
        double unit = response[layout.unit()];
        double[] gamma = solution.gamma();
        for (int k = 0; k < gamma.length; k++) {
            gamma[k] = response[layout.shift() + k] + unit * gamma[k];
        }
        double beta = statistics.fixed().coefficients(gamma)[1];
        double sigma = statistics.fixed().scale() * unit * Math.sqrt(solution.rSquared() / (statistics.n() - 2));
        double error = sigma * Math.sqrt(statistics.fixed().covariance(solution.mInverse())[3]);
        return new double[] {Math.abs(beta - centre) / error, beta};
    }

    @ParameterizedTest
    @EnumSource
    void pValuesAreUniform(PermutationScheme scheme) {
        Random random = new Random(9);
        int[] atMost = new int[REPLICATES + 2];
        for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
            ModelData data = simulated(random, scheme);
            Crossproducts statistics = Crossproducts.of(data);
            int entries = ResponseLayout.of(statistics).size();
            boolean full = scheme == PermutationScheme.TER_BRAAK;
            double[] y = Examples.draw(
                    UserResponses.of(statistics, new double[][] {data.y()}).drawer(), entries, 1)[0];
            double[] observed = test(statistics, y, 0);
            PermutedResponses source =
                    PermutedResponses.of(scheme, statistics, fit(full ? data : withoutX(data)), null, simulation);
            int rank = 1;
            for (double[] replicate : Examples.draw(source.drawer(), entries, REPLICATES)) {
                rank += test(statistics, replicate, full ? observed[1] : 0)[0] >= observed[0] ? 1 : 0;
            }
            for (int r = rank; r < atMost.length; r++) {
                atMost[r]++;
            }
        }
        for (int rank : new int[] {2, 4, 10, 20, 30}) { // p = rank / 40
            double p = rank / (REPLICATES + 1.0);
            double error = Math.sqrt(p * (1 - p) / SIMULATIONS);
            assertEquals(p, atMost[rank] / (double) SIMULATIONS, 3.5 * error, "p-values up to " + p);
        }
    }
}
