package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.formula.Formula;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.model.ModelData;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** The statistics drawn have the distribution of those of simulated rows, one by one and jointly. */
class ParametricStatisticsTest {

    private static final int DRAWS = 8000;

    /** Kolmogorov's distance of this size has probability 2e-8, a normal deviate of the next 1e-9. */
    private static final double KOLMOGOROV = 3.03;

    private static final double DEVIATE = 6.2;

    /**
     * @param lambda which factor Λ̃: "full", "singular" or "zero"
     * @param residual degrees of freedom outside the span of X and Z
     */
    record Case(String name, String formula, String lambda, int residual, Table table, boolean weighted) {
        @Override
        public String toString() {
            return name;
        }

        ModelData data() {
            DesignOptions options = DesignOptions.defaults();
            return Design.of(Formula.parse(formula), table, weighted ? options.withWeights("weight") : options)
                    .data();
        }

        GaussianModel model(ModelData data) {
            Crossproducts statistics = Crossproducts.of(data);
            int q = statistics.classes().products().q();
            Random random = new Random(name.hashCode());
            double[] factor = new double[q * q];
            for (int j = 0; j < (lambda.equals("full") ? q : lambda.equals("singular") ? 1 : 0); j++) {
                for (int i = j; i < q; i++) {
                    factor[i + j * q] = random.nextGaussian();
                }
            }
            double[] gamma = new double[statistics.p()];
            Arrays.setAll(gamma, k -> 3 * random.nextGaussian());
            return new GaussianModel(statistics, new double[][] {factor}, gamma, 0.7);
        }
    }

    /** Groups of given sizes; x is 0, 1, 2, … in the first ones and continuous in the others, w, u and v always are. */
    private static Table table(int regular, int... sizes) {
        Random random = new Random(5);
        int n = Arrays.stream(sizes).sum();
        double[][] columns = new double[7][n];
        int[] g = new int[n];
        String[] names = new String[sizes.length];
        int row = 0;
        for (int j = 0; j < sizes.length; j++) {
            names[j] = "g" + j;
            double ofGroup = random.nextGaussian();
            for (int i = 0; i < sizes[j]; i++, row++) {
                g[row] = j;
                for (double[] column : columns) {
                    column[row] = random.nextGaussian();
                }
                if (j < regular) {
                    columns[1][row] = i;
                    columns[2][row] = i % 2;
                }
                columns[5][row] = ofGroup;
                columns[6][row] = 1 + i;
            }
        }
        return Table.builder()
                .numeric("y", columns[0])
                .numeric("x", columns[1])
                .numeric("u", columns[2])
                .numeric("v", columns[3])
                .numeric("w", columns[4])
                .numeric("group", columns[5])
                .numeric("weight", columns[6])
                .factor("g", g, names)
                .build();
    }

    private static int[] sizes(int... timesAndSize) {
        return IntStream.range(0, timesAndSize.length / 2)
                .flatMap(i -> IntStream.generate(() -> timesAndSize[2 * i + 1]).limit(timesAndSize[2 * i]))
                .toArray();
    }

    static List<Case> cases() {
        Table sleep = TableReader.withDefaults().read(Path.of("examples/sleepstudy.csv"));
        Table mixed = table(8, 4, 4, 4, 4, 4, 4, 4, 4, 3, 4, 5, 6, 3, 4, 5, 6);
        Table small = table(20, sizes(11, 1, 6, 2, 3, 3, 3, 8));
        Table balanced = table(10, sizes(10, 4));
        return List.of(
                new Case("sleepstudy", "Reaction ~ Days + (Days | Subject)", "full", 144, sleep, false),
                new Case("no variance", "Reaction ~ Days + (Days | Subject)", "zero", 144, sleep, false),
                new Case("correlation one", "Reaction ~ Days + (Days | Subject)", "singular", 144, sleep, false),
                new Case("unbalanced", "y ~ x + w + (x | g)", "full", 68 - 32 - 1, mixed, false),
                new Case("level by level", "y ~ x + u + v + w + (x + u | g)", "full", 68 - 48 - 2, mixed, false),
                new Case("one row", "y ~ x + (x | g)", "full", 56 - 35, small, false),
                new Case("one row, no slope", "y ~ x + v + (1 | g)", "full", 56 - 23 - 2, small, false),
                new Case("group covariate", "y ~ x * group + (x | g)", "full", 20, balanced, false),
                new Case("weights", "y ~ x + w + (x || g)", "full", 40 - 20 - 1, balanced, true),
                new Case("no fixed effects", "y ~ 0 + (x | g)", "full", 20, balanced, false),
                new Case("no residual", "y ~ x + (x || g)", "full", 0, table(7, sizes(7, 2)), false),
                new Case("fewer groups than effects", "y ~ x + (x + I(x^2) | g)", "full", 6, table(3, 5, 5, 5), false));
    }

