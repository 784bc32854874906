package org.warpmix.inference.variation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.fit.Fit;
import org.warpmix.fit.FixedEffects;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.likelihood.Method;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Three poolings by hand and by Henderson's equations; effects within and between groups. */
class PoolingTest {

    private static Table table(String file) {
        return TableReader.withDefaults().read(Path.of("src/test/resources/data", file));
    }

    private static Fit fit(String file, String formula) {
        return LinearMixedModel.of(formula).fit(table(file));
    }

    /** A line through the ten rows of each subject; all have Days 0 to 9. */
    @Test
    void linesOfSleepstudy() {
        Fit fit = fit("sleepstudy.csv", "Reaction ~ Days + (Days | Subject)");
        double[] y = fit.design().data().y();
        PooledGroups groups = Pooling.of(fit).estimate();
        double rss = 0;
        for (int g = 0; g < 18; g++) {
            double mean = 0;
            double slope = 0;
            for (int d = 0; d < 10; d++) {
                mean += y[10 * g + d] / 10;
                slope += (d - 4.5) * y[10 * g + d] / 82.5;
            }
            for (int d = 0; d < 10; d++) {
                double rest = y[10 * g + d] - mean - slope * (d - 4.5);
                rss += rest * rest;
            }
            assertEquals(10, groups.rows(g));
            assertEquals(mean - 4.5 * slope, groups.separate(g, 0), 1e-9);
            assertEquals(slope, groups.separate(g, 1), 1e-10);
            double modeOfSlope = fit.conditionalModes().get(0).mode(g, 1);
            assertEquals(fit.fixedEffects().estimate(1) + modeOfSlope, groups.partial(g, 1), 1e-12);
        }
        double sigma = Math.sqrt(rss / 144);
        assertEquals(sigma, groups.separateSigma(), 1e-9);
        assertEquals(sigma / Math.sqrt(82.5), groups.separateError(3, 1), 1e-9);
        assertEquals(sigma * Math.sqrt(0.1 + 4.5 * 4.5 / 82.5), groups.separateError(3, 0), 1e-9);
        assertEquals(0, groups.withoutSeparate());
    }

    /** {@code lm(Reaction ~ Days, sleepstudy)} of R 4.2.2. */
    @Test
    void completePoolingIsThatOfR() {
        PooledGroups groups = Pooling.of(fit("sleepstudy.csv", "Reaction ~ Days + (1 | Subject)"))
                .estimate();
        assertEquals(List.of("(Intercept)"), groups.names());
        assertEquals(251.40510484848, groups.complete(0), 1e-9);
        assertEquals(6.610154, groups.completeError(0), 1e-6);
        assertEquals(10.467286, groups.leastSquares().estimate(1), 1e-6);
        assertEquals(1.238195, groups.leastSquares().statedError(1), 1e-6);
    }

    /** With a random intercept partial pooling is a weighted mean of the group's own and the fixed effect. */
    @Test
    void shrinkageOfARandomIntercept() {
        Fit fit = fit("s05_unbalanced.csv", "y ~ x + t + (1 | g)");
        PooledGroups groups = Pooling.of(fit).estimate();
        double ratio = fit.randomEffects().get(0).covariance(0, 0) / (fit.sigma() * fit.sigma());
        double centre = fit.fixedEffects().estimate(0);
        for (int g = 0; g < groups.size(); g++) {
            double shrinkage = 1 / (1 + groups.rows(g) * ratio);
            assertEquals(shrinkage, groups.shrinkage(g, 0), 1e-9);
            double expected = shrinkage * centre + (1 - shrinkage) * groups.separate(g, 0);
            assertEquals(expected, groups.partial(g, 0), 1e-9);
        }
    }

    @Test
    void groupsTooSmallForALine() {
        double[] y = {1, 2, 4, 3, 5, 4, 6, 9, 2};
        double[] x = {1, 2, 4, 2, 2, 2, 1, 3, 5};
        String[] g = {"line", "line", "line", "constant", "constant", "constant", "two", "two", "one"};
        Table table =
                Table.builder().numeric("y", y).numeric("x", x).factor("g", g).build();
        PooledGroups groups =
                Pooling.of(LinearMixedModel.of("y ~ x + (x | g)").fit(table)).estimate();
        assertEquals(
                List.of("constant", "line", "one", "two"),
                List.of(groups.level(0), groups.level(1), groups.level(2), groups.level(3)));
        assertEquals(2, groups.withoutSeparate());
        assertTrue(Double.isNaN(groups.separate(0, 1)) && Double.isNaN(groups.separate(2, 0)));
        assertEquals(1.5, groups.separate(3, 1), 1e-10);
        assertEquals(4.5, groups.separate(3, 0), 1e-10);
        // residual squares: of the line 0, of the constant 2 (of 3, 5, 4), of the others none; rows to spare 1 + 2 + 0
        // + 0
        assertEquals(Math.sqrt(2 / 3.0), groups.separateSigma(), 1e-9);
    }

