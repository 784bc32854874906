package org.warpmix.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Elementary functions are as accurate as the library's, within two units in the last place. */
class ElementaryTest {

    private static final int POINTS = 500_000;

    private static void within2Ulp(double expected, double actual, double at) {
        assertTrue(
                Math.abs(actual - expected) <= 2 * Math.ulp(expected), () -> actual + " not " + expected + " at " + at);
    }

    @Test
    void logarithm() {
        Random random = new Random(1);
        for (int i = 0; i < POINTS; i++) {
            double u = Elementary.uniform(random.nextLong() >>> random.nextInt(64));
            within2Ulp(StrictMath.log(u), Elementary.log(u), u);
            double near = 1 - u * 0x1p-10;
            within2Ulp(StrictMath.log(near), Elementary.log(near), near);
            double large = 1 + 100 * u;
            within2Ulp(StrictMath.log(large), Elementary.log(large), large);
        }
        for (double u : new double[] {0x1p-53, 0.5, Math.sqrt(0.5), 1 - 0x1p-53, 1}) {
            within2Ulp(StrictMath.log(u), Elementary.log(u), u);
        }
    }

    /** The library takes angles that are rounded: what the rounding changes is taken into account. */
    @Test
    void sineAndCosine() {
        Random random = new Random(2);
        for (int i = 0; i < POINTS; i++) {
            double f = (random.nextDouble() - 0.5) * Math.pow(2, -random.nextInt(20));
            double angle = Math.PI / 2 * f;
            // what the rounding of the angle leaves is its error times the derivative
            double error = Math.fma(Math.PI / 2, f, -angle) + 6.123233995736766e-17 * f;
            within2Ulp(StrictMath.sin(angle) + error * StrictMath.cos(angle), Elementary.sine(f), f);
            within2Ulp(StrictMath.cos(angle) - error * StrictMath.sin(angle), Elementary.cosine(f), f);
        }
    }

    @Test
    void quarterTurns() {
        for (int k = 0; k < 4; k++) {
            assertEquals(Math.cos(Math.PI / 2 * k), Elementary.quarterCosine(k), 1e-15);
            assertEquals(Math.sin(Math.PI / 2 * k), Elementary.quarterSine(k), 1e-15);
        }
    }
}