    private static double[][] drawn(GaussianModel model, long first, int count) {
        double[][] into = new double[ResponseLayout.of(model.statistics()).size()][count];
        ParametricStatistics.of(model, 20).drawer().draw(first, count, into);
        return into;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void asSimulatedRows(Case design) {
        ModelData data = design.data();
        GaussianModel model = design.model(data);
        double[][] drawn = drawn(model, 1, DRAWS);
        double[][] rows = new double[drawn.length][DRAWS];
        RowSimulation simulation = new RowSimulation(data, model, 3);
        for (int i = 0; i < DRAWS; i++) {
            double[] replicate = simulation.draw();
            for (int e = 0; e < rows.length; e++) {
                rows[e][i] = replicate[e];
            }
        }
        for (int e = 0; e < rows.length; e++) {
            String entry = "entry " + e + " of " + rows.length;
            double mean = mean(rows[e]);
            double spread = Math.sqrt(mean(products(rows[e], rows[e], mean, mean)));
            if (spread <= 1e-9 * Math.abs(mean) + 1e-12) {
                assertEquals(mean, mean(drawn[e]), 1e-9 * Math.abs(mean) + 1e-9, entry);
                standardise(rows[e], mean, 1);
                standardise(drawn[e], mean, 1);
                continue;
            }
            standardise(rows[e], mean, spread);
            standardise(drawn[e], mean, spread);
            double distance = kolmogorov(rows[e], drawn[e]);
            assertTrue(distance < KOLMOGOROV, () -> entry + ": distance " + distance);
            assertEquals(0, deviate(rows[e], drawn[e]), DEVIATE, entry + ": mean");
            for (int f = 0; f <= e; f++) {
                assertEquals(
                        0,
                        deviate(products(rows[e], rows[f], 0, 0), products(drawn[e], drawn[f], 0, 0)),
                        DEVIATE,
                        entry + ": product with entry " + f);
            }
        }
    }

    /** What X and Z cannot explain of the response is σ²χ²: it comes out of a difference of all the statistics of a replicate. */
    @ParameterizedTest
    @MethodSource("cases")
    void whatIsLeftIsChiSquare(Case design) {
        GaussianModel model = design.model(design.data());
        double[][] drawn = drawn(model, 1, DRAWS);
        ResidualForm form = new ResidualForm(model.statistics());
        double[] left = new double[DRAWS];
        double unit = model.sigma() * model.sigma();
        double tolerance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double[] replicate = new double[drawn.length];
            for (int e = 0; e < drawn.length; e++) {
                replicate[e] = drawn[e][i];
            }
            left[i] = form.of(replicate) / unit;
            tolerance = Math.max(
                    tolerance,
                    1e-9 * replicate[ResponseLayout.of(model.statistics()).yy()] / unit);
        }
        if (design.residual == 0) {
            assertArrayEquals(new double[DRAWS], left, tolerance);
            return;
        }
        ChiSquaredDistribution expected = ChiSquaredDistribution.of(design.residual);
        Arrays.sort(left);
        double largest = 0;
        for (int i = 0; i < DRAWS; i++) {
            double f = expected.cumulativeProbability(left[i]);
            largest = Math.max(largest, Math.max(f - (double) i / DRAWS, (i + 1.0) / DRAWS - f));
        }
        assertTrue(left[0] > 0, "least: " + left[0]);
        assertTrue(largest * Math.sqrt(DRAWS) < KOLMOGOROV, "distance " + largest * Math.sqrt(DRAWS));
    }

    /** Both ways to draw a class are in the cases. */
    @Test
    void someClassesAreSummedAndSomeNot() {
        Case design = cases().get(4);
        GroupClasses classes = design.model(design.data()).statistics().classes();
        assertTrue(classes.summed(0) != null && classes.size(0) == 8);
        assertTrue(classes.summed(1) == null);
    }

    /** However a range is cut into blocks, a replicate is the same to the last bit. */
    @ParameterizedTest
    @MethodSource("cases")
    void blocksDoNotMatter(Case design) {
        GaussianModel model = design.model(design.data());
        long first = (1L << 32) - 200;
        double[][] whole = drawn(model, first, 400);
        for (int from = 0, count = 1; from < 400; from += count, count = Math.min(3 * count, 400 - from)) {
            double[][] part = drawn(model, first + from, count);
            for (int e = 0; e < whole.length; e++) {
                assertArrayEquals(Arrays.copyOfRange(whole[e], from, from + count), part[e]);
            }
        }
        double[][] other = new double[whole.length][400];
        ParametricStatistics.of(model, 21).drawer().draw(first, 400, other);
        int yy = ResponseLayout.of(model.statistics()).yy();
        for (int i = 0; i < 400; i++) {
            assertNotEquals(whole[yy][i], other[yy][i], "another seed, other numbers");
        }
    }

