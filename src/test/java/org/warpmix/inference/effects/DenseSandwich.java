package org.warpmix.inference.effects;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;

/**
 * The cluster-robust covariance as it is defined, in matrices of order n by rows: Pustejovsky and Tipton 2018, J. Bus. Econ. Stat.
 * 36(4), equations 3, 10 and 11, with the symmetric root of V_j for D_j; the degrees of freedom from the quadratic form in y that
 * a variance estimate is.
 */
final class DenseSandwich {

    private final double[][] x;
    private final double[][] v;
    private final double[][] bread;
    private final double[][] solved; // V⁻¹X
    private final double[] e;
    private final List<int[]> clusters = new ArrayList<>();
    private final int[] kept;

    static DenseSandwich of(Fit fit, String cluster) {
        GroupingFactor factor = fit.design().data().terms().stream()
                .map(RandomTerm::factor)
                .filter(one -> one.name().equals(cluster))
                .findFirst()
                .orElseThrow();
        return new DenseSandwich(fit, factor.codes(), factor.levels().length);
    }

    static DenseSandwich of(Fit fit, Column cluster) {
        FactorColumn factor = (FactorColumn) cluster;
        return new DenseSandwich(fit, factor.codes(), factor.levels().length);
    }

    private DenseSandwich(Fit fit, int[] codes, int levels) {
        ModelData data = fit.design().data();
        int n = data.n();
        kept = fit.profiledCriterion().statistics().fixed().kept();
        x = new double[n][kept.length];
        v = new double[n][n];
        List<VarianceComponent> components = fit.randomEffects();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < kept.length; j++) {
                x[i][j] = data.x()[kept[j]][i];
            }
            double weight = data.weights() == null ? 1 : data.weights()[i];
            v[i][i] += fit.sigma() * fit.sigma() / weight;
            for (int t = 0; t < components.size(); t++) {
                RandomTerm term = data.terms().get(t);
                for (int k = 0; k < n; k++) {
                    for (int a = 0;
                            a < term.z().length
                                    && term.factor().codes()[i] == term.factor().codes()[k];
                            a++) {
                        for (int b = 0; b < term.z().length; b++) {
                            v[i][k] += term.z()[a][i] * components.get(t).covariance(a, b) * term.z()[b][k];
                        }
                    }
                }
            }
        }
        double[][] inverse = power(v, -1);
        solved = times(inverse, x);
        bread = power(times(transposed(x), solved), -1);
        e = fit.residuals(Residual.MARGINAL);
        for (int level = 0; level < levels; level++) {
            int[] rows = new int[n];
            int count = 0;
            for (int i = 0; i < n; i++) {
                if (codes[i] == level) {
                    rows[count++] = i;
                }
            }
            if (count > 0) {
                clusters.add(Arrays.copyOf(rows, count));
            }
        }
    }

    /** The sandwich. */
    double[][] covariance(ClusterRobust.Type type) {
        int p = kept.length;
        double[][] meat = new double[p][p];
        for (int[] rows : clusters) {
            double[][] a = type == ClusterRobust.Type.CR2 ? adjustment(rows) : identity(rows.length);
            double[] score = new double[p];
            double[][] left = times(transposed(rows(solved, rows)), a);
            for (int j = 0; j < p; j++) {
                for (int i = 0; i < rows.length; i++) {
                    score[j] += left[j][i] * e[rows[i]];
                }
            }
            for (int i = 0; i < p; i++) {
                for (int j = 0; j < p; j++) {
                    meat[i][j] += score[i] * score[j];
                }
            }
        }
        double factor = type == ClusterRobust.Type.CR1 ? clusters.size() / (clusters.size() - 1.0) : 1;
        double[][] covariance = times(times(bread, meat), bread);
        for (double[] row : covariance) {
            for (int j = 0; j < p; j++) {
                row[j] *= factor;
            }
        }
        return covariance;
    }

    /** {@code 2E²/Var} of the CR2 variance of a coefficient, {@code y'Ωy}: {@code (tr ΩV)²/tr ΩVΩV}. */
    double degrees(int coefficient) {
        int n = x.length;
        double[][] hat = times(times(x, bread), transposed(solved));
        double[][] omega = new double[n][n];
        for (int[] rows : clusters) {
            double[][] g = times(adjustment(rows), times(rows(solved, rows), bread));
            double[] form = new double[n]; // (I − H)_j'g_j
            for (int i = 0; i < rows.length; i++) {
                double weight = g[i][coefficient];
                for (int k = 0; k < n; k++) {
                    form[k] += weight * ((k == rows[i] ? 1 : 0) - hat[rows[i]][k]);
                }
            }
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    omega[i][k] += form[i] * form[k];
                }
            }
        }
        double[][] product = times(omega, v);
        double trace = 0;
        double square = 0;
        for (int i = 0; i < n; i++) {
            trace += product[i][i];
            for (int k = 0; k < n; k++) {
                square += product[i][k] * product[k][i];
            }
        }
        return trace * trace / square;
    }

    private double[][] adjustment(int[] rows) {
        double[][] block = new double[rows.length][rows.length];
        double[][] xj = rows(x, rows);
        double[][] fitted = times(times(xj, bread), transposed(xj));
        double[][] rest = new double[rows.length][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < rows.length; k++) {
                block[i][k] = v[rows[i]][rows[k]];
                rest[i][k] = block[i][k] - fitted[i][k];
            }
        }
        double[][] root = power(block, 0.5);
        double[][] b = times(times(root, rest), root);
        return times(times(root, power(b, -0.5)), root);
    }

    /** A symmetric matrix to a power, eigenvalues that are but rounding left out. */
    private static double[][] power(double[][] a, double power) {
        int n = a.length;
        double[] flat = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                flat[i + j * n] = (a[i][j] + a[j][i]) / 2;
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(flat, n);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        double[][] scaled = new double[n][n];
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                double factor = values[k] > 1e-11 * values[n - 1] ? Math.pow(values[k], power) : 0;
                scaled[i][k] = vectors[i + k * n] * factor;
                rows[i][k] = vectors[i + k * n];
            }
        }
        return times(scaled, transposed(rows));
    }

    private static double[][] rows(double[][] a, int[] rows) {
        double[][] some = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            some[i] = a[rows[i]];
        }
        return some;
    }

    private static double[][] identity(int n) {
        double[][] identity = new double[n][n];
        for (int i = 0; i < n; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                double factor = a[i][k];
                for (int j = 0; j < b[0].length; j++) {
                    product[i][j] += factor * b[k][j];
                }
            }
        }
        return product;
    }
}
