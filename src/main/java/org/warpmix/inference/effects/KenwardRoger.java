package org.warpmix.inference.effects;

import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.linalg.SymmetricEigen;

/**
 * Kenward and Roger's small-sample covariance of the fixed effects and their F tests, of a REML fit. Immutable.
 *
 * <p>Kenward and Roger 1997, Biometrics 53(3), doi:10.2307/2533558; Halekoh and Højsgaard 2014, J. Stat. Softw. 59(9),
 * doi:10.18637/jss.v059.i09. With Φ the covariance of β̂ at the estimates and, of each covariance parameter,
 * {@code P_i = −X'V⁻¹V_iV⁻¹X}, {@code Q_ij = X'V⁻¹V_iV⁻¹V_jV⁻¹X},
 * <pre>
 * W⁻¹_ij = ½ [tr(V⁻¹V_iV⁻¹V_j) − 2 tr(ΦQ_ij) + tr(ΦP_iΦP_j)]
 * Φ_A    = Φ + 2 Φ Σ_ij W_ij (Q_ij − P_iΦP_j) Φ
 * </pre>
 * V is linear in its parameters and any basis of them will do: here {@code V_0 = V} itself, for which all is known
 * ({@code Q_0j − P_0ΦP_j = 0}), and the entries of {@link VarianceProducts}.
 */
final class KenwardRoger {

    /** Eigenvalues of the scaled information below this count as zero. */
    private static final double SINGULAR = 1e-10;

    private final VarianceProducts products;
    private final int p;
    /** W, of V_0 and then the entries. */
    private final double[] w;

    private final double[] adjusted;

    private KenwardRoger(VarianceProducts products, int residualDegrees) {
        this.products = products;
        this.p = products.p;
        w = twiceInverse(information(residualDegrees), products.count() + 1);
        adjusted = adjusted();
    }

    /**
     * The method at the estimates by REML.
     *
     * @param x the optimiser's vector
     * @throws IllegalArgumentException where crossed random effects are too many for the memory
     */
    static KenwardRoger of(ProfiledCriterion criterion, double[] x) {
        int residualDegrees =
                criterion.statistics().n() - criterion.statistics().p();
        return new KenwardRoger(VarianceProducts.of(criterion, x), residualDegrees);
    }

    /** {@code C⁻¹ Φ_A C⁻ᵀ / σ²}: the adjusted covariance of the whitened coefficients, p×p. */
    double[] covariance() {
        return adjusted;
    }

    /** See {@link VarianceProducts#whitened}. */
    double[] whitened(double[] l) {
        return products.whitened(l);
    }

    /** By how much the adjustment multiplies the variance of a contrast of the whitened coefficients. */
    double inflation(double[] u) {
        double before = 0;
        double after = 0;
        for (int j = 0; j < p; j++) {
            before += u[j] * u[j];
            for (int i = 0; i < p; i++) {
                after += u[i] * adjusted[i + j * p] * u[j];
            }
        }
        return after / before;
    }

    /**
     * Degrees of freedom of a contrast.
     *
     * @param u contrast of the whitened coefficients
     */
    double degrees(double[] u) {
        double square = 0;
        for (double entry : u) {
            square += entry * entry;
        }
        double length = Math.sqrt(square);
        double[] unit = new double[p];
        for (int i = 0; i < p; i++) {
            unit[i] = u[i] / length;
        }
        return 2 / moments(new double[][] {unit})[1];
    }

    /**
     * Scaling and denominator degrees of freedom of an F test.
     *
     * @param u orthonormal contrasts of the whitened coefficients
     * @return {scaling, degrees}
     */
    double[] scalingAndDegrees(double[][] u) {
        int q = u.length;
        if (q == 1) {
            return new double[] {1, degrees(u[0])};
        }
        double[] moments = moments(u);
        double a1 = moments[0];
        double a2 = moments[1];
        double b = (a1 + 6 * a2) / (2 * q);
        double g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
        double unit = 3 * q + 2 * (1 - g);
        double shrunk = 1 - a2 / q;
        double ratio = quotient(shrunk, 1 - (q - g) / unit * b);
        double numerator = 1 + g / unit * b;
        double rho = ratio * ratio * (Math.abs(numerator) < 1e-10 ? 0 : numerator) / (1 - (q + 2 - g) / unit * b) / q;
        double degrees = 4 + (q + 2) / (q * rho - 1);
        double scaling = Math.abs(degrees - 2) < 1e-2 ? 1 : degrees * shrunk / (degrees - 2);
        return new double[] {scaling, degrees};
    }

