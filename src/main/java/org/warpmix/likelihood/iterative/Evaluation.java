package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.linalg.SmallCholesky;

/**
 * What is known at given Λ: W with the random effects of the first factor and of the core eliminated, {@code log|A|}, and their
 * derivatives. Columns of W are those of the border, X̃ and ỹ (see {@link Sides}).
 */
final class Evaluation {

    /** Share of the memory for the blocks of vectors. */
    private static final double SHARE = 0.25;

    private static final int STEPS_EXPECTED = 40;

    private final Structure structure;
    private final Sides sides;
    private final Probes probes;
    private final SchurComplement schur;
    private final double[][] lambda;
    private final double tolerance;
    private final int w;
    private final int k;
    /** W's vectors completed: u of the core, and the rest. */
    private final double[] u;

    private final SchurComplement.Extension extension;
    /** {@code W'(I − Z̃ΛA⁻¹Λ'Z̃')W}, w×w; and its Cholesky factor, the border's columns in units Λ and with a unit matrix added. */
    private double[] eliminated;

    private final double[] factor;
    /** {@code null} where log|A| is left out. */
    private final TraceEstimate trace;

    private double logTrace;
    private boolean positive;
    private int steps;
    private double residual;
    private double smallest = 1;

    /**
     * Evaluates.
     *
     * @param probes those of log|A|, or {@code null} to leave it out
     * @param derivative whether {@link #addLogDet} will be asked for
     */
    Evaluation(
            Structure structure,
            Sides sides,
            Probes probes,
            SchurComplement schur,
            double[][] lambda,
            double tolerance,
            boolean derivative) {
        this.structure = structure;
        this.sides = sides;
        this.probes = probes;
        this.schur = schur;
        this.lambda = lambda;
        this.tolerance = tolerance;
        w = sides.width();
        k = structure.borderColumns();
        int count = probes == null ? 0 : probes.count();
        u = new double[Math.multiplyExact(structure.rows(), w)];
        extension = new SchurComplement.Extension(structure, w, true);
        factor = new double[w * w];
        trace = probes == null ? null : new TraceEstimate(probes, derivative ? lambda : null);
        positive = schur.set(lambda);
        if (positive) {
            int group = group(count + w);
            for (int from = -w; from < count; from += group) {
                run(from, Math.min(from + group, count), derivative);
            }
            logTrace = trace == null ? 0 : trace.value();
            positive = eliminate() && !Double.isNaN(logTrace);
        }
    }

    /** How many columns go at once, for want of memory; those of W go together. */
    private int group(int all) {
        double column = 8.0 * (4.0 * structure.firstRows() + (8.0 + STEPS_EXPECTED) * structure.rows());
        return (int) Math.max(w + 4, Math.min(all, SHARE * Runtime.getRuntime().maxMemory() / column));
    }

    /** A block of columns: probes from their numbers, with those of W before them where the first number is negative. */
    private void run(int from, int to, boolean derivative) {
        boolean first = from < 0;
        int m = to - from;
        int own = first ? w : 0;
        double[] b = new double[Math.multiplyExact(structure.rows(), m)];
        if (first) {
            schur.extend(u, sides.first(), sides.core(), extension);
            double[] scaled = new double[u.length];
            schur.scale(null, extension.t, scaled, w);
            spread(scaled, w, b, m);
        }
        if (m > own) {
            probes.fill(from + own, to, b, m, own);
        }
        SchurComplement.Extension work = new SchurComplement.Extension(structure, m, false);
        ConjugateGradients run = new ConjugateGradients(schur, b, structure.rows(), m, tolerance, derivative, work);
        steps = Math.max(steps, run.steps());
        residual = Math.max(residual, run.residual());
        if (first) {
            double[] scaled = new double[u.length];
            gather(run.solution(), m, scaled, w);
            schur.unscale(scaled, u, w);
            for (int e = 0; e < u.length; e++) {
                u[e] = -u[e];
            }
            schur.extend(u, sides.first(), sides.core(), extension);
        }
        if (m == own) {
            return;
        }
        double[][][] forms = new double[m - own][][];
        Workers.each(forms.length, (begin, end) -> {
            for (int c = begin; c < end; c++) {
                LanczosQuadrature quadrature = run.quadrature(own + c);
                trace.put(from + own + c, quadrature);
                synchronized (this) {
                    smallest = Math.min(smallest, quadrature.smallest());
                }
                forms[c] = derivative ? quadrature.derivative() : null;
            }
        });
        if (derivative) {
            differentiate(run, forms, from + own);
        }
    }