    @Test
    void oneFactorOnly() {
        ModelData data = Design.of(
                        Formula.parse("y ~ x + (1 | g) + (1 | h)"),
                        Table.builder()
                                .numeric("y", 1, 2, 4, 3, 7, 5)
                                .numeric("x", 1, 2, 3, 4, 5, 7)
                                .factor("g", "a", "a", "b", "b", "c", "c")
                                .factor("h", "s", "t", "s", "t", "s", "t")
                                .build())
                .data();
        GaussianModel model = new GaussianModel(Crossproducts.of(data), new double[][] {{1}, {1}}, new double[2], 1);
        assertEquals(
                "The model has 2 grouping factors: statistics are drawn for one alone. Simulate rows.",
                assertThrows(IllegalArgumentException.class, () -> ParametricStatistics.of(model, 1))
                        .getMessage());
    }

    /** {@code min_γ,b |ỹ − X̃γ − Z̃b|²} from statistics. */
    private static final class ResidualForm {
        private final Crossproducts statistics;
        private final ResponseLayout layout;
        private final double[][] inverses;
        private final double[] inverse;

        ResidualForm(Crossproducts statistics) {
            this.statistics = statistics;
            layout = ResponseLayout.of(statistics);
            GroupClasses classes = statistics.classes();
            int p = statistics.p();
            int q = classes.products().q();
            inverses = new double[classes.classes()][];
            double[] e = new double[p * p];
            for (int k = 0; k < p; k++) {
                System.arraycopy(statistics.ww(), k * (p + 1), e, k * p, p);
            }
            for (int c = 0; c < inverses.length; c++) {
                inverses[c] = pseudoInverse(Arrays.copyOfRange(classes.g(), c * q * q, (c + 1) * q * q), q);
                for (int i = 0; i < classes.size(c); i++) {
                    int at = classes.level(c, i) * q * (p + 1);
                    for (int k = 0; k < p; k++) {
                        for (int l = 0; l < p; l++) {
                            for (int ab = 0; ab < q * q; ab++) {
                                e[l + k * p] -= inverses[c][ab]
                                        * classes.products().b()[at + ab % q + k * q]
                                        * classes.products().b()[at + ab / q + l * q];
                            }
                        }
                    }
                }
            }
            inverse = pseudoInverse(e, p);
        }

        double of(double[] replicate) {
            GroupClasses classes = statistics.classes();
            int p = statistics.p();
            int q = classes.products().q();
            double[] m = Arrays.copyOfRange(replicate, layout.xy(), layout.yy() + 1);
            for (int c = 0; c < inverses.length; c++) {
                int at = layout.groupClass(c);
                if (classes.summed(c) != null) {
                    for (int a = 0; a < q; a++) {
                        for (int b = a; b < q; b++) {
                            for (int k = 0; k <= p; k++) {
                                m[k] -= inverses[c][a + b * q] * replicate[at++];
                            }
                        }
                    }
                    continue;
                }
                for (int i = 0; i < classes.size(c); i++, at += q) {
                    int x = classes.level(c, i) * q * (p + 1);
                    for (int ab = 0; ab < q * q; ab++) {
                        double y = inverses[c][ab] * replicate[at + ab / q];
                        for (int k = 0; k < p; k++) {
                            m[k] -= classes.products().b()[x + ab % q + k * q] * y;
                        }
                        m[p] -= replicate[at + ab % q] * y;
                    }
                }
            }
            double left = m[p];
            for (int k = 0; k < p; k++) {
                for (int l = 0; l < p; l++) {
                    left -= m[k] * inverse[k + l * p] * m[l];
                }
            }
            return left;
        }

        private static double[] pseudoInverse(double[] a, int n) {
            SymmetricEigen eigen = SymmetricEigen.of(a, n);
            double[] inverse = new double[n * n];
            for (int k = 0; k < n; k++) {
                double value = eigen.values()[k];
                for (int ij = 0; value > 1e-9 && ij < n * n; ij++) {
                    inverse[ij] += eigen.vectors()[ij % n + k * n] * eigen.vectors()[ij / n + k * n] / value;
                }
            }
            return inverse;
        }
    }

    private static double mean(double[] a) {
        return Arrays.stream(a).sum() / a.length;
    }

    private static void standardise(double[] a, double mean, double spread) {
        Arrays.setAll(a, i -> (a[i] - mean) / spread);
    }

    private static double[] products(double[] a, double[] b, double meanA, double meanB) {
        double[] products = new double[a.length];
        Arrays.setAll(products, i -> (a[i] - meanA) * (b[i] - meanB));
        return products;
    }

    /** The difference of two means in standard errors; 0 where there is none but rounding. */
    private static double deviate(double[] a, double[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
        double variance = mean(products(a, a, meanA, meanA)) + mean(products(b, b, meanB, meanB));
        return (meanA - meanB) / Math.sqrt(variance / a.length + 1e-18);
    }

    private static double kolmogorov(double[] a, double[] b) {
        double[] x = a.clone();
        double[] y = b.clone();
        Arrays.sort(x);
        Arrays.sort(y);
        double largest = 0;
        for (int i = 0, j = 0; i < x.length && j < y.length; ) {
            if (x[i] <= y[j]) {
                i++;
            } else {
                j++;
            }
            largest = Math.max(largest, Math.abs((double) i / x.length - (double) j / y.length));
        }
        return largest * Math.sqrt(x.length / 2.0);
    }
}