    private static double quotient(double a, double b) {
        return Math.abs(a) < 1e-14 && Math.abs(b) < 1e-14 ? 1 : a / b;
    }

    /** {@code Σ W_ij tr(B_i) tr(B_j)} and {@code Σ W_ij tr(B_iB_j)}, {@code B_i = −U P_i U'}. */
    private double[] moments(double[][] u) {
        int q = u.length;
        int count = products.count() + 1;
        double[][] b = new double[count][q * q];
        double[] trace = new double[count];
        for (int i = 0; i < count; i++) {
            for (int r = 0; r < q; r++) {
                for (int s = 0; s < q; s++) {
                    b[i][r + s * q] = i == 0 ? (r == s ? 1 : 0) : form(u[r], products.first[i - 1], u[s]);
                }
                trace[i] += b[i][r * (q + 1)];
            }
        }
        double[] sums = new double[2];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double product = 0;
                for (int e = 0; e < q * q; e++) {
                    product += b[i][e] * b[j][e];
                }
                sums[0] += w[i + j * count] * trace[i] * trace[j];
                sums[1] += w[i + j * count] * product;
            }
        }
        return sums;
    }

    private double form(double[] left, double[] matrix, double[] right) {
        double sum = 0;
        for (int l = 0; l < p; l++) {
            for (int k = 0; k < p; k++) {
                sum += left[k] * matrix[k + l * products.width] * right[l];
            }
        }
        return sum;
    }

    /** 2W⁻¹. */
    private double[] information(int residualDegrees) {
        int count = products.count() + 1;
        double[] information = new double[count * count];
        information[0] = residualDegrees;
        for (int j = 1; j < count; j++) {
            double scale = products.trace[j - 1] - products.fixedTrace(products.first[j - 1]);
            information[j] = scale;
            information[j * count] = scale;
            for (int i = 1; i < count; i++) {
                information[i + j * count] = products.traces[i - 1 + (j - 1) * (count - 1)]
                        - products.fixedTrace(products.second[products.pair(i - 1, j - 1)])
                        + products.fixedProduct(products.first[i - 1], products.first[j - 1]);
            }
        }
        return information;
    }

    /** {@code 2 A⁻¹}, by eigenvalues of the scaled matrix where it is singular. */
    private static double[] twiceInverse(double[] a, int n) {
        double[] unit = new double[n];
        double[] scaled = new double[n * n];
        for (int i = 0; i < n; i++) {
            unit[i] = a[i * (n + 1)] > 0 ? 1 / Math.sqrt(a[i * (n + 1)]) : 0;
        }
        for (int e = 0; e < n * n; e++) {
            scaled[e] = a[e] * unit[e % n] * unit[e / n];
        }
        SymmetricEigen spectrum = SymmetricEigen.of(scaled, n);
        double[] values = spectrum.values();
        double[] vectors = spectrum.vectors();
        double[] inverse = new double[n * n];
        for (int k = 0; k < n; k++) {
            for (int e = 0; e < n * n && values[k] > SINGULAR; e++) {
                inverse[e] +=
                        2 * vectors[e % n + k * n] * vectors[e / n + k * n] / values[k] * unit[e % n] * unit[e / n];
            }
        }
        return inverse;
    }

    private double[] adjusted() {
        int count = products.count();
        int width = products.width;
        double[] sum = new double[p * p];
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < count; i++) {
                double weight = w[i + 1 + (j + 1) * (count + 1)];
                double[] second = products.second[products.pair(i, j)];
                for (int b = 0; b < p; b++) {
                    for (int a = 0; a < p; a++) {
                        double product = 0;
                        for (int r = 0; r < p; r++) {
                            product += products.first[i][a + r * width] * products.first[j][r + b * width];
                        }
                        sum[a + b * p] += weight * (second[a + b * width] - 2 * product);
                    }
                }
            }
        }
        for (int b = 0; b < p; b++) {
            for (int a = 0; a <= b; a++) {
                double value = 0.5 * (sum[a + b * p] + sum[b + a * p]) + (a == b ? 1 : 0);
                sum[a + b * p] = value;
                sum[b + a * p] = value;
            }
        }
        return sum;
    }

    /** {@code w'A⁻¹w} for positive definite A; {@code NaN} where it is not. */
    static double inverseForm(double[] a, double[] v) {
        int n = v.length;
        double[] l = a.clone();
        double[] z = v.clone();
        if (!SmallCholesky.factor(l, 0, n, n)) {
            return Double.NaN;
        }
        SmallCholesky.solveLower(l, 0, n, n, z, 0, 1, n);
        double sum = 0;
        for (double entry : z) {
            sum += entry * entry;
        }
        return sum;
    }
}