    private static void spread(double[] narrow, int w, double[] wide, int m) {
        for (int i = 0; i * w < narrow.length; i++) {
            System.arraycopy(narrow, i * w, wide, i * m, w);
        }
    }

    private static void gather(double[] wide, int m, double[] narrow, int w) {
        for (int i = 0; i * w < narrow.length; i++) {
            System.arraycopy(wide, i * m, narrow, i * w, w);
        }
    }

    /** The derivatives of {@code z'log(Ŝ)z} and of {@code z'Ŝz}, for each z. */
    private void differentiate(ConjugateGradients run, double[][][] forms, int number) {
        int count = forms.length;
        int most = 0;
        for (double[][] form : forms) {
            most = Math.max(most, form.length);
        }
        double[][] ofLog = new double[lambda.length][];
        double[][] ofShift = new double[lambda.length][];
        for (int f = 0; f < lambda.length; f++) {
            ofLog[f] = new double[lambda[f].length * count];
            ofShift[f] = new double[lambda[f].length * count];
        }
        double[] x = new double[structure.rows() * count];
        double[] y = new double[x.length];
        SchurComplement.Extension work = new SchurComplement.Extension(structure, count, true);
        double[][] weights = new double[count][];
        for (int form = -1; form < most; form++) {
            for (int c = 0; c < count; c++) {
                weights[c] = form < 0
                        ? new double[] {run.startLength(c + run.columns() - count)}
                        : form < forms[c].length ? forms[c][form] : new double[0];
            }
            run.combine(weights, x);
            schur.unscale(x, y, count);
            schur.extend(y, null, null, work);
            schur.scale(y, work.t, x, count);
            schur.addQuadratic(y, x, work, form < 0 ? ofShift : ofLog);
        }
        trace.putSlopes(number, count, ofLog, ofShift);
    }

    /** Forms M, symmetric and with an error of second order in that of the solutions, and factors it. */
    private boolean eliminate() {
        double[] residuals = new double[u.length];
        residuals(residuals);
        double[] sums = Workers.sums(structure.firstRows(), w * w, (from, to, sum) -> {
            for (int row = from; row < to; row++) {
                addProducts(sides.first(), extension.v1, row, sum);
            }
        });
        double[] others = Workers.sums(structure.rows(), w * w, (from, to, sum) -> {
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
    private void residuals(double[] out) {
        System.arraycopy(u, 0, out, 0, u.length);
        for (int i = 0; i < structure.core.length; i++) {
            int f = structure.core[i];
            int q = structure.factors.get(f).q();
            for (int row = structure.start[i]; row < structure.start[i + 1]; row += q) {
                Lanes.addTransposed(lambda[f], q, extension.t, row * w, out, row * w, w);
            }
        }
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

    /** Whether everything is positive definite and there is a value. */
    boolean positive() {
        return positive;
    }

    /** Steps of the conjugate gradients. */
    int steps() {
        return steps;
    }

    /** Largest relative residual. */
    double residual() {
        return residual;
    }

    /** Random effects of the core. */
    int size() {
        return structure.rows();
    }

    /** Smallest eigenvalue of Ŝ that the probes saw. */
    double smallest() {
        return smallest;
    }

    /** {@code log|A|}. */
    double logDet() {
        return schur.logDet() + logTrace + SmallCholesky.logDet(factor, 0, k, w);
    }

    /** What is known of log|A|'s scatter. */
    TraceEstimate trace() {
        return trace;
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

    /** Adds the derivative of {@code log|A|}. */
    void addLogDet(double[][] dLambda) {
        schur.addDerivative(dLambda);
        trace.addDerivative(dLambda);
        for (int j = 0; j < k; j++) {
            addForm(column(j), 1, dLambda);
        }
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
            addOuter(
                    weight, extension.t, u, c, structure.start[i], structure.start[i + 1], dLambda[structure.core[i]]);
        }
    }

    private void addOuter(double weight, double[] t, double[] u, double[] c, int from, int to, double[] sum) {
        double[] oneT = new double[to - from];
        double[] oneU = new double[to - from];
        Workers.each(to - from, (begin, end) -> {
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
