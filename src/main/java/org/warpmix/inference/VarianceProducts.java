package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.linalg.SmallCholesky;

/**
 * First and second derivatives of the likelihood by the entries φ_i of the random effects' relative covariances Φ̃, exact and
 * from cross-products alone: what Satterthwaite's and Kenward and Roger's methods rest on.
 *
 * <p>With V = I + Z̃Φ̃Z̃' and V_i = ∂V/∂φ_i, which does not depend on φ,
 * <pre>
 * trace_i     = tr(V⁻¹V_i)                  first_i   = W'V⁻¹V_iV⁻¹W
 * traces_ij   = tr(V⁻¹V_iV⁻¹V_j)            second_ij = W'V⁻¹(V_iV⁻¹V_j + V_jV⁻¹V_i)V⁻¹W
 * </pre>
 * where W = [X̃ ỹ]T is taken in the basis T in which {@code W'V⁻¹W = I}: T = [C, (−γ, 1)'/r] with M_XX⁻¹ = CC', so that the
 * fixed effects have covariance σ²I and the residual of generalised least squares has length one.
 *
 * <p>All follow from {@code S = Z̃'V⁻¹Z̃} and {@code Z̃'V⁻¹W}; by classes of equal groups for one grouping factor
 * ({@link GroupedProducts}), by sets of levels that meet for several ({@link ComponentProducts}).
 */
final class VarianceProducts {

    /**
     * One φ: the covariance of two columns of a grouping factor's block, {@code row >= column}. {@code V_i} is the sum over
     * levels of {@code weight (z_row z_column' + z_column z_row')}.
     */
    record Entry(int factor, int row, int column) {
        double weight() {
            return row == column ? 0.5 : 1;
        }
    }

    /** The φ of all terms. */
    final List<Entry> entries;
    /** Rank p of X. */
    final int p;
    /** p+1. */
    final int width;
    /** C, p×p lower triangular, column-major. */
    final double[] whitener;
    /** {@code trace_i}. */
    final double[] trace;
    /** {@code traces_ij} at {@code i + j*count}. */
    final double[] traces;
    /** {@code first_i}, width×width, column-major. */
    final double[][] first;
    /** {@code second_ij} at {@link #pair}, width×width. */
    final double[][] second;

    VarianceProducts(List<Entry> entries, int p, double[] whitener) {
        this.entries = entries;
        this.p = p;
        this.width = p + 1;
        this.whitener = whitener;
        int count = entries.size();
        trace = new double[count];
        traces = new double[count * count];
        first = new double[count][width * width];
        second = new double[count * (count + 1) / 2][width * width];
    }

    /**
     * Derivatives at a point.
     *
     * @param x the optimiser's vector
     * @throws IllegalArgumentException where crossed random effects are too many for the memory
     */
    static VarianceProducts of(ProfiledCriterion criterion, double[] x) {
        Crossproducts statistics = criterion.statistics();
        Likelihood.Solution solution = criterion.solve(x);
        int p = statistics.p();
        VarianceProducts products =
                new VarianceProducts(entries(criterion.blocks()), p, cholesky(solution.mInverse(), p));
        double[] basis = products.basis(solution);
        double[][] lambda = lambda(criterion, x);
        if (statistics.classes() != null) {
            new GroupedProducts(statistics.classes(), lambda[0], products).add();
            products.change(basis);
        } else {
            new ComponentProducts(statistics, lambda, basis, products).add();
        }
        products.mirror();
        return products;
    }

    /** Number of φ. */
    int count() {
        return entries.size();
    }

    /** Place of a pair of φ in {@link #second}. */
    int pair(int i, int j) {
        return i <= j ? i + j * (j + 1) / 2 : pair(j, i);
    }