    /** {@code β̂ + b̂_j} by the inverse of Henderson's equations. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleepstudy.csv; Reaction ~ Days + (Days | Subject); Subject",
                "Machines.csv; score ~ Machine + (1 | Worker/Machine); Worker",
                "Penicillin.csv; diameter ~ 1 + (1 | plate) + (1 | sample); sample",
                "Penicillin.csv; diameter ~ 1 + (1 | plate) + (1 | sample); plate",
                "Orthodont.csv; distance ~ Sex + (age | Subject); Subject",
            })
    void errorsOfPartialPooling(String problem) {
        String[] parts = problem.split("; ");
        Fit fit = fit(parts[0], parts[1]);
        PooledGroups groups = Pooling.of(fit).withFactor(parts[2]).estimate();
        Henderson equations = new Henderson(fit, parts[2]);
        FixedEffects effects = fit.fixedEffects();
        for (int g = 0; g < groups.size(); g++) {
            for (int c = 0; c < groups.names().size(); c++) {
                int fixed = -1;
                for (int j = 0; j < effects.size(); j++) {
                    fixed = effects.name(j).equals(groups.names().get(c)) ? j : fixed;
                }
                double expected = equations.error(fixed, g, c);
                assertEquals(expected, groups.partialError(g, c), 1e-7 * expected, problem + " " + g + " " + c);
                assertEquals(fixed < 0, Double.isNaN(groups.completeError(c)));
            }
        }
    }

    /** Henderson's mixed-model equations, dense. */
    private static final class Henderson {
        private final double[][] inverse;
        private final double sigma;
        private final int first;
        private final int q;

