package org.warpmix.replicate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.model.Unstructured;
import org.warpmix.random.Variates;

/** Small models that the tests of the sources draw from. */
final class Examples {

    static final long SEED = 11;

    /** Standard errors by which a moment may be off. */
    private static final double WIDTH = 5;

    private Examples() {}

    /** A covariance between rows. */
    @FunctionalInterface
    interface Covariance {
        double of(int i, int k);
    }

    /** {@code (x | g)} on groups of 4 rows, with weights and an offset. */
    static FittedModel oneFactor(int groups) {
        return fit(data(4 * groups, 1, term("g", 4 * groups, 2, i -> i / 4)), 1, 0.3, 0.5);
    }

    /** Classes of 3 rows in schools of 6. */
    static FittedModel nested(int schools) {
        int n = 6 * schools;
        return fit(data(n, 2, term("c:s", n, 1, i -> i / 3), term("s", n, 1, i -> i / 6)), 0.8, 0.6);
    }

    /** {@code (1 | a) + (x | b)}, each level of one with each of the other, twice. */
    static FittedModel crossed(int first, int second) {
        int n = 2 * first * second;
        return fit(
                data(n, 3, term("a", n, 1, i -> i % first), term("b", n, 2, i -> i / (2 * first))),
                0.9,
                0.5,
                -0.2,
                0.4);
    }

    static FittedModel fit(ModelData data, double... theta) {
        ProfiledCriterion criterion = ProfiledCriterion.of(Crossproducts.of(data), Method.REML);
        return FittedModel.of(
                data, criterion, Method.REML, criterion.parameters().fromTheta(theta));
    }

    /** The same rows with the first columns of X only, at the same theta. */
    static FittedModel reduced(FittedModel full, int columns, double... theta) {
        ModelData data = full.data();
        double[][] x = Arrays.copyOf(data.x(), columns);
        return fit(
                new ModelData(
                        data.response(),
                        data.y(),
                        data.fixedNames(),
                        x,
                        data.terms(),
                        data.weights(),
                        data.offset(),
                        data.rows(),
                        data.dropped()),
                theta);
    }

    static ModelData data(int n, long seed, RandomTerm... terms) {
        Random random = new Random(seed);
        double[] ones = new double[n];
        double[] x = new double[n];
        double[] y = new double[n];
        double[] weights = new double[n];
        double[] offset = new double[n];
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            ones[i] = 1;
            x[i] = random.nextGaussian();
            weights[i] = 0.5 + i % 3;
            offset[i] = random.nextGaussian();
            y[i] = 3 + 2 * x[i] + offset[i] + random.nextGaussian();
            rows[i] = i;
        }
        List<RandomTerm> all = new ArrayList<>();
        for (RandomTerm term : terms) {
            for (int i = 0; i < n; i++) {
                y[i] += Math.sin(1.0 + term.factor().codes()[i]);
            }
            double[][] z = term.z().length == 1 ? new double[][] {ones} : new double[][] {ones, x};
            all.add(new RandomTerm(term.factor(), term.names(), z, term.covariance()));
        }
        return new ModelData(
                "y", y, new String[] {"(Intercept)", "x"}, new double[][] {ones, x}, all, weights, offset, rows, 0);
    }

    static RandomTerm term(String name, int n, int q, IntUnaryOperator code) {
        int[] codes = new int[n];
        int levels = 0;
        for (int i = 0; i < n; i++) {
            codes[i] = code.applyAsInt(i);
            levels = Math.max(levels, codes[i] + 1);
        }
        String[] labels = new String[levels];
        for (int l = 0; l < levels; l++) {
            labels[l] = name + l;
        }
        return new RandomTerm(
                new GroupingFactor(name, labels, codes), new String[q], new double[q][n], new Unstructured(q));
    }

    /** Replicates 1 to count of what a source draws, row by row. */
    static double[][] rows(RowResponses source, int count, int n) {
        RowResponses.Rows rows = source.rows();
        Variates random = new Variates(SEED);
        double[][] drawn = new double[count][n];
        for (int r = 0; r < count; r++) {
            random.start(r + 1, 0);
            rows.draw(random, r + 1, drawn[r]);
        }
        return drawn;
    }

    /** The statistics of replicates, by replicate, drawn in pieces. */
    static double[][] draw(ReplicateSource.Drawer drawer, int entries, int... pieces) {
        int count = Arrays.stream(pieces).sum();
        double[][] drawn = new double[count][entries];
        int next = 0;
        for (int piece : pieces) {
            double[][] into = new double[entries][piece];
            drawer.draw(next + 1, piece, into);
            for (int i = 0; i < piece; i++, next++) {
                for (int e = 0; e < entries; e++) {
                    drawn[next][e] = into[e][i];
                }
            }
        }
        return drawn;
    }

    /** {@code Cov(y_i, y_k)} of a fitted model. */
    static double covariance(FittedModel fit, int i, int k) {
        double sum = i == k ? Math.pow(fit.sigma() * fit.errorScale(i), 2) : 0;
        List<LevelProducts> factors = fit.model().statistics().factors();
        for (int f = 0; f < factors.size(); f++) {
            GroupingFactor factor = factors.get(f).block().factor();
            if (factor.codes()[i] != factor.codes()[k]) {
                continue;
            }
            List<double[]> z = new ArrayList<>();
            for (RandomTerm term : factors.get(f).block().terms()) {
                z.addAll(List.of(term.z()));
            }
            int q = z.size();
            for (int r = 0; r < q; r++) {
                double one = 0;
                double other = 0;
                for (int a = 0; a < q; a++) {
                    one += z.get(a)[i] * fit.factors()[f][a + r * q];
                    other += z.get(a)[k] * fit.factors()[f][a + r * q];
                }
                sum += one * other;
            }
        }
        return sum;
    }

    /** Rows drawn have mean zero and these covariances, within Monte Carlo error. */
    static void assertMoments(double[][] drawn, Covariance covariance) {
        int count = drawn.length;
        for (int i = 0; i < drawn[0].length; i++) {
            double mean = 0;
            double square = 0;
            for (double[] y : drawn) {
                mean += y[i] / count;
                square += y[i] * y[i] / count;
            }
            assertEquals(0, mean, WIDTH * Math.sqrt(square / count), "mean of row " + i);
            for (int k = 0; k <= i; k++) {
                double product = 0;
                double fourth = 0;
                for (double[] y : drawn) {
                    product += y[i] * y[k] / count;
                    fourth += y[i] * y[k] * y[i] * y[k] / count;
                }
                double error = Math.sqrt(Math.max(fourth - product * product, 0) / count);
                assertEquals(covariance.of(i, k), product, WIDTH * error + 1e-9, "rows " + i + " and " + k);
            }
        }
    }
}
