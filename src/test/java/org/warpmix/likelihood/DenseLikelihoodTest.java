package org.warpmix.likelihood;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.Lapack;

/** 1,100 random small models of every structure against the dense Gaussian likelihood, in batches of 100. */
class DenseLikelihoodTest {

    private static final int BATCH = 100;

    /**
     * Relative to |d| + n, the sizes of d's parts. V's condition number here is up to 1e6, which costs the dense reference
     * as many digits.
     */
    private static final double CRITERION = 1e-10;
    /** Relative to the quantity's standard error or standard deviation. */
    private static final double SOLUTION = 1e-8;
    /** Relative to 1 + the largest entry: the differences' own error (fourth order, step 1e-3) is some 1e-8. */
    private static final double GRADIENT = 1e-6;
    /** Two likelihoods on the same cross-products. */
    private static final double SAME = 1e-10;

    static IntStream batches() {
        return IntStream.range(0, 11);
    }

    private static ProfiledCriterion criterion(RandomModels.Model model) {
        return ProfiledCriterion.of(Crossproducts.of(model.data()), model.method());
    }

    private static DenseModel dense(RandomModels.Model model) {
        return new DenseModel(model.data(), model.method(), model.theta(), model.kept());
    }

    @ParameterizedTest
    @MethodSource("batches")
    void criterionIsThatOfTheDenseModel(int batch) {
        for (int seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            ProfiledCriterion criterion = criterion(model);
            double[] x = criterion.parameters().fromTheta(model.theta());
            String name = "seed " + seed + ": " + model;
            assertArrayEquals(model.kept(), criterion.statistics().fixed().kept(), name);
            assertCriterion(dense(model).criterion(), criterion.value(x), model);
            double[] theta = criterion.parameters().toTheta(x);
            assertCriterion(
                    dense(model).criterion(),
                    criterion.value(criterion.parameters().fromTheta(theta)),
                    model);
        }
    }