    /** {@code C'l}: the contrast of the whitened coefficients; its square is the variance of the contrast relative to σ². */
    double[] whitened(double[] l) {
        double[] u = new double[p];
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                u[j] += whitener[i + j * p] * l[i];
            }
        }
        return u;
    }

    /** {@code tr(first_i)} over the fixed effects. */
    double fixedTrace(double[] matrix) {
        double sum = 0;
        for (int k = 0; k < p; k++) {
            sum += matrix[k * (width + 1)];
        }
        return sum;
    }

    /** {@code Σ_kl A_kl B_kl} over the fixed effects. */
    double fixedProduct(double[] a, double[] b) {
        double sum = 0;
        for (int l = 0; l < p; l++) {
            for (int k = 0; k < p; k++) {
                sum += a[k + l * width] * b[k + l * width];
            }
        }
        return sum;
    }

    /** {@code ∂d/∂φ_i} of the profiled criterion. */
    double slope(int i, Method method, double degrees) {
        double slope = trace[i] - degrees * first[i][width * width - 1];
        return method == Method.REML ? slope - fixedTrace(first[i]) : slope;
    }

    /** {@code ∂²d/∂φ_i∂φ_j} of the profiled criterion. */
    double curvature(int i, int j, Method method, double degrees) {
        double[] a = first[i];
        double[] b = first[j];
        double[] both = second[pair(i, j)];
        int last = width * width - 1;
        double residual = both[last] - a[last] * b[last];
        for (int k = 0; k < p; k++) {
            residual -= 2 * a[k + p * width] * b[k + p * width];
        }
        double value = degrees * residual - traces[i + j * count()];
        return method == Method.REML ? value + fixedTrace(both) - fixedProduct(a, b) : value;
    }

    /** The relative covariance factors at a point, one per block. */
    static double[][] lambda(ProfiledCriterion criterion, double[] x) {
        double[][] lambda = new double[criterion.blocks().size()][];
        for (int f = 0; f < lambda.length; f++) {
            RandomBlock block = criterion.blocks().get(f);
            int q = block.columns();
            lambda[f] = new double[q * q];
            for (int t = 0; t < block.terms().size(); t++) {
                int from = block.firstColumn(t);
                int size = block.firstColumn(t + 1) - from;
                double[] factor = criterion.parameters().factor(x, f, t);
                for (int j = 0; j < size; j++) {
                    System.arraycopy(factor, j * size, lambda[f], from + (from + j) * q, size);
                }
            }
        }
        return lambda;
    }

    private static List<Entry> entries(List<RandomBlock> blocks) {
        List<Entry> entries = new ArrayList<>();
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            for (int t = 0; t < block.terms().size(); t++) {
                for (int column = block.firstColumn(t); column < block.firstColumn(t + 1); column++) {
                    for (int row = column; row < block.firstColumn(t + 1); row++) {
                        entries.add(new Entry(f, row, column));
                    }
                }
            }
        }
        return entries;
    }

    private static double[] cholesky(double[] inverse, int p) {
        double[] c = inverse.clone();
        SmallCholesky.factor(c, 0, p, p);
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < j; i++) {
                c[i + j * p] = 0;
            }
        }
        return c;
    }

    /** T, width×width. */
    private double[] basis(Likelihood.Solution solution) {
        double[] basis = new double[width * width];
        double unit = 1 / Math.sqrt(solution.rSquared());
        for (int j = 0; j < p; j++) {
            System.arraycopy(whitener, j * p, basis, j * width, p);
            basis[j + p * width] = -unit * solution.gamma()[j];
        }
        basis[width * width - 1] = unit;
        return basis;
    }

    private void change(double[] basis) {
        for (double[] matrix : first) {
            sandwich(matrix, basis);
        }
        for (double[] matrix : second) {
            sandwich(matrix, basis);
        }
    }

    /** {@code A ← T'AT}. */
    private void sandwich(double[] a, double[] t) {
        double[] once = new double[width * width];
        for (int j = 0; j < width; j++) {
            for (int k = 0; k < width; k++) {
                double factor = t[k + j * width];
                for (int i = 0; i < width && factor != 0; i++) {
                    once[i + j * width] += factor * a[i + k * width];
                }
            }
        }
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (int k = 0; k < width; k++) {
                    sum += t[k + i * width] * once[k + j * width];
                }
                a[i + j * width] = sum;
            }
        }
    }

    private void mirror() {
        for (int j = 0; j < count(); j++) {
            for (int i = 0; i < j; i++) {
                traces[j + i * count()] = traces[i + j * count()];
            }
        }
    }
}
