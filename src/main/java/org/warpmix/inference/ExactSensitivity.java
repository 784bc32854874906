package org.warpmix.inference;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.inference.VarianceProducts.Entry;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.model.Covariance;

/**
 * Derivatives by x from those by the covariances, {@link VarianceProducts}: the chain rule through Φ̃ = Λ̃Λ̃'. Λ̃ is taken to be
 * linear in x, as it is for {@link org.warpmix.model.Unstructured} terms.
 */
final class ExactSensitivity implements Sensitivity {

    private final VarianceProducts products;
    private final double[] hessian;
    /** {@code ∂φ_i/∂x_a} at {@code i + a*count}. */
    private final double[] jacobian;

    private final int parameters;

    ExactSensitivity(ProfiledCriterion criterion, double[] x, Method method) {
        products = VarianceProducts.of(criterion, x);
        double degrees = Satterthwaite.degrees(criterion, method);
        int count = products.count();
        double[][] lambda = VarianceProducts.lambda(criterion, x);
        double[][][] directions = directions(criterion, x);
        parameters = directions.length;
        jacobian = new double[count * parameters];
        double[] curvature = new double[count * count];
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < count; i++) {
                curvature[i + j * count] = products.curvature(i, j, method, degrees);
            }
            for (int a = 0; a < parameters; a++) {
                jacobian[j + a * count] = mixed(products.entries.get(j), lambda, directions[a]);
            }
        }
        hessian = new double[parameters * parameters];
        for (int a = 0; a < parameters; a++) {
            for (int b = 0; b <= a; b++) {
                double sum = 0;
                for (int j = 0; j < count; j++) {
                    double inner = 0;
                    for (int i = 0; i < count; i++) {
                        inner += jacobian[i + a * count] * curvature[i + j * count];
                    }
                    sum += inner * jacobian[j + b * count]
                            + products.slope(j, method, degrees)
                                    * mixed(products.entries.get(j), directions[a], directions[b]);
                }
                hessian[a + b * parameters] = sum;
                hessian[b + a * parameters] = sum;
            }
        }
    }

    /** {@code (A B' + B A')} at an entry's place. */
    private static double mixed(Entry entry, double[][] one, double[][] other) {
        double[] a = one[entry.factor()];
        double[] b = other[entry.factor()];
        if (a == null || b == null) {
            return 0;
        }
        int q = (int) Math.round(Math.sqrt(a.length));
        double sum = 0;
        for (int r = 0; r < q; r++) {
            sum += a[entry.row() + r * q] * b[entry.column() + r * q]
                    + b[entry.row() + r * q] * a[entry.column() + r * q];
        }
        return sum;
    }

    /** {@code ∂Λ̃_f/∂x_a} for each a; {@code null} for the blocks that a leaves alone. */
    private static double[][][] directions(ProfiledCriterion criterion, double[] x) {
        List<RandomBlock> blocks = criterion.blocks();
        double[][][] directions = new double[x.length][blocks.size()][];
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            int width = block.columns();
            for (int t = 0; t < block.terms().size(); t++) {
                Covariance covariance = block.terms().get(t).covariance();
                int q = covariance.columns();
                int first = block.firstColumn(t);
                double[] unit = new double[q * q];
                double[] slopes = new double[x.length];
                for (int e = 0; e < q * q; e++) {
                    Arrays.fill(slopes, 0);
                    unit[e] = 1;
                    covariance.pullBack(x, criterion.parameters().offset(f, t), unit, slopes);
                    unit[e] = 0;
                    for (int a = 0; a < x.length; a++) {
                        if (slopes[a] != 0) {
                            if (directions[a][f] == null) {
                                directions[a][f] = new double[width * width];
                            }
                            directions[a][f][first + e % q + (first + e / q) * width] = slopes[a];
                        }
                    }
                }
            }
        }
        return directions;
    }

    @Override
    public double[] hessian() {
        return hessian;
    }

    @Override
    public double[] logVarianceGradient(double[] l) {
        int p = products.p;
        double[] u = products.whitened(l);
        double variance = 0;
        for (double entry : u) {
            variance += entry * entry;
        }
        double[] gradient = new double[parameters];
        for (int i = 0; i < products.count(); i++) {
            double[] first = products.first[i];
            double sum = 0;
            for (int b = 0; b < p; b++) {
                for (int a = 0; a < p; a++) {
                    sum += u[a] * first[a + b * products.width] * u[b];
                }
            }
            double slope = sum / variance - first[products.width * products.width - 1];
            for (int a = 0; a < parameters; a++) {
                gradient[a] += slope * jacobian[i + a * products.count()];
            }
        }
        return gradient;
    }
}
