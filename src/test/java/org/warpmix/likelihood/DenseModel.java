package org.warpmix.likelihood;

import java.util.List;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * The Gaussian likelihood by brute force, independent of the library: {@code V = W⁻¹ + ZΦZ'} of order n, its Cholesky
 * factor, generalised least squares. Column arrays; V is relative to σ².
 */
public final class DenseModel {

    private final ModelData data;
    private final double[][] x;
    private final double[][] l;
    private final double[][] gls;
    private final double[] beta;
    private final double[] solvedResidual;
    private final double rSquared;
    private final double criterion;
    private final double[][][] factors;

    /**
     * @param theta in lme4's order and scale
     * @param kept linearly independent columns of X
     */
    public DenseModel(ModelData data, Method method, double[] theta, int[] kept) {
        this.data = data;
        int n = data.n();
        int p = kept.length;
        x = new double[p][];
        for (int j = 0; j < p; j++) {
            x[j] = data.x()[kept[j]];
        }
        factors = factors(data.terms(), theta);
        l = cholesky(covariance());
        double[] y = data.y().clone();
        for (int i = 0; i < n && data.offset() != null; i++) {
            y[i] -= data.offset()[i];
        }
        double[][] whiteX = new double[p][];
        for (int j = 0; j < p; j++) {
            whiteX[j] = solveLower(l, x[j]);
        }
        double[] whiteY = solveLower(l, y);
        double[][] information = new double[p][p];
        double[] right = new double[p];
        for (int j = 0; j < p; j++) {
            right[j] = dot(whiteX[j], whiteY);
            for (int i = 0; i < p; i++) {
                information[i][j] = dot(whiteX[i], whiteX[j]);
            }
        }
        gls = cholesky(information);
        beta = solveTransposed(gls, solveLower(gls, right));
        double[] residual = whiteY.clone();
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < n; i++) {
                residual[i] -= beta[j] * whiteX[j][i];
            }
        }
        rSquared = dot(residual, residual);
        solvedResidual = solveTransposed(l, residual);
        double degrees = method == Method.ML ? n : n - p;
        double profiled = logDet(l) + degrees * (1 + Math.log(2 * Math.PI * rSquared / degrees));
        criterion = method == Method.ML ? profiled : profiled + logDet(gls);
    }

    public double criterion() {
        return criterion;
    }

    public double rSquared() {
        return rSquared;
    }

    public double[] beta() {
        return beta;
    }

    /** Covariance of two entries of beta, relative to σ². */
    public double betaCovariance(int i, int j) {
        double[] unit = new double[beta.length];
        unit[j] = 1;
        return solveTransposed(gls, solveLower(gls, unit))[i];
    }

    /** Conditional modes {@code ΦZ_l'V⁻¹(y − Xβ)} of a level of a term. */
    public double[] modes(int term, int level) {
        double[][] z = levelColumns(term, level);
        double[] projected = new double[z.length];
        for (int a = 0; a < z.length; a++) {
            projected[a] = dot(z[a], solvedResidual);
        }
        double[] modes = new double[z.length];
        for (int a = 0; a < z.length; a++) {
            for (int b = 0; b < z.length; b++) {
                modes[a] += phi(term, a, b) * projected[b];
            }
        }
        return modes;
    }

    /** Conditional covariance {@code Φ − ΦZ_l'V⁻¹Z_lΦ} of two effects of a level of a term, relative to σ². */
    public double modeCovariance(int term, int level, int a, int b) {
        double[][] z = levelColumns(term, level);
        double covariance = phi(term, a, b);
        for (int c = 0; c < z.length; c++) {
            double[] solved = solveLower(l, z[c]);
            for (int d = 0; d < z.length; d++) {
                covariance -= phi(term, a, c) * dot(solved, solveLower(l, z[d])) * phi(term, d, b);
            }
        }
        return covariance;
    }

    /**
     * What is known of {@code t = x'β + Σ_k z_k'b} before any β: {@code V⁻¹} times its covariance with y.
     *
     * @param level of each term, −1 for one not seen
     */
    private double[] solvedCovariance(int[] level, double[][] z) {
        double[] c = new double[data.n()];
        for (int t = 0; t < level.length; t++) {
            RandomTerm term = data.terms().get(t);
            for (int i = 0; i < c.length; i++) {
                for (int a = 0; term.factor().codes()[i] == level[t] && a < z[t].length; a++) {
                    for (int b = 0; b < z[t].length; b++) {
                        c[i] += z[t][a] * phi(t, a, b) * term.z()[b][i];
                    }
                }
            }
        }
        return solveTransposed(l, solveLower(l, c));
    }

    /** Covariance of the error of t's best linear unbiased prediction with that of β̂, relative to σ². */
    public double[] errorWithBeta(double[] row, int[] level, double[][] z) {
        double[] solved = solvedCovariance(level, z);
        double[] rest = new double[x.length];
        for (int j = 0; j < rest.length; j++) {
            rest[j] = row[j] - dot(x[j], solved);
        }
        return solveTransposed(gls, solveLower(gls, rest));
    }

    /** Variance of the error of t's best linear unbiased prediction, relative to σ². */
    public double errorVariance(double[] row, int[] level, double[][] z) {
        double[] solved = solvedCovariance(level, z);
        double[] seen = new double[data.n()]; // L'V⁻¹c
        for (int k = 0; k < seen.length; k++) {
            for (int i = k; i < seen.length; i++) {
                seen[k] += l[i][k] * solved[i];
            }
        }
        double variance = -dot(seen, seen);
        for (int t = 0; t < level.length; t++) {
            for (int a = 0; a < z[t].length; a++) {
                for (int b = 0; b < z[t].length; b++) {
                    variance += z[t][a] * phi(t, a, b) * z[t][b];
                }
            }
        }
        double[] rest = new double[x.length];
        for (int j = 0; j < rest.length; j++) {
            rest[j] = row[j] - dot(x[j], solved);
        }
        return variance + dot(rest, errorWithBeta(row, level, z));
    }

    private double[][] levelColumns(int term, int level) {
        RandomTerm one = data.terms().get(term);
        double[][] columns = new double[one.z().length][data.n()];
        for (int a = 0; a < columns.length; a++) {
            for (int i = 0; i < data.n(); i++) {
                columns[a][i] = one.factor().codes()[i] == level ? one.z()[a][i] : 0;
            }
        }
        return columns;
    }

    private double phi(int term, int a, int b) {
        double sum = 0;
        for (int r = 0; r < factors[term].length; r++) {
            sum += factors[term][a][r] * factors[term][b][r];
        }
        return sum;
    }

    private double[][] covariance() {
        int n = data.n();
        double[][] v = new double[n][n];
        for (int i = 0; i < n; i++) {
            v[i][i] = data.weights() == null ? 1 : 1 / data.weights()[i];
        }
        for (int t = 0; t < data.terms().size(); t++) {
            RandomTerm term = data.terms().get(t);
            int[] codes = term.factor().codes();
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < n; k++) {
                    for (int a = 0; codes[i] == codes[k] && a < term.z().length; a++) {
                        for (int b = 0; b < term.z().length; b++) {
                            v[i][k] += term.z()[a][i] * phi(t, a, b) * term.z()[b][k];
                        }
                    }
                }
            }
        }
        return v;
    }

    /** Per term Λ by rows. */
    private static double[][][] factors(List<RandomTerm> terms, double[] theta) {
        double[][][] factors = new double[terms.size()][][];
        int next = 0;
        for (int t = 0; t < factors.length; t++) {
            int q = terms.get(t).z().length;
            factors[t] = new double[q][q];
            for (int j = 0; j < q; j++) {
                for (int i = j; i < q; i++) {
                    factors[t][i][j] = theta[next++];
                }
            }
        }
        return factors;
    }

    /** L by rows. */
    static double[][] cholesky(double[][] a) {
        int n = a.length;
        double[][] l = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i][k] * l[j][k];
                }
                l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
            }
        }
        return l;
    }

    static double[] solveLower(double[][] l, double[] b) {
        double[] x = b.clone();
        for (int i = 0; i < x.length; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= l[i][k] * x[k];
            }
            x[i] /= l[i][i];
        }
        return x;
    }

    static double[] solveTransposed(double[][] l, double[] b) {
        double[] x = b.clone();
        for (int i = x.length - 1; i >= 0; i--) {
            for (int k = i + 1; k < x.length; k++) {
                x[i] -= l[k][i] * x[k];
            }
            x[i] /= l[i][i];
        }
        return x;
    }

    private static double logDet(double[][] l) {
        double sum = 0;
        for (int i = 0; i < l.length; i++) {
            sum += 2 * Math.log(l[i][i]);
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