    private static void assertCriterion(double expected, double actual, RandomModels.Model model) {
        double size = Math.abs(expected) + model.data().n();
        assertEquals(expected, actual, CRITERION * size, model::toString);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void solutionIsThatOfTheDenseModel(int batch) {
        for (int seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            assertSolution(criterion(model), dense(model), model, "seed " + seed + ": " + model);
        }
    }

    private static void assertSolution(
            ProfiledCriterion criterion, DenseModel dense, RandomModels.Model model, String name) {
        double[] x = criterion.parameters().fromTheta(model.theta());
        Likelihood.Solution solution = criterion.solve(x);
        double unit = criterion.statistics().fixed().scale();
        double sigma = Math.sqrt(dense.rSquared() / model.data().n());
        assertEquals(dense.rSquared(), solution.rSquared() * unit * unit, SOLUTION * dense.rSquared(), name);
        double[] beta = criterion.statistics().fixed().coefficients(solution.gamma());
        double[] covariance = criterion.statistics().fixed().covariance(solution.mInverse());
        int p = beta.length;
        for (int i = 0; i < p; i++) {
            double error = Math.sqrt(dense.betaCovariance(i, i));
            assertEquals(dense.beta()[i], beta[i], SOLUTION * sigma * error, name);
            for (int j = 0; j < p; j++) {
                double size = error * Math.sqrt(dense.betaCovariance(j, j));
                assertEquals(dense.betaCovariance(i, j), covariance[i + j * p], SOLUTION * size, name);
            }
        }
        assertModes(criterion, dense, solution, x, sigma, name);
    }

    private static void assertModes(
            ProfiledCriterion criterion,
            DenseModel dense,
            Likelihood.Solution solution,
            double[] x,
            double sigma,
            String name) {
        double unit = criterion.statistics().fixed().scale();
        double[][] covariances = criterion.conditionalCovariances(x);
        for (int f = 0; f < criterion.blocks().size(); f++) {
            RandomBlock block = criterion.blocks().get(f);
            int q = block.columns();
            for (int t = 0; t < block.terms().size(); t++) {
                int first = block.firstColumn(t);
                int width = block.firstColumn(t + 1) - first;
                for (int level = 0; level < block.levels(); level++) {
                    double[] modes = dense.modes(block.termNumber(t), level);
                    for (int a = 0; a < width; a++) {
                        double mode = 0;
                        for (int r = 0; r < q; r++) {
                            mode += block.basis()[first + a + r * q] * solution.b()[f][level * q + r];
                        }
                        double size = 1 + Math.sqrt(Math.abs(phiSize(criterion, x, f, t, a, a)));
                        assertEquals(modes[a], unit * mode, SOLUTION * sigma * size, name);
                        for (int b = 0; b < width; b++) {
                            assertEquals(
                                    dense.modeCovariance(block.termNumber(t), level, a, b),
                                    inGivenColumns(block, covariances[f], level, first + a, first + b),
                                    SOLUTION
                                            * (1
                                                    + phiSize(criterion, x, f, t, a, a)
                                                    + phiSize(criterion, x, f, t, b, b)),
                                    name);
                        }
                    }
                }
            }
        }
    }

    private static double phiSize(ProfiledCriterion criterion, double[] x, int f, int t, int a, int b) {
        double[] phi = criterion.parameters().relativeCovariance(x, f, t);
        return phi[a + b * (int) Math.round(Math.sqrt(phi.length))];
    }

    /** Entry (i, j) of {@code T C T'}. */
    private static double inGivenColumns(RandomBlock block, double[] covariances, int level, int i, int j) {
        int q = block.columns();
        double[] basis = block.basis();
        double sum = 0;
        for (int r = 0; r < q; r++) {
            for (int s = 0; s < q; s++) {
                sum += basis[i + r * q] * covariances[level * q * q + r + s * q] * basis[j + s * q];
            }
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("batches")
    void gradientIsThatOfDifferences(int batch) {
        for (int seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            ProfiledCriterion criterion = criterion(model);
            double[] x = criterion.parameters().fromTheta(model.theta());
            double[] gradient = new double[x.length];
            double value = criterion.value(x, gradient);
            assertEquals(criterion.value(x), value, "with and without the gradient");
            double largest = 0;
            for (double entry : gradient) {
                largest = Math.max(largest, Math.abs(entry));
            }
            for (int i = 0; i < x.length; i++) {
                String name = "seed " + seed + " entry " + i + ": " + model;
                assertEquals(difference(criterion, x, i), gradient[i], GRADIENT * (1 + largest), name);
            }
        }
    }

    /** An elimination that overflows half-way must not spoil the next one. */
    @Test
    void pointsWithoutAValueLeaveNoTrace() {
        int infinite = 0;
        for (int seed = 0; seed < 1100; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            ProfiledCriterion criterion = criterion(model);
            double[] x = criterion.parameters().fromTheta(model.theta());
            double value = criterion.value(x);
            double[] far = new double[x.length];
            Arrays.fill(far, 3e153); // its square overflows when a level of some rows multiplies it
            infinite += criterion.value(far) == Double.POSITIVE_INFINITY ? 1 : 0;
            assertEquals(value, criterion.value(x), "seed " + seed + ": " + model);
        }
        assertTrue(infinite > 100);
    }

    /** Fourth-order central difference. */
    private static double difference(ProfiledCriterion criterion, double[] x, int i) {
        double h = 1e-3;
        double[] values = new double[5];
        for (int k = -2; k <= 2; k++) {
            double[] at = x.clone();
            at[i] += k * h;
            values[k + 2] = criterion.value(at);
        }
        return (values[0] - 8 * values[1] + 8 * values[3] - values[4]) / (12 * h);
    }

    /** One factor goes by classes of groups; by blocks it must come to the same. */
    @Test
    void groupedAndBlockLikelihoodAgree() {
        int compared = 0;
        for (int seed = 0; seed < 1100; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            Crossproducts statistics = Crossproducts.of(model.data());
            if (statistics.factors().size() > 1) {
                continue;
            }
            compared++;
            Likelihood grouped = new GroupedLikelihood(statistics, model.method());
            Likelihood blocks = new BlockLikelihood(statistics, model.method());
            Parameters parameters = new Parameters(grouped.blocks());
            double[][] lambda = parameters.lambda(parameters.fromTheta(model.theta()));
            double[][] one = {new double[lambda[0].length]};
            double[][] other = {new double[lambda[0].length]};
            double d = grouped.criterion(lambda, one);
            String name = "seed " + seed + ": " + model;
            assertEquals(d, blocks.criterion(lambda, other), SAME * (Math.abs(d) + 1), name);
            assertClose(one[0], other[0], name);
            Likelihood.Solution first = grouped.solve(lambda);
            Likelihood.Solution second = blocks.solve(lambda);
            assertClose(first.gamma(), second.gamma(), name);
            assertClose(first.mInverse(), second.mInverse(), name);
            assertClose(first.b()[0], second.b()[0], name);
            assertEquals(first.rSquared(), second.rSquared(), SAME * first.rSquared(), name);
            assertClose(grouped.conditionalCovariances(lambda)[0], blocks.conditionalCovariances(lambda)[0], name);
        }
        assertEquals(300, compared);
    }

    private static void assertClose(double[] expected, double[] actual, String name) {
        double size = 1;
        for (double value : expected) {
            size = Math.max(size, Math.abs(value));
        }
        assertArrayEquals(expected, actual, 100 * SAME * size, name);
    }

    /** Fronts on both sides of the order at which the native library takes over. */
    @ParameterizedTest
    @ValueSource(ints = {Lapack.NATIVE_FROM - 1, Lapack.NATIVE_FROM, Lapack.NATIVE_FROM + 20})
    void largeFronts(int levels) {
        for (int seed = 0; seed < 2; seed++) {
            RandomModels.Model model = RandomModels.crossed(seed, 500, levels + 10, levels);
            ProfiledCriterion criterion = criterion(model);
            DenseModel dense = dense(model);
            double[] x = criterion.parameters().fromTheta(model.theta());
            assertCriterion(dense.criterion(), criterion.value(x), model);
            double[] gradient = new double[x.length];
            criterion.value(x, gradient);
            for (int i = 0; i < x.length; i++) {
                double size = 1 + Math.abs(gradient[0]) + Math.abs(gradient[1]);
                assertEquals(difference(criterion, x, i), gradient[i], GRADIENT * size, model::toString);
            }
        }
    }

    /** The draws must reach what they are meant to reach. */
    @Test
    void drawsCoverTheHardCases() {
        List<RandomModels.Model> models =
                IntStream.range(0, 1100).mapToObj(RandomModels::draw).toList();
        assertTrue(models.stream().anyMatch(m -> m.kept().length == 0));
        assertTrue(models.stream().anyMatch(m -> m.kept().length < m.data().x().length));
        assertTrue(models.stream()
                .anyMatch(m -> m.data().weights() != null && m.data().offset() != null));
        assertTrue(models.stream()
                .anyMatch(m -> IntStream.range(0, m.theta().length).allMatch(i -> m.theta()[i] == 0)));
        assertTrue(models.stream().anyMatch(m -> m.data().terms().get(0).names().length == 4));
    }
}
