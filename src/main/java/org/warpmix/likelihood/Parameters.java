package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.Covariance;

/**
 * Between theta, as lme4 states it, and the covariance factors Λ̃ of the likelihood.
 *
 * <p>The optimiser moves a vector x that fills Λ̃ in the solver's basis Z̃ = ZT (see {@link RandomBlock}), term by term in
 * the model's order. Theta fills Λ in the basis of the given columns; both describe one covariance,
 * {@code ΛΛ' = T Λ̃Λ̃' T'}, and both count the same entries.
 */
public final class Parameters {

    private static final double CURVATURE = 1.0 / 16;

    private final List<RandomBlock> blocks;
    private final int[][] offsets;
    private final int count;
    private final double[][] lambda;
    /** Per block and term, its part of the block's basis T. */
    private final double[][][] bases;

    private final double[] work;

    /**
     * @param blocks the blocks of a likelihood
     */
    public Parameters(List<RandomBlock> blocks) {
        this.blocks = blocks;
        int terms = 0;
        int widest = 0;
        for (RandomBlock block : blocks) {
            terms += block.terms().size();
            widest = Math.max(widest, block.columns());
        }
        int[] counts = new int[terms];
        for (RandomBlock block : blocks) {
            for (int t = 0; t < block.terms().size(); t++) {
                counts[block.termNumber(t)] = block.terms().get(t).covariance().thetaCount();
            }
        }
        int[] starts = new int[terms];
        int total = 0;
        for (int t = 0; t < terms; t++) {
            starts[t] = total;
            total += counts[t];
        }
        count = total;
        offsets = new int[blocks.size()][];
        lambda = new double[blocks.size()][];
        bases = new double[blocks.size()][][];
        for (int f = 0; f < blocks.size(); f++) {
            RandomBlock block = blocks.get(f);
            offsets[f] = new int[block.terms().size()];
            for (int t = 0; t < offsets[f].length; t++) {
                offsets[f][t] = starts[block.termNumber(t)];
            }
            lambda[f] = new double[block.columns() * block.columns()];
            bases[f] = bases(block);
        }
        work = new double[widest * widest];
    }

    private static double[][] bases(RandomBlock block) {
        double[] whole = block.basis();
        double[][] parts = new double[block.terms().size()][];
        for (int t = 0; t < parts.length; t++) {
            int q = block.firstColumn(t + 1) - block.firstColumn(t);
            parts[t] = new double[q * q];
            copy(whole, block.columns(), block.firstColumn(t), parts[t], q, 0, q);
        }
        return parts;
    }

    /** Number of entries of theta. */
    public int count() {
        return count;
    }

    /** First entry, in x and in theta, of the t-th term of block f. */
    public int offset(int f, int t) {
        return offsets[f][t];
    }

    /** T of the t-th term of block f, q×q column-major, upper triangular; shared, not to be modified. */
    double[] basis(int f, int t) {
        return bases[f][t];
    }

    /** The covariance factors at x; overwritten by the next call. */
    public double[][] lambda(double[] x) {
        for (int f = 0; f < lambda.length; f++) {
            RandomBlock block = blocks.get(f);
            int q = block.columns();
            for (int t = 0; t < offsets[f].length; t++) {
                Covariance covariance = block.terms().get(t).covariance();
                covariance.lambda(x, offsets[f][t], work);
                copy(work, covariance.columns(), 0, lambda[f], q, block.firstColumn(t), covariance.columns());
            }
        }
        return lambda;
    }

    /**
     * Chain rule from the covariance factors to x.
     *
     * @param gradient overwritten
     */
    public void pullBack(double[] x, double[][] dLambda, double[] gradient) {
        Arrays.fill(gradient, 0, count, 0);
        for (int f = 0; f < lambda.length; f++) {
            RandomBlock block = blocks.get(f);
            for (int t = 0; t < offsets[f].length; t++) {
                Covariance covariance = block.terms().get(t).covariance();
                copy(
                        dLambda[f],
                        block.columns(),
                        block.firstColumn(t),
                        work,
                        covariance.columns(),
                        0,
                        covariance.columns());
                covariance.pullBack(x, offsets[f][t], work, gradient);
            }
        }
    }

    /** Starting point: unit variance, relative to σ², of every column in the solver's basis, no correlation. */
    public double[] start() {
        double[] x = new double[count];
        for (int f = 0; f < offsets.length; f++) {
            for (int t = 0; t < offsets[f].length; t++) {
                Covariance covariance = blocks.get(f).terms().get(t).covariance();
                covariance.theta(identity(covariance.columns()), x, offsets[f][t]);
            }
        }
        return x;
    }

    /**
     * A guess at the inverse of the criterion's curvature along each entry of x: 1/(16J). J groups that show their own
     * effects well give 1/(4J) times a variance relative to σ², which is mostly below one; a first step that falls short
     * costs less than one that overshoots.
     */
    public double[] scale() {
        double[] scale = new double[count];
        for (int f = 0; f < offsets.length; f++) {
            for (int t = 0; t < offsets[f].length; t++) {
                int entries = blocks.get(f).terms().get(t).covariance().thetaCount();
                double unit = CURVATURE / blocks.get(f).levels();
                Arrays.fill(scale, offsets[f][t], offsets[f][t] + entries, unit);
            }
        }
        return scale;
    }

