package org.warpmix.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The minimiser on functions whose minimum is known. */
class BfgsTest {

    private static final double TOLERANCE = 1e-14;

    private static double rosenbrock(double[] x, double[] gradient) {
        double value = 0;
        java.util.Arrays.fill(gradient, 0);
        for (int i = 0; i + 1 < x.length; i++) {
            double a = x[i + 1] - x[i] * x[i];
            double b = 1 - x[i];
            value += 100 * a * a + b * b;
            gradient[i] += -400 * a * x[i] - 2 * b;
            gradient[i + 1] += 200 * a;
        }
        return value;
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void followsRosenbrocksValley() {
        double[] start = {-1.2, 1};
        Bfgs.Minimum minimum = Bfgs.minimize(BfgsTest::rosenbrock, start, ones(2), TOLERANCE, 500);
        assertEquals(Bfgs.Ending.CONVERGED, minimum.ending());
        assertArrayEquals(ones(2), minimum.x(), 1e-5);
        assertArrayEquals(new double[] {-1.2, 1}, start, "the start is not modified");
        assertTrue(minimum.evaluations() < 80, () -> minimum.evaluations() + " evaluations");
    }

    @Test
    void tenDimensions() {
        double[] start = new double[10];
        Bfgs.Minimum minimum = Bfgs.minimize(BfgsTest::rosenbrock, start, ones(10), TOLERANCE, 2000);
        assertEquals(Bfgs.Ending.CONVERGED, minimum.ending());
        assertArrayEquals(ones(10), minimum.x(), 1e-5);
    }

    /** {@code Σ x⁴}: the Hessian vanishes at the minimum. The value is what must be small, not x. */
    @Test
    void flatMinimum() {
        Bfgs.Function quartic = (x, gradient) -> {
            double value = 0;
            for (int i = 0; i < x.length; i++) {
                value += Math.pow(x[i], 4);
                gradient[i] = 4 * Math.pow(x[i], 3);
            }
            return value;
        };
        Bfgs.Minimum minimum = Bfgs.minimize(quartic, new double[] {3, -2, 1}, ones(3), TOLERANCE, 500);
        assertEquals(Bfgs.Ending.CONVERGED, minimum.ending());
        assertTrue(minimum.value() < 100 * TOLERANCE, () -> "value " + minimum.value());
    }

    /** {@code x − log x} has no value left of zero, whither the first steps lead. */
    @Test
    void backsAwayFromInfinity() {
        Bfgs.Function barrier = (x, gradient) -> {
            if (!(x[0] > 0)) {
                gradient[0] = Double.NaN;
                return Double.POSITIVE_INFINITY;
            }
            gradient[0] = 1 - 1 / x[0];
            return x[0] - Math.log(x[0]);
        };
        for (double start : new double[] {1e-6, 0.5, 5, 1000}) {
            Bfgs.Minimum minimum = Bfgs.minimize(barrier, new double[] {start}, new double[] {100}, TOLERANCE, 500);
            assertEquals(Bfgs.Ending.CONVERGED, minimum.ending(), () -> "from " + start);
            assertEquals(1, minimum.x()[0], 1e-6);
        }
    }

    @Test
    void noValueAtTheStart() {
        Bfgs.Minimum minimum =
                Bfgs.minimize((x, gradient) -> Double.POSITIVE_INFINITY, new double[] {1}, ones(1), TOLERANCE, 100);
        assertEquals(Bfgs.Ending.NO_VALUE, minimum.ending());
        assertEquals(1, minimum.evaluations());
        Bfgs.Minimum none = Bfgs.minimize((x, gradient) -> Double.NaN, new double[] {1}, ones(1), TOLERANCE, 100);
        assertEquals(Bfgs.Ending.NO_VALUE, none.ending());
    }

    @Test
    void keepsTheEvaluationLimit() {
        for (int limit = 1; limit < 30; limit++) {
            Bfgs.Minimum minimum =
                    Bfgs.minimize(BfgsTest::rosenbrock, new double[] {-1.2, 1}, ones(2), TOLERANCE, limit);
            assertEquals(Bfgs.Ending.EVALUATION_LIMIT, minimum.ending());
            int allowed = limit + 1; // a line search that stops half-way returns to its best point
            assertTrue(minimum.evaluations() <= allowed, () -> minimum.evaluations() + " evaluations");
            assertTrue(minimum.value() <= 24.2 + 1e-9, "never worse than the start");
        }
    }

    @Test
    void nothingToMinimise() {
        Bfgs.Minimum minimum = Bfgs.minimize((x, gradient) -> 7, new double[0], new double[0], TOLERANCE, 10);
        assertEquals(Bfgs.Ending.CONVERGED, minimum.ending());
        assertEquals(7, minimum.value());
    }

    /** The same bits from the same start, and the gradient is that at the point returned. */
    @Test
    void deterministicAndConsistent() {
        double[] start = {-1.2, 1, 0.3};
        Bfgs.Minimum one = Bfgs.minimize(BfgsTest::rosenbrock, start, ones(3), TOLERANCE, 500);
        Bfgs.Minimum other = Bfgs.minimize(BfgsTest::rosenbrock, start, ones(3), TOLERANCE, 500);
        assertArrayEquals(one.x(), other.x());
        double[] gradient = new double[3];
        assertEquals(rosenbrock(one.x(), gradient), one.value());
        assertArrayEquals(gradient, one.gradient());
    }
}
