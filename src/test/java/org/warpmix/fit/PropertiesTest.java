package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/** What a change of the data must do to the fit, whatever the data are. */
class PropertiesTest {

    /** Of the criterion: the search ends within 1e-12 of the minimum, rounding is some 1e-13 of it. */
    private static final double CRITERION = 1e-9;
    /** Of estimates of two searches: the root of their excess. */
    private static final double ESTIMATES = 1e-5;

    private static final List<String> FORMULAS = List.of(
            "y ~ x + (1 | g)",
            "y ~ x + (x | g)",
            "y ~ x + (x || g)",
            "y ~ x + (1 | g) + (1 | h)",
            "y ~ x + (x | g) + (1 | h)",
            "y ~ x + (1 | g/h)");

    static Stream<Arguments> models() {
        return FORMULAS.stream().flatMap(f -> Stream.of(Method.values()).map(m -> Arguments.of(f, m)));
    }

    private static Fit fit(String formula, Method method, Table table) {
        return LinearMixedModel.of(formula).withMethod(method).fit(table);
    }

    private static int degrees(Fit fit) {
        return fit.model().method() == Method.ML ? fit.nobs() : fit.residualDegrees();
    }

    /**
     * Compares all estimates, the first fit's response having been multiplied by {@code factor} and raised by
     * {@code shift} and {@code slope·x}.
     */
    private static void assertSame(Fit one, Fit other, double factor, double shift, double slope) {
        double size = Math.abs(factor);
        double expected = one.criterion() + 2 * degrees(one) * Math.log(size);
        assertEquals(expected, other.criterion(), CRITERION * Math.abs(expected));
        assertArrayEquals(one.theta(), other.theta(), ESTIMATES);
        double sigma = size * one.sigma();
        assertEquals(sigma, other.sigma(), ESTIMATES * sigma);
        double[] added = {shift, slope};
        for (int j = 0; j < 2; j++) {
            double error = size * one.fixedEffects().standardError(j);
            double beta = factor * one.fixedEffects().estimate(j) + added[j];
            assertEquals(beta, other.fixedEffects().estimate(j), ESTIMATES * error);
            assertEquals(error, other.fixedEffects().standardError(j), ESTIMATES * error);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void scaleOfTheResponse(String formula, Method method) {
        Fit base = fit(formula, method, new Simulated().table());
        for (double factor : new double[] {1e6, 1e-6, -3}) {
            Simulated data = new Simulated();
            for (int i = 0; i < data.y.length; i++) {
                data.y[i] *= factor;
            }
            assertSame(base, fit(formula, method, data.table()), factor, 0, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void shiftAlongTheFixedEffects(String formula, Method method) {
        Fit base = fit(formula, method, new Simulated().table());
        Simulated data = new Simulated();
        for (int i = 0; i < data.y.length; i++) {
            data.y[i] += 1000 - 300 * data.x[i];
        }
        assertSame(base, fit(formula, method, data.table()), 1, 1000, -300);
    }

    @ParameterizedTest
    @MethodSource("models")
    void orderOfRowsAndNamesOfGroups(String formula, Method method) {
        Fit base = fit(formula, method, new Simulated().table());
        Simulated from = new Simulated();
        Simulated to = new Simulated();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < Simulated.ROWS; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(1));
        for (int i = 0; i < Simulated.ROWS; i++) {
            int row = order.get(i);
            to.y[i] = from.y[row];
            to.x[i] = from.x[row];
            to.h[i] = from.h[row];
            to.g[i] = (from.g[row] * 5 + 3) % Simulated.GROUPS; // 5 and 12 have no common factor
        }
        to.names = Simulated.labels("another ", Simulated.GROUPS);
        assertSame(base, fit(formula, method, to.table()), 1, 0, 0);
    }

    /** The unit of a predictor changes neither fit nor the rest of the estimates; REML's criterion by its log. */
    @ParameterizedTest
    @MethodSource("models")
    void unitOfAPredictor(String formula, Method method) {
        Fit base = fit(formula, method, new Simulated().table());
        for (double factor : new double[] {1e6, 1e-6}) {
            Simulated data = new Simulated();
            for (int i = 0; i < data.x.length; i++) {
                data.x[i] *= factor;
            }
            Fit fit = fit(formula, method, data.table());
            double jacobian = method == Method.REML ? 2 * Math.log(factor) : 0;
            assertEquals(base.criterion() + jacobian, fit.criterion(), CRITERION * Math.abs(base.criterion()));
            double slope = base.fixedEffects().estimate("x") / factor;
            assertEquals(slope, fit.fixedEffects().estimate("x"), ESTIMATES * Math.abs(slope));
            assertEquals(base.sigma(), fit.sigma(), ESTIMATES * base.sigma());
            assertEquals(base.convergence().singular(), fit.convergence().singular());
        }
    }

    /** The origin of a predictor, where its slope and the intercept vary together, is a matter of parameters only. */
    @ParameterizedTest
    @ValueSource(
            strings = {"y ~ x + (1 | g)", "y ~ x + (x | g)", "y ~ x + (1 | g) + (1 | h)", "y ~ x + (x | g) + (1 | h)"})
    void originOfAPredictor(String formula) {
        for (Method method : Method.values()) {
            Fit base = fit(formula, method, new Simulated().table());
            Simulated data = new Simulated();
            for (int i = 0; i < data.x.length; i++) {
                data.x[i] += 1000;
            }
            Fit fit = fit(formula, method, data.table());
            // 1000 + x has lost three digits of x
            assertEquals(base.criterion(), fit.criterion(), 1e3 * CRITERION);
            double error = base.fixedEffects().standardError(1);
            assertEquals(base.fixedEffects().estimate("x"), fit.fixedEffects().estimate("x"), ESTIMATES * error);
            assertEquals(error, fit.fixedEffects().standardError(1), ESTIMATES * error);
        }
    }

    /** Weights of two: σ² is the variance of a row of weight one, twice that of the rows; theta is relative to it. */
    @ParameterizedTest
    @MethodSource("models")
    void equalWeights(String formula, Method method) {
        Fit base = fit(formula, method, new Simulated().table());
        Simulated data = new Simulated();
        java.util.Arrays.fill(data.w, 2);
        Fit fit =
                LinearMixedModel.of(formula).withMethod(method).withWeights("w").fit(data.table());
        // the likelihood of y is the same function of the variances of the rows
        assertEquals(base.criterion(), fit.criterion(), CRITERION * base.criterion());
        assertEquals(base.sigma() * Math.sqrt(2), fit.sigma(), ESTIMATES * base.sigma());
        double[] theta = base.theta();
        for (int i = 0; i < theta.length; i++) {
            assertEquals(theta[i] / Math.sqrt(2), fit.theta()[i], ESTIMATES);
        }
        for (int j = 0; j < 2; j++) {
            double error = base.fixedEffects().standardError(j);
            assertEquals(base.fixedEffects().estimate(j), fit.fixedEffects().estimate(j), ESTIMATES * error);
            assertEquals(error, fit.fixedEffects().standardError(j), ESTIMATES * error);
        }
    }

    @Test
    void anOffsetIsTakenFromTheResponse() {
        Simulated data = new Simulated();
        Fit base = fit("y ~ x + (x | g)", Method.REML, data.table());
        for (int i = 0; i < data.y.length; i++) {
            data.y[i] += data.w[i];
        }
        Fit fit = LinearMixedModel.of("y ~ x + (x | g)").withOffset("w").fit(data.table());
        assertSame(base, fit, 1, 0, 0);
        assertEquals(base.fitted()[7] + data.w[7], fit.fitted()[7], ESTIMATES * base.sigma());
    }

    /** Two equal terms share one variance between them. */
    @Test
    void aTermTwice() {
        Fit one = fit("y ~ x + (1 | g)", Method.REML, new Simulated().table());
        Fit two = fit("y ~ x + (1 | g) + (1 | g)", Method.REML, new Simulated().table());
        assertEquals(one.criterion(), two.criterion(), CRITERION * one.criterion());
        double sum = two.randomEffects().get(0).covariance(0, 0)
                + two.randomEffects().get(1).covariance(0, 0);
        assertEquals(one.randomEffects().get(0).covariance(0, 0), sum, ESTIMATES * sum);
    }

    /** Columns of Z that are multiples of each other: the fit is that without the second. */
    @Test
    void aSlopeTwice() {
        Fit one = fit("y ~ x + (x | g)", Method.REML, new Simulated().table());
        Fit two = fit("y ~ x + (x + I(2 * x) | g)", Method.REML, new Simulated().table());
        assertEquals(one.criterion(), two.criterion(), 10 * CRITERION * one.criterion());
        assertEquals(one.fixedEffects().standardError(1), two.fixedEffects().standardError(1), 1e-5);
    }

    @ParameterizedTest
    @MethodSource("models")
    void theSameBitsTwice(String formula, Method method) {
        Fit one = fit(formula, method, new Simulated().table());
        Fit other = fit(formula, method, new Simulated().table());
        assertEquals(one.criterion(), other.criterion());
        assertArrayEquals(one.theta(), other.theta());
        assertArrayEquals(one.fixedEffects().estimates(), other.fixedEffects().estimates());
        assertArrayEquals(one.fitted(), other.fitted());
    }

    /** A crossed model whose dense part is large enough for the native library and its threads. */
    @Test
    void theSameBitsTwiceWithALargeFront() {
        Random random = new Random(2);
        int n = 3000;
        int levels = 300;
        double[] y = new double[n];
        String[] a = new String[n];
        String[] b = new String[n];
        double[] effects = random.doubles(2L * levels, -2, 2).toArray();
        for (int i = 0; i < n; i++) {
            int first = i % levels;
            int second = random.nextInt(levels);
            a[i] = "a" + first;
            b[i] = "b" + second;
            y[i] = effects[first] + effects[levels + second] + random.nextGaussian();
        }
        Table table =
                Table.builder().numeric("y", y).factor("a", a).factor("b", b).build();
        Fit one = fit("y ~ 1 + (1 | a) + (1 | b)", Method.REML, table);
        Fit other = fit("y ~ 1 + (1 | a) + (1 | b)", Method.REML, table);
        assertEquals(one.criterion(), other.criterion());
        assertArrayEquals(one.theta(), other.theta());
    }
}
