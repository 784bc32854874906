package org.warpmix.likelihood;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * A start from moments, for criteria of which each evaluation counts: one variance per grouping factor, shared by its columns in
 * the solver's basis.
 *
 * <p>With ỹ the response less its least-squares fit, {@code E (z'ỹ)² / z'z = σ² + Σ_f σ_f² ‖Z̃_f'z‖² / z'z} for each column z of
 * each level, and {@code E ỹ'ỹ = (n − p) σ² + Σ_f σ_f² ‖Z̃_f‖²}, what the fit takes away left aside: summed by factor, as many
 * equations as variances (Henderson's method, 1953, doi:10.2307/3001853). The cost is one pass over the levels that meet.
 */
final class MomentStart {

    /** Bounds of the relative standard deviations: from a value outside a search would not get away. */
    private static final double SMALLEST = 0.03;

    private static final double LARGEST = 30;

    private MomentStart() {}

    /** Relative standard deviations λ_f, one per factor; 1 where the moments say nothing. */
    static double[] of(Crossproducts statistics) {
        List<LevelProducts> factors = statistics.factors();
        int k = factors.size() + 1; // the last is σ²
        double[][] a = new double[k][k];
        double[] right = new double[k];
        int p1 = statistics.p() + 1;
        right[k - 1] = statistics.ww()[p1 * p1 - 1];
        a[k - 1][k - 1] = statistics.n() - statistics.p();
        for (int f = 0; f < k - 1; f++) {
            own(factors.get(f), f, a, right);
        }
        for (PairProducts pair : statistics.pairs()) {
            meetings(factors.get(pair.first()), factors.get(pair.second()), pair, a);
        }
        double[] lambda = new double[k - 1];
        double[] variances = solve(a, right);
        for (int f = 0; f < k - 1; f++) {
            double ratio = variances[f] / variances[k - 1];
            lambda[f] = variances[k - 1] > 0 ? Math.max(SMALLEST, Math.min(LARGEST, Math.sqrt(Math.max(0, ratio)))) : 1;
        }
        return lambda;
    }

    private static void own(LevelProducts products, int f, double[][] a, double[] right) {
        int q = products.q();
        int width = products.width();
        int last = right.length - 1;
        for (int level = 0; level < products.levels(); level++) {
            for (int i = 0; i < q; i++) {
                double square = products.g()[(level * q + i) * q + i];
                a[last][f] += square;
                if (!(square > 0)) {
                    continue;
                }
                double value = products.b()[i + (level * width + width - 1) * q];
                right[f] += value * value / square;
                a[f][last] += 1;
                for (int r = 0; r < q; r++) {
                    double product = products.g()[(level * q + i) * q + r];
                    a[f][f] += product * product / square;
                }
            }
        }
    }

    private static void meetings(LevelProducts one, LevelProducts two, PairProducts pair, double[][] a) {
        int q1 = one.q();
        int q2 = two.q();
        for (int l = 0; l < one.levels(); l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                int m = pair.partner()[e];
                for (int j = 0; j < q2; j++) {
                    for (int i = 0; i < q1; i++) {
                        double product = pair.products()[(e * q2 + j) * q1 + i];
                        double square = product * product;
                        double first = one.g()[(l * q1 + i) * q1 + i];
                        double second = two.g()[(m * q2 + j) * q2 + j];
                        a[pair.first()][pair.second()] += first > 0 ? square / first : 0;
                        a[pair.second()][pair.first()] += second > 0 ? square / second : 0;
                    }
                }
            }
        }
    }

    /** Gaussian elimination with pivots, both arguments overwritten; NaN where the equations are singular. */
    private static double[] solve(double[][] a, double[] right) {
        int k = right.length;
        for (int c = 0; c < k; c++) {
            int pivot = c;
            for (int r = c + 1; r < k; r++) {
                pivot = Math.abs(a[r][c]) > Math.abs(a[pivot][c]) ? r : pivot;
            }
            double[] swap = a[c];
            a[c] = a[pivot];
            a[pivot] = swap;
            double value = right[c];
            right[c] = right[pivot];
            right[pivot] = value;
            for (int r = c + 1; r < k; r++) {
                double factor = a[r][c] / a[c][c];
                for (int j = c; j < k; j++) {
                    a[r][j] -= factor * a[c][j];
                }
                right[r] -= factor * right[c];
            }
        }
        double[] x = new double[k];
        for (int c = k - 1; c >= 0; c--) {
            double sum = right[c];
            for (int j = c + 1; j < k; j++) {
                sum -= a[c][j] * x[j];
            }
            x[c] = sum / a[c][c];
        }
        return x;
    }
}
