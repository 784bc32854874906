package org.warpmix.crossprod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.likelihood.RandomModels;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.model.Unstructured;

/** A response reduced on the rows of a design has the criterion of the model with that response. */
class ResponseProductsTest {

    private static final double TOLERANCE = 1e-10;

    private static ModelData withResponse(ModelData data, double[] y) {
        return new ModelData(
                data.response(),
                y,
                data.fixedNames(),
                data.x(),
                data.terms(),
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }

    /**
     * Groups of six rows: in one class when balanced, none of them equal when not, with so many fixed effects that sums do
     * not pay.
     */
    private static ModelData oneFactor(boolean balanced, int groups) {
        Random random = new Random(3);
        int n = 6 * groups;
        double[] ones = new double[n];
        double[] slope = new double[n];
        double[] between = new double[n];
        double[] weights = new double[n];
        double[] offset = new double[n];
        int[] codes = new int[n];
        String[] labels = new String[groups];
        for (int i = 0; i < n; i++) {
            ones[i] = 1;
            codes[i] = i / 6;
            labels[codes[i]] = "g" + codes[i];
            slope[i] = balanced ? i % 6 : random.nextGaussian();
            between[i] = codes[i] * 0.1;
            weights[i] = 1 + i % 3;
            offset[i] = random.nextGaussian();
        }
        double[][] z = {ones, slope};
        RandomTerm term = new RandomTerm(
                new GroupingFactor("g", labels, codes), new String[] {"(Intercept)", "x"}, z, new Unstructured(2));
        List<double[]> columns = new ArrayList<>(List.of(ones, slope, between));
        for (int k = 0; k < 4 && !balanced; k++) {
            columns.add(random.doubles(n).toArray());
        }
        return new ModelData(
                "y",
                random.doubles(n).toArray(),
                new String[] {"(Intercept)", "x", "b", "c", "d", "e", "f"},
                columns.toArray(new double[0][]),
                List.of(term),
                weights,
                offset,
                new int[n],
                0);
    }

    private static double[][] reduce(ResponseProducts.Reducer reducer, int entries, List<double[]> responses) {
        double[][] into = new double[entries][responses.size() + 3];
        for (int from = 0; from < responses.size(); from += reducer.lanes()) {
            int count = Math.min(reducer.lanes(), responses.size() - from);
            for (int lane = 0; lane < count; lane++) {
                reducer.put(lane, responses.get(from + lane));
            }
            reducer.reduce(count, into, from + 2);
        }
        return into;
    }

    private static double[] column(double[][] entries, int i) {
        double[] column = new double[entries.length];
        for (int e = 0; e < column.length; e++) {
            column[e] = entries[e][i];
        }
        return column;
    }

    private static void check(String name, ModelData data, Method method, double[] theta) {
        Crossproducts statistics = Crossproducts.of(data);
        ResponseProducts products = ResponseProducts.of(statistics);
        ResponseLayout layout = products.layout();
        List<double[]> responses = new ArrayList<>();
        Random random = new Random(5);
        for (int r = 0; r < 3; r++) {
            double[] y = new double[data.n()];
            for (int i = 0; i < y.length; i++) {
                y[i] = new double[] {0, 100, -3}[r] + new double[] {1, 0.01, 1000}[r] * random.nextGaussian();
            }
            responses.add(y);
        }
        double[][] entries = reduce(products.responses(), layout.size(), responses);
        for (int r = 0; r < responses.size(); r++) {
            double[] statisticsOfOne = column(entries, r + 2);
            ModelData replaced = withResponse(data, responses.get(r));
            ProfiledCriterion expected = ProfiledCriterion.of(Crossproducts.of(replaced), method);
            ProfiledCriterion actual = ProfiledCriterion.of(statistics.withResponse(statisticsOfOne), method);
            int degrees = method == Method.ML ? data.n() : data.n() - statistics.p();
            double unit = statisticsOfOne[layout.unit()];
            for (double factor : new double[] {1, 0.3, 0}) {
                double[] at = theta.clone();
                for (int t = 0; t < at.length; t++) {
                    at[t] *= factor;
                }
                double[] x = expected.parameters().fromTheta(at);
                double value = actual.value(x) + 2 * degrees * Math.log(unit);
                assertEquals(
                        expected.value(x), value, TOLERANCE * (data.n() + Math.abs(value)), name + ", response " + r);
                assertBeta(name, expected, actual, x, statisticsOfOne, layout);
            }
        }
    }

    /** The response that was reduced is {@code X̃ shift + unit ỹ}: so are its fixed effects. */
    private static void assertBeta(
            String name,
            ProfiledCriterion expected,
            ProfiledCriterion actual,
            double[] x,
            double[] entries,
            ResponseLayout layout) {
        Likelihood.Solution truth = expected.solve(x);
        double[] gamma = actual.solve(x).gamma();
        for (int k = 0; k < gamma.length; k++) {
            gamma[k] = entries[layout.shift() + k] + entries[layout.unit()] * gamma[k];
        }
        double[] beta = actual.statistics().fixed().coefficients(gamma);
        double[] wanted = expected.statistics().fixed().coefficients(truth.gamma());
        double size = 1;
        for (double value : wanted) {
            size = Math.max(size, Math.abs(value));
        }
        for (int k = 0; k < beta.length; k++) {
            assertEquals(wanted[k], beta[k], 1e-8 * size, name);
        }
    }

    @Test
    void everyStructureHasTheCriterionOfItsResponse() {
        for (int seed = 0; seed < 330; seed++) {
            RandomModels.Model model = RandomModels.draw(seed);
            check("seed " + seed + ": " + model, model.data(), model.method(), model.theta());
        }
    }

    @Test
    void summedAndSingleClassesHaveTheCriterionOfTheirResponse() {
        for (boolean balanced : new boolean[] {true, false}) {
            ModelData data = oneFactor(balanced, 40);
            GroupClasses classes = Crossproducts.of(data).classes();
            assertEquals(balanced, classes.summed(0) != null);
            for (Method method : Method.values()) {
                check("balanced " + balanced, data, method, new double[] {1, -0.2, 0.5});
            }
        }
    }

    /** Blocks of any size give the same bits. */
    @Test
    void aResponseIsTheSameBitsInAnyBlock() {
        ModelData data = oneFactor(true, 15);
        ResponseProducts products = ResponseProducts.of(Crossproducts.of(data));
        Random random = new Random(1);
        List<double[]> responses = new ArrayList<>();
        for (int r = 0; r < 150; r++) {
            responses.add(random.doubles(data.n()).toArray());
        }
        double[][] together = reduce(products.responses(), products.layout().size(), responses);
        ResponseProducts.Reducer alone = products.responses();
        for (int r = 0; r < 150; r += 7) {
            double[][] one = reduce(alone, products.layout().size(), responses.subList(r, r + 1));
            for (int e = 0; e < one.length; e++) {
                assertEquals(one[e][2], together[e][r + 2], "entry " + e + " of response " + r);
            }
        }
    }

    @Test
    void deviationsFromMeansAreResponses() {
        ModelData data = oneFactor(false, 10);
        ResponseProducts products = ResponseProducts.of(Crossproducts.of(data));
        Random random = new Random(2);
        double[] mean = new double[data.n()];
        double[] deviation = new double[data.n()];
        double[] y = new double[data.n()];
        for (int i = 0; i < y.length; i++) {
            mean[i] = data.offset()[i] + 5 - 3 * data.x()[1][i];
            deviation[i] = random.nextGaussian();
            y[i] = mean[i] + deviation[i];
        }
        int size = products.layout().size();
        double[][] one = reduce(products.responses(), size, List.of(y));
        double[][] other = reduce(products.deviations(products.coordinates(mean)), size, List.of(deviation));
        for (int e = 0; e < size; e++) {
            assertEquals(one[e][2], other[e][2], 1e-11 * (1 + Math.abs(one[e][2])));
        }
        mean[0] += 1;
        String message = assertThrows(IllegalArgumentException.class, () -> products.coordinates(mean))
                .getMessage();
        assertTrue(message.startsWith("The means do not lie in the fixed effects"), message);
    }

    @Test
    void aResponseWithNoRestHasNoStatistics() {
        ModelData data = oneFactor(false, 10);
        ResponseProducts products = ResponseProducts.of(Crossproducts.of(data));
        List<IntToDoubleFunction> rows = List.of(
                i -> 1e6 + data.offset()[i],
                i -> data.offset()[i] + 4 + 1e5 * data.x()[1][i],
                i -> i == 7 ? Double.NaN : i,
                i -> i == 7 ? Double.POSITIVE_INFINITY : i,
                i -> i % 5);
        List<double[]> responses = new ArrayList<>();
        for (IntToDoubleFunction row : rows) {
            double[] y = new double[data.n()];
            for (int i = 0; i < y.length; i++) {
                y[i] = row.applyAsDouble(i);
            }
            responses.add(y);
        }
        double[][] entries = reduce(products.responses(), products.layout().size(), responses);
        for (int r = 0; r < rows.size(); r++) {
            for (double[] entry : entries) {
                assertEquals(r < 4, Double.isNaN(entry[r + 2]), "response " + r);
            }
        }
    }

    @Test
    void leveragesSumToTheRank() {
        ModelData data = oneFactor(true, 12);
        double sum = 0;
        for (double leverage : ResponseProducts.of(Crossproducts.of(data)).leverages()) {
            assertTrue(leverage > 0 && leverage < 1);
            sum += leverage;
        }
        assertEquals(3, sum, 1e-12);
    }
}
