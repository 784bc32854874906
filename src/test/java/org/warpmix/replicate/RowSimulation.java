package org.warpmix.replicate;

import java.util.Arrays;
import java.util.Random;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.model.ModelData;

/** The parametric bootstrap by its definition: simulates rows of a model with one grouping factor and reduces them. */
final class RowSimulation {

    private final GaussianModel model;
    private final Random random;
    private final int[] codes;
    private final double[][] x;
    private final double[][] z;

    RowSimulation(ModelData data, GaussianModel model, long seed) {
        this.model = model;
        this.random = new Random(seed);
        Crossproducts statistics = model.statistics();
        RandomBlock block = statistics.factors().get(0).block();
        codes = block.factor().codes();
        int p = statistics.p();
        double[][] keptX = new double[p][];
        double[] inverse = new double[p * p]; // R⁻¹, from what it does to the fixed effects
        double[] origin = statistics.fixed().coefficients(new double[p]);
        for (int k = 0; k < p; k++) {
            keptX[k] = data.x()[statistics.fixed().kept()[k]];
            double[] unit = new double[p];
            unit[k] = 1;
            double[] moved = statistics.fixed().coefficients(unit);
            for (int j = 0; j < p; j++) {
                inverse[j + k * p] = (moved[j] - origin[j]) / statistics.fixed().scale();
            }
        }
        double[][] rawZ =
                data.terms().stream().flatMap(term -> Arrays.stream(term.z())).toArray(double[][]::new);
        x = transformed(keptX, inverse, data.weights(), codes.length);
        z = transformed(rawZ, block.basis(), data.weights(), codes.length);
    }

    private static double[][] transformed(double[][] columns, double[] basis, double[] weights, int n) {
        int width = columns.length;
        double[][] product = new double[width][n];
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < width; k++) {
                    product[j][i] += columns[k][i] * basis[k + j * width];
                }
                product[j][i] *= weights == null ? 1 : Math.sqrt(weights[i]);
            }
        }
        return product;
    }

    /** The statistics of a response, in the order of {@link ResponseLayout}. */
    double[] draw() {
        GroupClasses classes = model.statistics().classes();
        int levels = classes.products().levels();
        int q = z.length;
        double sigma = model.sigma();
        double[][] b = new double[levels][q];
        for (double[] effects : b) {
            double[] u = new double[q];
            for (int a = 0; a < q; a++) {
                u[a] = sigma * random.nextGaussian();
            }
            for (int a = 0; a < q; a++) {
                for (int c = 0; c <= a; c++) {
                    effects[a] += model.lambda()[0][a + c * q] * u[c];
                }
            }
        }
        double[] y = new double[codes.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = sigma * random.nextGaussian();
            for (int k = 0; k < x.length; k++) {
                y[i] += x[k][i] * model.gamma()[k];
            }
            for (int a = 0; a < q; a++) {
                y[i] += z[a][i] * b[codes[i]][a];
            }
        }
        return reduce(y);
    }

    private double[] reduce(double[] y) {
        Crossproducts statistics = model.statistics();
        ResponseLayout layout = ResponseLayout.of(statistics);
        GroupClasses classes = statistics.classes();
        int q = z.length;
        int p = x.length;
        double[][] zy = new double[classes.products().levels()][q];
        double[] reduced = new double[layout.size()];
        for (int i = 0; i < y.length; i++) {
            for (int a = 0; a < q; a++) {
                zy[codes[i]][a] += z[a][i] * y[i];
            }
            for (int k = 0; k < p; k++) {
                reduced[layout.xy() + k] += x[k][i] * y[i];
            }
            reduced[layout.yy()] += y[i] * y[i];
        }
        for (int c = 0; c < classes.classes(); c++) {
            for (int i = 0; i < classes.size(c); i++) {
                int at = layout.groupClass(c);
                int level = classes.level(c, i);
                if (classes.summed(c) == null) {
                    System.arraycopy(zy[level], 0, reduced, at + i * q, q);
                    continue;
                }
                double[] zx = classes.products().b();
                int from = level * q * (p + 1);
                for (int a = 0; a < q; a++) {
                    for (int d = a; d < q; d++) {
                        for (int k = 0; k < p; k++) {
                            reduced[at++] += zx[from + a + k * q] * zy[level][d]
                                    + (a < d ? zx[from + d + k * q] * zy[level][a] : 0);
                        }
                        reduced[at++] += (a < d ? 2 : 1) * zy[level][a] * zy[level][d];
                    }
                }
            }
        }
        reduced[layout.unit()] = 1;
        return reduced;
    }
}
