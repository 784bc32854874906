package org.warpmix.inference;

import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * Kenward and Roger's method as their paper writes it: V, its inverse and a derivative per covariance parameter, all n×n, σ = 1.
 * The parameters are the entries of the covariance matrices in the given columns and the residual variance.
 */
final class DenseKenwardRoger {

    private final double[][] phi;
    private final double[][][] p;
    private final double[][] w;
    private final double[][] adjusted;
    private final boolean regular;

    DenseKenwardRoger(ModelData data, double[] theta, int[] kept) {
        int n = data.n();
        double[][] x = new double[n][kept.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < kept.length; j++) {
                x[i][j] = data.x()[kept[j]][i];
            }
        }
        int count = 1 + theta.length;
        double[][][] derivative = new double[count][n][n];
        double[][] v = new double[n][n];
        for (int i = 0; i < n; i++) {
            derivative[0][i][i] = data.weights() == null ? 1 : 1 / data.weights()[i];
            v[i][i] = derivative[0][i][i];
        }
        int next = 0;
        for (RandomTerm term : data.terms()) {
            int q = term.z().length;
            double[][] lambda = new double[q][q];
            int at = next;
            for (int b = 0; b < q; b++) {
                for (int a = b; a < q; a++) {
                    lambda[a][b] = theta[at++];
                }
            }
            double[][] covariance = multiply(lambda, transpose(lambda));
            for (int b = 0; b < q; b++) {
                for (int a = b; a < q; a++) {
                    next++;
                    for (int i = 0; i < n; i++) {
                        for (int k = 0; k < n; k++) {
                            if (term.factor().codes()[i] == term.factor().codes()[k]) {
                                double product = term.z()[a][i] * term.z()[b][k];
                                product += a == b ? 0 : term.z()[b][i] * term.z()[a][k];
                                derivative[next][i][k] = product;
                                v[i][k] += covariance[a][b] * product;
                            }
                        }
                    }
                }
            }
        }
        double[][] inverse = inverse(v);
        double[][] vx = multiply(inverse, x);
        phi = inverse(multiply(transpose(x), vx));
        p = new double[count][][];
        double[][][] weighted = new double[count][][];
        for (int i = 0; i < count; i++) {
            weighted[i] = multiply(inverse, derivative[i]);
            p[i] = scale(multiply(transpose(vx), multiply(derivative[i], vx)), -1);
        }
        double[][] information = new double[count][count];
        double[][][][] q = new double[count][count][][];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                q[i][j] = multiply(
                        transpose(vx), multiply(derivative[i], multiply(inverse, multiply(derivative[j], vx))));
                information[i][j] = 0.5
                        * (traceOfProduct(weighted[i], weighted[j])
                                - 2 * traceOfProduct(phi, q[i][j])
                                + traceOfProduct(multiply(phi, p[i]), multiply(phi, p[j])));
            }
        }
        double[][] scaled = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                scaled[i][j] = information[i][j] / Math.sqrt(information[i][i] * information[j][j]);
            }
        }
        double smallest = Double.POSITIVE_INFINITY;
        double[][] solved = inverse(scaled);
        for (int i = 0; i < count; i++) {
            smallest = Math.min(smallest, 1 / Math.abs(solved[i][i]));
        }
        regular = smallest > 1e-6;
        w = inverse(information);
        double[][] sum = new double[kept.length][kept.length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                double[][] product = multiply(p[i], multiply(phi, p[j]));
                for (int a = 0; a < sum.length; a++) {
                    for (int b = 0; b < sum.length; b++) {
                        sum[a][b] += w[i][j] * (q[i][j][a][b] - product[a][b]);
                    }
                }
            }
        }
        adjusted = multiply(phi, multiply(sum, phi));
        for (int a = 0; a < sum.length; a++) {
            for (int b = 0; b < sum.length; b++) {
                adjusted[a][b] = phi[a][b] + 2 * adjusted[a][b];
            }
        }
    }

    /** Whether the information is far enough from singular. */
    boolean regular() {
        return regular;
    }

    double variance(double[] l) {
        return form(l, phi);
    }

    double adjusted(double[] l) {
        return form(l, adjusted);
    }

    double degrees(double[] l) {
        return scalingAndDegrees(new double[][] {l})[1];
    }

    /** {scaling, denominator degrees} as the paper has them. */
    double[] scalingAndDegrees(double[][] l) {
        int q = l.length;
        double[][] theta = multiply(transpose(l), multiply(inverse(multiply(l, multiply(phi, transpose(l)))), l));
        double a1 = 0;
        double a2 = 0;
        for (int i = 0; i < p.length; i++) {
            double[][] one = multiply(theta, multiply(phi, multiply(p[i], phi)));
            for (int j = 0; j < p.length; j++) {
                double[][] other = multiply(theta, multiply(phi, multiply(p[j], phi)));
                a1 += w[i][j] * trace(one) * trace(other);
                a2 += w[i][j] * traceOfProduct(one, other);
            }
        }
        double b = (a1 + 6 * a2) / (2 * q);
        double g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
        double c = 3 * q + 2 * (1 - g);
        double mean = 1 / (1 - a2 / q);
        double variance = 2.0 / q * (1 + g / c * b) / (Math.pow(1 - (q - g) / c * b, 2) * (1 - (q + 2 - g) / c * b));
        double rho = variance / (2 * mean * mean);
        double degrees = 4 + (q + 2) / (q * rho - 1);
        return new double[] {degrees / (mean * (degrees - 2)), degrees};
    }

    private static double form(double[] l, double[][] a) {
        double sum = 0;
        for (int i = 0; i < l.length; i++) {
            for (int j = 0; j < l.length; j++) {
                sum += l[i] * a[i][j] * l[j];
            }
        }
        return sum;
    }

    private static double[][] multiply(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    private static double[][] transpose(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    private static double[][] scale(double[][] a, double factor) {
        for (double[] row : a) {
            for (int j = 0; j < row.length; j++) {
                row[j] *= factor;
            }
        }
        return a;
    }

    private static double trace(double[][] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i][i];
        }
        return sum;
    }

    private static double traceOfProduct(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum += a[i][j] * b[j][i];
            }
        }
        return sum;
    }

    /** By Gauss and Jordan with pivots. */
    private static double[][] inverse(double[][] a) {
        int n = a.length;
        double[][] work = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(a[i], 0, work[i], 0, n);
            work[i][n + i] = 1;
        }
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int i = c + 1; i < n; i++) {
                pivot = Math.abs(work[i][c]) > Math.abs(work[pivot][c]) ? i : pivot;
            }
            double[] swap = work[c];
            work[c] = work[pivot];
            work[pivot] = swap;
            for (int i = 0; i < n; i++) {
                double factor = work[i][c] / work[c][c];
                for (int j = c; i != c && factor != 0 && j < 2 * n; j++) {
                    work[i][j] -= factor * work[c][j];
                }
            }
        }
        double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                inverse[i][j] = work[i][n + j] / work[i][i];
            }
        }
        return inverse;
    }
}
