package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.warpmix.likelihood.Method;
import org.warpmix.table.Table;

/**
 * Longley's regression (NIST StRD), condition number 5e9 as it stands. Several groups that each hold all 16 rows, shifted
 * by amounts that sum to zero: since X is the same in every group and has an intercept, generalised least squares is
 * ordinary least squares, whatever theta, and its coefficients are the certified ones.
 */
class LongleyTest {

    private static final String[] NAMES = {"deflator", "gnp", "unemployed", "forces", "population", "year"};

    /** Employed, then the predictors of {@link #NAMES}. */
    private static final double[][] ROWS = {
        {60323, 83.0, 234289, 2356, 1590, 107608, 1947},
        {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
        {60171, 88.2, 258054, 3682, 1616, 109773, 1949},
        {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
        {63221, 96.2, 328975, 2099, 3099, 112075, 1951},
        {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
        {64989, 99.0, 365385, 1870, 3547, 115094, 1953},
        {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
        {66019, 101.2, 397469, 2904, 3048, 117388, 1955},
        {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
        {68169, 108.4, 442769, 2936, 2798, 120445, 1957},
        {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
        {68655, 112.6, 482704, 3813, 2552, 123366, 1959},
        {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
        {69331, 115.7, 518173, 4806, 2572, 127852, 1961},
        {70551, 116.9, 554894, 4007, 2827, 130081, 1962}
    };

    private static final double[] CERTIFIED = {
        -3482258.63459582,
        15.0618722713733,
        -0.358191792925910E-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807E-01,
        1829.15146461355
    };

    private static final double[] SHIFTS = {-3000, -1000, 1500, 2500};

    private static Table table() {
        int rows = ROWS.length * SHIFTS.length;
        double[] y = new double[rows];
        String[] g = new String[rows];
        double[][] x = new double[NAMES.length][rows];
        for (int i = 0; i < rows; i++) {
            double[] row = ROWS[i % ROWS.length];
            y[i] = row[0] + SHIFTS[i / ROWS.length];
            g[i] = "g" + i / ROWS.length;
            for (int j = 0; j < NAMES.length; j++) {
                x[j][i] = row[j + 1];
            }
        }
        Table.Builder table = Table.builder().numeric("y", y).factor("g", g);
        for (int j = 0; j < NAMES.length; j++) {
            table.numeric(NAMES[j], x[j]);
        }
        return table.build();
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void asManyDigitsAsQr(Method method) {
        double[] qr = leastSquares();
        Fit fit = LinearMixedModel.of("y ~ " + String.join(" + ", NAMES) + " + (1 | g)")
                .withMethod(method)
                .fit(table());
        assertTrue(fit.droppedColumns().isEmpty());
        assertTrue(fewest(qr) > 9, "the data are Longley's");
        double fewest = fewest(fit.fixedEffects().estimates());
        assertTrue(fewest >= fewest(qr) - 1, () -> fewest + " digits, QR has " + fewest(qr));
    }

    @Test
    void listsTheDigits() throws IOException {
        double[] qr = leastSquares();
        Fit fit = LinearMixedModel.of("y ~ " + String.join(" + ", NAMES) + " + (1 | g)")
                .fit(table());
        List<String> lines = new ArrayList<>();
        lines.add("coefficient  digits here, by Householder QR");
        for (int j = 0; j < CERTIFIED.length; j++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-12s %5.1f %5.1f",
                    fit.fixedEffects().name(j),
                    NistTest.digits(fit.fixedEffects().estimate(j), CERTIFIED[j]),
                    NistTest.digits(qr[j], CERTIFIED[j])));
        }
        Path out = Path.of("target", "longley.txt");
        Files.createDirectories(out.getParent());
        Files.write(out, lines);
        assertTrue(fewest(fit.fixedEffects().estimates()) > 9);
    }

    private static double fewest(double[] estimates) {
        double fewest = 15;
        for (int j = 0; j < CERTIFIED.length; j++) {
            fewest = Math.min(fewest, NistTest.digits(estimates[j], CERTIFIED[j]));
        }
        return fewest;
    }

    /** Least squares of the same rows by Householder reflections. */
    private static double[] leastSquares() {
        int n = ROWS.length * SHIFTS.length;
        int p = CERTIFIED.length;
        double[][] a = new double[p + 1][n];
        for (int i = 0; i < n; i++) {
            a[0][i] = 1;
            for (int j = 1; j < p; j++) {
                a[j][i] = ROWS[i % ROWS.length][j];
            }
            a[p][i] = ROWS[i % ROWS.length][0] + SHIFTS[i / ROWS.length];
        }
        double[] diagonal = new double[p];
        for (int k = 0; k < p; k++) {
            double length = 0;
            for (int i = k; i < n; i++) {
                length = Math.hypot(length, a[k][i]);
            }
            diagonal[k] = -Math.copySign(length, a[k][k]);
            a[k][k] -= diagonal[k];
            double square = 0;
            for (int i = k; i < n; i++) {
                square += a[k][i] * a[k][i];
            }
            for (int j = k + 1; j <= p; j++) {
                double dot = 0;
                for (int i = k; i < n; i++) {
                    dot += a[k][i] * a[j][i];
                }
                for (int i = k; i < n; i++) {
                    a[j][i] -= 2 * dot / square * a[k][i];
                }
            }
        }
        double[] beta = new double[p];
        for (int k = p - 1; k >= 0; k--) {
            double sum = a[p][k];
            for (int j = k + 1; j < p; j++) {
                sum -= a[j][k] * beta[j];
            }
            beta[k] = sum / diagonal[k];
        }
        return beta;
    }
}
