package org.warpmix.crossprod;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.formula.Formula;
import org.warpmix.model.Design;
import org.warpmix.table.Table;

/** The basis keeps its promise, {@code X̃'X̃ = I} and {@code X̃'ỹ = 0}, however ill-conditioned X is. */
class FixedBasisTest {

    /** What one pass of R⁻¹ leaves is epsilon times the condition number of the scaled columns, here 1e6. */
    private static final double ORTHOGONAL = 1e-9;

    private static Table table(double apart) {
        Random random = new Random(11);
        int n = 1000; // several blocks of rows
        double[] y = new double[n];
        double[] x = new double[n];
        double[] near = new double[n];
        int[] g = new int[n];
        for (int i = 0; i < n; i++) {
            g[i] = i % 20;
            x[i] = random.nextGaussian();
            near[i] = x[i] + apart * random.nextGaussian();
            y[i] = x[i] + g[i] % 3 + random.nextGaussian();
        }
        String[] names = new String[20];
        java.util.Arrays.setAll(names, j -> "g" + j);
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("near", near)
                .factor("g", g, names)
                .build();
    }

    private static Crossproducts statistics(String fixed, double apart) {
        return Crossproducts.of(Design.of(Formula.parse("y ~ " + fixed + " + (1 | g)"), table(apart))
                .data());
    }

    static Stream<String> formulas() {
        return Stream.of(
                "x", "x + near", "x + I(1e8 * x^2)", "I(x + 1e5) + x:near", "0 + I(x + 1e4)", "poly(x, 3) + I(x^4)");
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void columnsAreOrthonormal(String fixed) {
        Crossproducts statistics = statistics(fixed, 1e-6);
        int width = statistics.p() + 1;
        double[] expected = new double[width * width];
        for (int j = 0; j < width; j++) {
            expected[j + j * width] = j < width - 1 ? 1 : statistics.n();
        }
        assertArrayEquals(expected, statistics.ww(), ORTHOGONAL * Math.sqrt(statistics.n()));
    }

    /** R's {@code qr} drops a column whose part orthogonal to those before is below 1e-7 of its length. */
    @Test
    void rankIsDecidedAsRDoes() {
        assertEquals(3, statistics("x + near", 3e-7).p());
        assertEquals(2, statistics("x + near", 3e-8).p());
        assertArrayEquals(new int[] {2}, statistics("x + near", 3e-8).fixed().dropped());
        assertArrayEquals(new int[] {0, 1}, statistics("x + near", 0).fixed().kept());
    }
}
