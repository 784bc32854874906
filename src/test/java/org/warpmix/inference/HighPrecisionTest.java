package org.warpmix.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.Table;

/**
 * Satterthwaite's degrees of freedom by brute force with 60 digits: the REML criterion of 20 rows as a function of (θ, σ), its
 * Hessian and the gradient of the variance by central differences whose error is below 1e-25.
 *
 * <p>With a predictor near 1e6 the two peers' answers part: lmerTest 3.1-3 (R 4.2.2, numeric Hessian, lme4's default search)
 * gives the slope 1.4956 degrees of freedom, and 4.34168 where the predictor is given standardised. The test is the same.
 */
class HighPrecisionTest {

    private static final MathContext DIGITS = new MathContext(60);
    private static final BigDecimal STEP = new BigDecimal("1e-14");
    private static final double ON_STANDARDISED = 4.34167603260;

    private static final double[] X = {
        711420, 912242, 1077636, 654360, 1058735, 1009037, 1025625, 1334983, 634343, 1380211, 776566, 660634, 785092,
        1075796, 1045614, 907703, 714095, 805527, 1367294, 1059943
    };
    private static final double[] Y = {
        2.25, 2.54, 2.7, 1.98, 1.61, 1.95, 2.78, 5.98, -3.29, 8.49, 0.38, -2.27, 0.04, -0.66, 0.3, -3.17, 2.13, 3.34,
        1.24, 1.08
    };