        Henderson(Fit fit, String factor) {
            ModelData data = fit.design().data();
            int p = data.x().length;
            List<double[]> columns = new ArrayList<>(List.of(data.x()));
            List<double[][]> priors = new ArrayList<>();
            int start = 0;
            int width = 0;
            for (int t = 0; t < data.terms().size(); t++) {
                RandomTerm term = data.terms().get(t);
                VarianceComponent v = fit.randomEffects().get(t);
                if (term.factor().name().equals(factor)) {
                    start = columns.size();
                    width = term.z().length;
                }
                double[][] prior = new double[v.size()][v.size()];
                for (int a = 0; a < v.size(); a++) {
                    for (int b = 0; b < v.size(); b++) {
                        prior[a][b] = v.covariance(a, b) / (fit.sigma() * fit.sigma());
                    }
                }
                double[][] precision = inverse(prior);
                for (int level = 0; level < term.factor().levels().length; level++) {
                    priors.add(precision);
                    for (double[] z : term.z()) {
                        double[] column = new double[data.n()];
                        for (int i = 0; i < column.length; i++) {
                            column[i] = term.factor().codes()[i] == level ? z[i] : 0;
                        }
                        columns.add(column);
                    }
                }
            }
            int size = columns.size();
            double[][] c = new double[size][size];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    for (int r = 0; r < data.n(); r++) {
                        c[i][j] += columns.get(i)[r] * columns.get(j)[r];
                    }
                }
            }
            int at = p;
            for (double[][] prior : priors) {
                for (int a = 0; a < prior.length; a++) {
                    for (int b = 0; b < prior.length; b++) {
                        c[at + a][at + b] += prior[a][b];
                    }
                }
                at += prior.length;
            }
            inverse = inverse(c);
            sigma = fit.sigma();
            first = start;
            q = width;
        }

        double error(int fixed, int level, int effect) {
            int at = first + level * q + effect;
            double variance = inverse[at][at];
            if (fixed >= 0) {
                variance += inverse[fixed][fixed] + 2 * inverse[fixed][at];
            }
            return sigma * Math.sqrt(variance);
        }

        /** Gauss and Jordan. */
        private static double[][] inverse(double[][] a) {
            int n = a.length;
            double[][] left = new double[n][];
            double[][] right = new double[n][n];
            for (int i = 0; i < n; i++) {
                left[i] = a[i].clone();
                right[i][i] = 1;
            }
            for (int k = 0; k < n; k++) { // positive definite: no pivoting
                double pivot = left[k][k];
                for (int j = 0; j < n; j++) {
                    left[k][j] /= pivot;
                    right[k][j] /= pivot;
                }
                for (int i = 0; i < n; i++) {
                    double factor = left[i][k];
                    for (int j = 0; j < n && i != k; j++) {
                        left[i][j] -= factor * left[k][j];
                        right[i][j] -= factor * right[k][j];
                    }
                }
            }
            return right;
        }
    }

    /** Moulton's formula for a predictor that is constant in groups of one size, and its counterpart within. */
    @Test
    void designEffectsOfLeastSquares() {
        int size = 6;
        int groups = 10;
        Random random = new Random(3);
        double[] y = new double[size * groups];
        double[] within = new double[y.length];
        double[] between = new double[y.length];
        String[] g = new String[y.length];
        for (int j = 0; j < groups; j++) {
            double b = random.nextGaussian();
            for (int i = 0; i < size; i++) {
                int row = j * size + i;
                within[row] = i - (size - 1) / 2.0;
                between[row] = j % 2;
                g[row] = "g" + j;
                y[row] = b + random.nextGaussian();
            }
        }
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("w", within)
                .numeric("b", between)
                .factor("g", g)
                .build();
        Fit fit = LinearMixedModel.of("y ~ w + b + (1 | g)").fit(table);
        LeastSquares squares = LeastSquares.of(fit);
        double error = fit.sigma() * fit.sigma();
        double group = fit.randomEffects().get(0).covariance(0, 0);
        double stated = Math.pow(squares.statedError(1), 2) * size * groups * (size * size - 1) / 12.0;
        assertEquals(error / stated, squares.designEffect(1), 1e-9);
        assertEquals((error + size * group) / stated, squares.designEffect(2), 1e-9);
        PooledGroups pooled = Pooling.of(fit).estimate();
        assertEquals(1, pooled.betweenShare(0), 1e-12);
        assertEquals(0, pooled.betweenShare(1), 1e-12);
        assertEquals(1, pooled.betweenShare(2), 1e-12);
    }

    /** X'VX row by row, with slopes, two factors and weights. */
    @Test
    void rightErrorsAgreeWithTheRows() {
        Fit fit = LinearMixedModel.of("y ~ x + (x | g)")
                .withWeights("w")
                .withMethod(Method.ML)
                .fit(table("s09_weights.csv"));
        ModelData data = fit.design().data();
        VarianceComponent v = fit.randomEffects().get(0);
        int[] codes = data.terms().get(0).factor().codes();
        double[][] cross = new double[2][2];
        double[][] meat = new double[2][2];
        for (int i = 0; i < data.n(); i++) {
            double[] xi = {1, data.x()[1][i]};
            for (int k = 0; k < data.n(); k++) {
                double[] xk = {1, data.x()[1][k]};
                double covariance = i == k ? fit.sigma() * fit.sigma() / data.weights()[i] : 0;
                for (int a = 0; a < 2 && codes[i] == codes[k]; a++) {
                    for (int b = 0; b < 2; b++) {
                        covariance += xi[a] * v.covariance(a, b) * xk[b];
                    }
                }
                for (int a = 0; a < 2; a++) {
                    for (int b = 0; b < 2; b++) {
                        meat[a][b] += data.weights()[i] * xi[a] * covariance * xk[b] * data.weights()[k];
                        cross[a][b] += i == k ? data.weights()[i] * xi[a] * xi[b] : 0;
                    }
                }
            }
        }
        double[][] inverse = Henderson.inverse(cross);
        for (int j = 0; j < 2; j++) {
            double variance = 0;
            for (int a = 0; a < 2; a++) {
                for (int b = 0; b < 2; b++) {
                    variance += inverse[j][a] * meat[a][b] * inverse[b][j];
                }
            }
            assertEquals(Math.sqrt(variance), LeastSquares.of(fit).rightError(j), 1e-9);
        }
    }

    @Test
    void factorThatThereIsNot() {
        Fit fit = fit("Penicillin.csv", "diameter ~ 1 + (1 | plate) + (1 | sample)");
        assertEquals("plate", Pooling.of(fit).estimate().factor());
        assertEquals(
                "The model has no grouping factor 'plates'. Did you mean 'plate'?",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Pooling.of(fit).withFactor("plates"))
                        .getMessage());
    }

    /** Schools: within them y falls with x by 1, the schools' means rise with it by 2. */
    private static Table opposed() {
        Random random = new Random(8);
        double[] y = new double[200];
        double[] x = new double[200];
        double[] z = new double[200];
        String[] g = new String[200];
        for (int i = 0; i < 200; i++) {
            int school = i / 8;
            double level = school * 0.3;
            double own = random.nextGaussian();
            x[i] = level + own;
            y[i] = 2 * level - own + 0.3 * random.nextGaussian() + 0.5 * Math.sin(5.0 * school);
            z[i] = random.nextGaussian();
            g[i] = "s" + school;
        }
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("z", z)
                .factor("school", g)
                .build();
    }

    @Test
    void oppositeSigns() {
        Table table = opposed();
        Fit fit = LinearMixedModel.of("y ~ x + (1 | school)").fit(table);
        List<ContextualEffect> effects = WithinBetween.of(fit, table, "school").effects();
        assertEquals(1, effects.size());
        ContextualEffect effect = effects.get(0);
        assertEquals("x", effect.predictor());
        assertEquals(-1, effect.within(), 0.1);
        assertEquals(2, effect.between(), 0.3);
        assertEquals(fit.fixedEffects().estimate(1), effect.pooled());
        assertTrue(effect.opposed());
        assertEquals(25 - 2, effect.degrees());
        assertTrue(effect.p() < 1e-6);
        Fit apart = LinearMixedModel.of("y ~ within(x, school) + between(x, school) + (1 | school)")
                .fit(table);
        FixedEffects both = apart.fixedEffects();
        assertEquals(both.estimate(1), effect.within(), 1e-8);
        assertEquals(both.standardError(1), effect.withinError(), 1e-8);
        assertEquals(both.estimate(2), effect.between(), 1e-8);
        assertEquals(both.standardError(2), effect.betweenError(), 1e-8);
        double difference = both.covariance(1, 1) + both.covariance(2, 2) - 2 * both.covariance(1, 2);
        assertEquals(Math.sqrt(difference), effect.contextualError(), 1e-8);
    }

    /** However the formula has them apart, the effects are the same, and nothing is fitted again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "y ~ within(x, school) + between(x, school) + (1 | school)",
                "y ~ x + between(x, school) + (1 | school)",
                "y ~ x + within(x, school) + (1 | school)",
            })
    void effectsThatTheFormulaHasApart(String formula) {
        Table table = opposed();
        ContextualEffect expected = WithinBetween.of(
                        LinearMixedModel.of("y ~ x + (1 | school)").fit(table), table, "school")
                .effects()
                .get(0);
        List<ContextualEffect> effects = WithinBetween.of(
                        LinearMixedModel.of(formula).fit(table), Table.builder().build(), "school")
                .effects();
        assertEquals(1, effects.size());
        assertTrue(Double.isNaN(effects.get(0).pooled()));
        assertEquals(expected.within(), effects.get(0).within(), 1e-8);
        assertEquals(expected.between(), effects.get(0).between(), 1e-8);
        assertEquals(expected.contextual(), effects.get(0).contextual(), 1e-8);
        assertEquals(expected.contextualError(), effects.get(0).contextualError(), 1e-8);
        assertEquals(expected.degrees(), effects.get(0).degrees());
    }

    @Test
    void nothingToTellApart() {
        Table sleep = table("sleepstudy.csv");
        WithinBetween balanced = WithinBetween.of(
                LinearMixedModel.of("Reaction ~ Days + (1 | Subject)").fit(sleep), sleep, "Subject");
        assertTrue(balanced.effects().isEmpty());
        Table table = opposed();
        WithinBetween interacting =
                WithinBetween.of(LinearMixedModel.of("y ~ x * z + (1 | school)").fit(table), table, "school");
        assertTrue(interacting.effects().isEmpty());
        assertEquals(List.of("x", "z"), interacting.interacting());
        WithinBetween two = WithinBetween.of(
                LinearMixedModel.of("y ~ x + z + (x || school)").fit(table), table, "school");
        assertEquals(2, two.effects().size());
        assertFalse(two.effects().get(1).opposed() && two.effects().get(1).p() < 0.01);
    }
}