    /**
     * One step of expectation-maximisation: each term's Φ̃ becomes the mean, over its J levels, of the conditional second
     * moments of its random effects relative to σ², {@code Λ̃ (I − Λ̃'NΛ̃/J) Λ̃'} with {@code ∂d/∂Λ̃ = 2NΛ̃}. Terms whose
     * structure is not basis-free stay.
     *
     * @param x not modified
     * @param dLambda derivatives at x; not modified
     */
    double[] expectationMaximization(double[] x, double[][] dLambda) {
        double[] next = x.clone();
        for (int f = 0; f < offsets.length; f++) {
            RandomBlock block = blocks.get(f);
            for (int t = 0; t < offsets[f].length; t++) {
                Covariance covariance = block.terms().get(t).covariance();
                if (!covariance.basisFree()) {
                    continue;
                }
                int q = covariance.columns();
                double[] l = factor(x, f, t);
                double[] d = new double[q * q];
                copy(dLambda[f], block.columns(), block.firstColumn(t), d, q, 0, q);
                double[] moments = new double[q * q];
                for (int j = 0; j < q; j++) {
                    for (int i = j; i < q; i++) {
                        double sum = 0;
                        for (int r = 0; r < q; r++) {
                            sum += l[r + i * q] * d[r + j * q] + l[r + j * q] * d[r + i * q];
                        }
                        moments[i + j * q] = (i == j ? 1 : 0) - 0.25 * sum / block.levels();
                    }
                }
                if (SmallCholesky.factor(moments, 0, q, q)) {
                    setFactor(next, f, t, multiplyLower(l, moments, q));
                }
            }
        }
        return next;
    }

    /** Theta in lme4's order and scale, with non-negative diagonals of Λ. */
    public double[] toTheta(double[] x) {
        double[] theta = new double[count];
        toTheta(x, theta);
        return theta;
    }

    /**
     * The same into an array of the caller's.
     *
     * @param theta overwritten
     */
    public void toTheta(double[] x, double[] theta) {
        for (int f = 0; f < offsets.length; f++) {
            for (int t = 0; t < offsets[f].length; t++) {
                convert(f, t, x, theta, true);
            }
        }
    }

    /** Inverse of {@link #toTheta}. */
    public double[] fromTheta(double[] theta) {
        if (theta.length != count) {
            throw new IllegalArgumentException("Theta has " + theta.length + " entries, the model has " + count + ".");
        }
        double[] x = new double[count];
        for (int f = 0; f < offsets.length; f++) {
            for (int t = 0; t < offsets[f].length; t++) {
                convert(f, t, theta, x, false);
            }
        }
        return x;
    }

    private void convert(int f, int t, double[] from, double[] to, boolean forward) {
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        int q = covariance.columns();
        if (!covariance.basisFree()) {
            System.arraycopy(from, offsets[f][t], to, offsets[f][t], covariance.thetaCount());
            return;
        }
        covariance.lambda(from, offsets[f][t], work);
        if (forward) {
            multiplyUpper(bases[f][t], work, q);
        } else {
            solveUpper(bases[f][t], work, q);
        }
        LowerTriangle.fold(work, q);
        covariance.theta(work, to, offsets[f][t]);
    }

    /**
     * Covariance of the random effects of the t-th term of block f relative to σ², {@code ΛΛ'} in the given columns.
     *
     * @return q×q column-major
     */
    public double[] relativeCovariance(double[] x, int f, int t) {
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        int q = covariance.columns();
        double[] l = new double[q * q];
        covariance.lambda(x, offsets[f][t], l);
        multiplyUpper(bases[f][t], l, q);
        double[] phi = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                for (int r = 0; r < q; r++) {
                    phi[i + j * q] += l[i + r * q] * l[j + r * q];
                }
            }
        }
        return phi;
    }

    /**
     * The factor Λ̃ of the t-th term of block f at x.
     *
     * @return q×q column-major, lower triangular
     */
    public double[] factor(double[] x, int f, int t) {
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        double[] l = new double[covariance.columns() * covariance.columns()];
        covariance.lambda(x, offsets[f][t], l);
        return l;
    }

    /**
     * Writes into x the term whose covariance is {@code FF'}; the term's structure must be basis-free.
     *
     * @param factor q×q column-major, any factor F; overwritten by the lower triangular one
     */
    public void setFactor(double[] x, int f, int t, double[] factor) {
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        LowerTriangle.fold(factor, covariance.columns());
        covariance.theta(factor, x, offsets[f][t]);
    }

    private static double[] multiplyLower(double[] l, double[] m, int q) {
        double[] product = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                for (int r = j; r <= i; r++) {
                    product[i + j * q] += l[i + r * q] * m[r + j * q];
                }
            }
        }
        return product;
    }

    private static void multiplyUpper(double[] upper, double[] l, int q) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = i; r < q; r++) {
                    sum += upper[i + r * q] * l[r + j * q];
                }
                l[i + j * q] = sum;
            }
        }
    }

    private static void solveUpper(double[] upper, double[] l, int q) {
        for (int j = 0; j < q; j++) {
            for (int i = q - 1; i >= 0; i--) {
                double sum = l[i + j * q];
                for (int r = i + 1; r < q; r++) {
                    sum -= upper[i + r * q] * l[r + j * q];
                }
                l[i + j * q] = sum / upper[i + i * q];
            }
        }
    }

    /** Copies a size×size diagonal block between matrices of different order. */
    private static void copy(double[] from, int order, int first, double[] to, int toOrder, int toFirst, int size) {
        for (int j = 0; j < size; j++) {
            for (int i = 0; i < size; i++) {
                to[toFirst + i + (toFirst + j) * toOrder] = from[first + i + (first + j) * order];
            }
        }
    }

    private static double[] identity(int q) {
        double[] identity = new double[q * q];
        for (int i = 0; i < q; i++) {
            identity[i + i * q] = 1;
        }
        return identity;
    }
}
