package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.linalg.SmallCholesky;

/**
 * {@code N = W'(I − Z̃ΛA⁻¹Λ'Z̃')W}: W = [Z̃_border X̃ ỹ] (see {@link Sides}) with the random effects of the first factor and of the core
 * eliminated, and what follows from its Cholesky factor, once the border's rows and columns are in units Λ and have I added: the
 * border's part of {@code log|A|}, {@code log|M|}, γ, r² and the modes.
 *
 * <p>A vector of weights h on W's columns, in those units, stands for the residual {@code Z̃Λu + Wh} of least square; the weights
 * of the response's residual are (−u_border, −γ, 1).
 */
final class EliminatedSides {

    private final Structure structure;
    private final Sides sides;
    private final double[][] lambda;
    private final double[] u;
    private final SchurComplement.Extension extension;
    private final int w;
    private final int k;
    private final double[] factor;
    private double[] eliminated;

    /**
     * @param u of the core, for each column of W; kept
     * @param extension of u, with W, both filled before {@link #form} is called
     */
    EliminatedSides(
            Structure structure, Sides sides, double[][] lambda, double[] u, SchurComplement.Extension extension) {
        this.structure = structure;
        this.sides = sides;
        this.lambda = lambda;
        this.u = u;
        this.extension = extension;
        w = sides.width();
        k = structure.borderColumns();
        factor = new double[w * w];
    }

    /**
     * Forms what is left of W'W, symmetric and with an error of second order in that of u, and factors it.
     *
     * @return whether it is positive definite
     */
    boolean form() {
        double[] residuals = residuals();
        double[] sums = Ranges.sums(structure.firstRows(), w * w, (from, to, sum) -> {
            for (int row = from; row < to; row++) {
                addProducts(sides.first(), extension.v1, row, sum);
            }
        });
        double[] others = Ranges.sums(structure.rows(), w * w, (from, to, sum) -> {
            for (int row = from; row < to; row++) {
                addProducts(sides.core(), extension.v, row, sum);
                addProducts(u, residuals, row, sum);
            }
        });
        eliminated = sides.squares().clone();
        for (int j = 0; j < w; j++) {
            for (int i = 0; i < w; i++) {
                int here = i + j * w;
                int there = j + i * w;
                eliminated[here] += 0.5 * (sums[here] + sums[there] + others[here] + others[there]);
            }
        }
        for (int j = 0; j < w; j++) {
            double[] column = new double[w];
            column[j] = 1;
            double[] product = inUnits(times(eliminated, inUnits(column, false)), true);
            System.arraycopy(product, 0, factor, j * w, w);
            factor[j * (w + 1)] += j < k ? 1 : 0;
        }
        return SmallCholesky.factor(factor, 0, w, w);
    }

    private void addProducts(double[] a, double[] b, int row, double[] sum) {
        for (int j = 0; j < w; j++) {
            for (int i = 0; i < w; i++) {
                sum[i + j * w] += a[row * w + i] * b[row * w + j];
            }
        }
    }

    /** The core's rows of Ã times the vectors: what the solutions lack. */
    private double[] residuals() {
        double[] out = u.clone();
        for (int i = 0; i < structure.core.length; i++) {
            int f = structure.core[i];
            int q = structure.factors.get(f).q();
            for (int row = structure.start[i]; row < structure.start[i + 1]; row += q) {
                Lanes.addTransposed(lambda[f], q, extension.t, row * w, out, row * w, w);
            }
        }
        return out;
    }

    private double[] times(double[] matrix, double[] vector) {
        double[] product = new double[w];
        for (int j = 0; j < w; j++) {
            Lanes.add(vector[j], matrix, j * w, product, 0, w);
        }
        return product;
    }

    /** {@code L v} or {@code L'v}, L the border's Λ level by level, then the unit matrix. */
    private double[] inUnits(double[] vector, boolean transposed) {
        double[] product = vector.clone();
        Arrays.fill(product, 0, k, 0);
        for (int s = 0; s < structure.border.length; s++) {
            int f = structure.border[s];
            int q = structure.factors.get(f).q();
            for (int row = structure.column[s]; row < structure.column[s + 1]; row += q) {
                if (transposed) {
                    Lanes.addTransposed(lambda[f], q, vector, row, product, row, 1);
                } else {
                    Lanes.addProduct(1, lambda[f], 0, q, vector, row, product, row, 1);
                }
            }
        }
        return product;
    }

    /** The border's part of {@code log|A|}. */
    double logDetBorder() {
        return SmallCholesky.logDet(factor, 0, k, w);
    }

    /** Adds its derivative. */
    void addLogDetBorder(double[][] dLambda) {
        for (int j = 0; j < k; j++) {
            addForm(column(j), 1, dLambda);
        }
    }