    @Test
    void slopeOnAPredictorFarFromZero() {
        int[] groups = new int[X.length];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = i / 4;
        }
        Table table = Table.builder()
                .numeric("y", Y)
                .numeric("x", X)
                .factor("g", groups, "a", "b", "c", "d", "e")
                .build();
        Fit fit = LinearMixedModel.of("y ~ x + (x | g)").fit(table);
        FixedEffectsInference inference = FixedEffectsInference.of(fit, DegreesOfFreedom.SATTERTHWAITE);
        BigDecimal[] at = new BigDecimal[4];
        for (int k = 0; k < 3; k++) {
            at[k] = new BigDecimal(fit.theta()[k]);
        }
        at[3] = new BigDecimal(fit.sigma());
        for (int j = 0; j < 2; j++) {
            double expected = degrees(at, j);
            assertEquals(expected, inference.coefficient(j).degrees(), 1e-5 * expected);
        }
        assertEquals(ON_STANDARDISED, inference.coefficient(1).degrees(), 1e-4);
    }

    /** {@code 2V²/(g'Ag)}, A = 2H⁻¹. */
    private static double degrees(BigDecimal[] at, int coefficient) {
        int k = at.length;
        BigDecimal[] steps = new BigDecimal[k];
        for (int a = 0; a < k; a++) {
            steps[a] = at[a].abs().multiply(STEP);
        }
        BigDecimal[][] hessian = new BigDecimal[k][k + 1];
        BigDecimal two = BigDecimal.valueOf(2);
        for (int a = 0; a < k; a++) {
            hessian[a][k] = difference(at, steps, a, coefficient);
            for (int b = 0; b < k; b++) {
                BigDecimal sum = BigDecimal.ZERO;
                for (int sign = 0; sign < 4; sign++) {
                    BigDecimal[] point = at.clone();
                    boolean up = sign < 2;
                    boolean right = sign % 2 == 0;
                    point[a] = up ? point[a].add(steps[a]) : point[a].subtract(steps[a]);
                    point[b] = right ? point[b].add(steps[b]) : point[b].subtract(steps[b]);
                    BigDecimal value = evaluate(point)[2];
                    sum = up == right ? sum.add(value) : sum.subtract(value);
                }
                hessian[a][b] = sum.divide(steps[a].multiply(steps[b]).multiply(BigDecimal.valueOf(4)), DIGITS);
            }
        }
        BigDecimal[] gradient = new BigDecimal[k];
        for (int a = 0; a < k; a++) {
            gradient[a] = hessian[a][k];
        }
        solve(hessian, k);
        BigDecimal form = BigDecimal.ZERO;
        for (int a = 0; a < k; a++) {
            form = form.add(gradient[a].multiply(hessian[a][k]).multiply(two));
        }
        BigDecimal variance = evaluate(at)[coefficient];
        return variance.multiply(variance).multiply(two).divide(form, DIGITS).doubleValue();
    }

    private static BigDecimal difference(BigDecimal[] at, BigDecimal[] steps, int a, int what) {
        BigDecimal[] up = at.clone();
        BigDecimal[] down = at.clone();
        up[a] = up[a].add(steps[a]);
        down[a] = down[a].subtract(steps[a]);
        return evaluate(up)[what]
                .subtract(evaluate(down)[what])
                .divide(steps[a].multiply(BigDecimal.valueOf(2)), DIGITS);
    }

    /** The variances of the two coefficients, and {@code log|V| + log|X'V⁻¹X| + (y − Xβ̂)'V⁻¹(y − Xβ̂)}. */
    private static BigDecimal[] evaluate(BigDecimal[] at) {
        BigDecimal determinant = BigDecimal.ONE;
        BigDecimal[][] products = new BigDecimal[3][3]; // [X y]'V⁻¹[X y]
        for (BigDecimal[] row : products) {
            Arrays.fill(row, BigDecimal.ZERO);
        }
        BigDecimal square = at[3].multiply(at[3]);
        for (int group = 0; group < 5; group++) {
            BigDecimal[][] system = new BigDecimal[4][7];
            BigDecimal[][] w = new BigDecimal[4][3];
            for (int i = 0; i < 4; i++) {
                w[i] = new BigDecimal[] {
                    BigDecimal.ONE, new BigDecimal(X[4 * group + i]), new BigDecimal(Y[4 * group + i])
                };
            }
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    BigDecimal first = at[0].add(at[1].multiply(w[i][1]));
                    BigDecimal other = at[0].add(at[1].multiply(w[j][1]));
                    BigDecimal slopes = at[2].multiply(at[2]).multiply(w[i][1]).multiply(w[j][1]);
                    BigDecimal sum = first.multiply(other).add(slopes);
                    system[i][j] = square.multiply(i == j ? sum.add(BigDecimal.ONE) : sum, DIGITS);
                }
                System.arraycopy(w[i], 0, system[i], 4, 3);
            }
            determinant = determinant.multiply(solve(system, 4), DIGITS);
            for (int a = 0; a < 3; a++) {
                for (int b = 0; b < 3; b++) {
                    for (int i = 0; i < 4; i++) {
                        products[a][b] = products[a][b].add(w[i][a].multiply(system[i][4 + b]), DIGITS);
                    }
                }
            }
        }
        BigDecimal[][] normal = new BigDecimal[2][5];
        for (int i = 0; i < 2; i++) {
            normal[i] = new BigDecimal[] {
                products[i][0],
                products[i][1],
                i == 0 ? BigDecimal.ONE : BigDecimal.ZERO,
                i == 1 ? BigDecimal.ONE : BigDecimal.ZERO,
                products[i][2]
            };
        }
        determinant = determinant.multiply(solve(normal, 2), DIGITS);
        BigDecimal residual = products[2][2]
                .subtract(products[0][2].multiply(normal[0][4]))
                .subtract(products[1][2].multiply(normal[1][4]));
        return new BigDecimal[] {normal[0][2], normal[1][3], log(determinant).add(residual, DIGITS)};
    }

    /** Solves in place by Gauss and Jordan; the determinant of the first n columns. */
    private static BigDecimal solve(BigDecimal[][] a, int n) {
        BigDecimal determinant = BigDecimal.ONE;
        for (int c = 0; c < n; c++) {
            BigDecimal pivot = a[c][c];
            determinant = determinant.multiply(pivot, DIGITS);
            for (int j = 0; j < a[c].length; j++) {
                a[c][j] = a[c][j].divide(pivot, DIGITS);
            }
            for (int i = 0; i < n; i++) {
                BigDecimal factor = a[i][c];
                for (int j = 0; i != c && j < a[i].length; j++) {
                    a[i][j] = a[i][j].subtract(factor.multiply(a[c][j]), DIGITS);
                }
            }
        }
        return determinant;
    }

    /** Of x = 10^e m: by the series of the inverse hyperbolic tangent after Newton's start in double precision. */
    private static BigDecimal log(BigDecimal x) {
        int exponent = x.precision() - x.scale() - 1;
        BigDecimal m = x.movePointLeft(exponent);
        BigDecimal start = new BigDecimal(Math.log(m.doubleValue()));
        BigDecimal rest = series(m.divide(exp(start), DIGITS));
        BigDecimal ten = new BigDecimal(Math.log(10));
        BigDecimal logTen = ten.add(series(BigDecimal.TEN.divide(exp(ten), DIGITS)));
        return start.add(rest).add(logTen.multiply(BigDecimal.valueOf(exponent)), DIGITS);
    }

    private static BigDecimal exp(BigDecimal x) {
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int k = 1; k < 100; k++) {
            term = term.multiply(x).divide(BigDecimal.valueOf(k), DIGITS);
            sum = sum.add(term);
        }
        return sum;
    }

    /** log x near 1. */
    private static BigDecimal series(BigDecimal x) {
        BigDecimal u = x.subtract(BigDecimal.ONE).divide(x.add(BigDecimal.ONE), DIGITS);
        BigDecimal power = u;
        BigDecimal sum = u;
        for (int k = 3; k < 15; k += 2) {
            power = power.multiply(u, DIGITS).multiply(u, DIGITS);
            sum = sum.add(power.divide(BigDecimal.valueOf(k), DIGITS));
        }
        return sum.multiply(BigDecimal.valueOf(2));
    }
}