    /** {@code log|M|}. */
    double logDetFixed() {
        return SmallCholesky.logDet(factor, k * (w + 1), w - k - 1, w);
    }

    /** r². */
    double rSquared() {
        return factor[w * w - 1] * factor[w * w - 1];
    }

    /** {@code M⁻¹}. */
    double[] inverse() {
        int p = w - k - 1;
        double[] l = new double[p * p];
        for (int j = 0; j < p; j++) {
            System.arraycopy(factor, k + (k + j) * w, l, j * p, p);
        }
        double[] inverse = new double[p * p];
        SmallCholesky.invert(l, 0, p, inverse, 0);
        return inverse;
    }

    /** The weights (u_border, −γ, 1) of W's columns in the residual. */
    double[] residualWeights() {
        double[] h = column(w - 1);
        for (int i = 0; i < w; i++) {
            h[i] *= factor[w * w - 1];
        }
        return h;
    }

    /** Column j of the inverse of the transposed factor. */
    private double[] column(int j) {
        double[] h = new double[w];
        h[j] = 1;
        SmallCholesky.solveLowerTransposed(factor, 0, w, w, h, 0, 1, w);
        return h;
    }

    /**
     * What holding {@code direction'γ} changes: {@code (direction, 0)} solved for, and {@code direction'M⁻¹direction} behind it.
     *
     * @return w entries, the last one that square
     */
    double[] along(double[] direction) {
        double[] h = new double[w];
        System.arraycopy(direction, 0, h, k, direction.length);
        SmallCholesky.solveLower(factor, 0, w - 1, w, h, 0, 1, w);
        double square = 0;
        for (int i = 0; i < w - 1; i++) {
            square += h[i] * h[i];
        }
        SmallCholesky.solveLowerTransposed(factor, 0, w - 1, w, h, 0, 1, w);
        h[w - 1] = square;
        return h;
    }

    /** Adds the derivative of {@code log|M|}. */
    void addLogDetFixed(double[][] dLambda) {
        for (int j = k; j < w - 1; j++) {
            addForm(column(j), 1, dLambda);
        }
    }

    /** Adds the derivative of the square of the residual that weights of W's columns, the border's in units Λ, give. */
    void addForm(double[] h, double weight, double[][] dLambda) {
        double[] c = inUnits(h, false);
        double[] t = times(eliminated, c);
        for (int s = 0; s < structure.border.length; s++) {
            addOuter(2 * weight, t, h, structure.column[s], structure.column[s + 1], dLambda[structure.border[s]]);
        }
        addOuter(weight, extension.t1, extension.u1, c, 0, structure.firstRows(), dLambda[structure.first]);
        for (int i = 0; i < structure.core.length; i++) {
            addOuter(weight, extension.t, u, c, structure.start[i], structure.start[i + 1], dLambda[structure.core[i]]);
        }
    }

    private void addOuter(double weight, double[] t, double[] u, double[] c, int from, int to, double[] sum) {
        double[] oneT = new double[to - from];
        double[] oneU = new double[to - from];
        Ranges.each(to - from, (begin, end) -> {
            for (int row = begin; row < end; row++) {
                oneT[row] = combined(t, from + row, c);
                oneU[row] = combined(u, from + row, c);
            }
        });
        addOuter(2 * weight, oneT, oneU, 0, to - from, sum);
    }

    private double combined(double[] block, int row, double[] c) {
        double sum = 0;
        for (int l = 0; l < w; l++) {
            sum += block[row * w + l] * c[l];
        }
        return sum;
    }

    private static void addOuter(double weight, double[] t, double[] u, int from, int to, double[] sum) {
        int q = (int) Math.round(Math.sqrt(sum.length));
        for (int row = from; row < to; row += q) {
            for (int b = 0; b < q; b++) {
                for (int a = 0; a < q; a++) {
                    sum[a + b * q] += weight * t[row + a] * u[row + b];
                }
            }
        }
    }

    /** Per factor the conditional modes that belong to a residual's weights. */
    double[][] modes(double[] h) {
        double[] c = inUnits(h, false);
        double[][] modes = new double[lambda.length][];
        modes[structure.first] = modes(extension.v1, c, 0, structure.firstRows());
        for (int i = 0; i < structure.core.length; i++) {
            modes[structure.core[i]] = modes(extension.v, c, structure.start[i], structure.start[i + 1]);
        }
        for (int s = 0; s < structure.border.length; s++) {
            double[] own = Arrays.copyOfRange(c, structure.column[s], structure.column[s + 1]);
            for (int e = 0; e < own.length; e++) {
                own[e] = -own[e];
            }
            modes[structure.border[s]] = own;
        }
        return modes;
    }

    private double[] modes(double[] v, double[] c, int from, int to) {
        double[] modes = new double[to - from];
        for (int row = from; row < to; row++) {
            modes[row - from] = -combined(v, row, c);
        }
        return modes;
    }
}
