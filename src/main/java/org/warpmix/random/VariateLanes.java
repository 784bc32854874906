package org.warpmix.random;

import java.util.Arrays;

/**
 * Random variates for consecutive replicates at once, one lane each: a call gives every replicate its next.
 *
 * <p>What a replicate gets does not depend on the replicates beside it. Normals are those of {@link Variates#normal} on
 * stream 0, one after the other. The k-th χ² (from 0) is 2dv of a first attempt as in {@link Variates#chiSquare}, with the
 * next normal and number k of stream 1 as uniform; where that is rejected, which is rare, it is the first
 * {@link Variates#chiSquare} of stream 2+k. χ² of one degree of freedom is the square of the next normal and counts as no χ².
 * Instances have a state and serve one thread.
 */
public final class VariateLanes {

    /** As many as keep the work space of a draw in the first-level cache. */
    public static final int CAPACITY = 128;

    private static final int NORMALS = 0;
    private static final int UNIFORMS = 1;
    private static final int REJECTED = 2;

    private final long seed;
    private final Variates again;
    private final long[][] numbers = new long[4][CAPACITY];
    private final double[] exponent = new double[CAPACITY];
    private final double[] fraction = new double[CAPACITY];
    private final double[] turn = new double[CAPACITY];
    private final double[] quarter = new double[CAPACITY];
    private final double[] cosine = new double[CAPACITY];
    private final double[] sine = new double[CAPACITY];
    private final double[] radius = new double[CAPACITY];
    private final double[] uniform = new double[CAPACITY];
    private final double[] spareUniform = new double[CAPACITY];
    private final double[] proposal = new double[CAPACITY];
    private final double[] quick = new double[CAPACITY];
    private long first;
    private int count;
    private int normals;
    private int chiSquares;

    /** Lanes of a seed; {@link #start} comes next. */
    public VariateLanes(long seed) {
        this.seed = seed;
        this.again = new Variates(seed);
    }

    /**
     * Goes to the start of the streams of some replicates.
     *
     * @param first number of the first replicate
     * @param count at most {@link #CAPACITY}
     */
    public void start(long first, int count) {
        this.first = first;
        this.count = count;
        normals = 0;
        chiSquares = 0;
    }

    /**
     * Standard normals.
     *
     * @param z entry i is overwritten by the next normal of replicate {@code first + i}
     */
    public void normal(double[] z) {
        if ((normals & 1) == 0) {
            Philox.blocks(seed, normals >> 1, NORMALS, first, count, numbers);
            split(numbers[0], numbers[1], exponent, fraction, turn, count);
            radii(exponent, fraction, radius, count);
            quarters(turn, quarter, fraction, count);
            circle(fraction, cosine, sine, count);
            cosines(radius, quarter, cosine, sine, z, count);
        } else {
            sines(radius, quarter, cosine, sine, z, count);
        }
        normals++;
    }

    /**
     * χ² variates.
     *
     * @param df degrees of freedom, the same for all
     * @param x entry i is overwritten by the next χ² of replicate {@code first + i}
     */
    public void chiSquare(int df, double[] x) {
        if (df == 0) {
            Arrays.fill(x, 0, count, 0);
            return;
        }
        normal(proposal);
        if (df == 1) {
            square(proposal, x, count);
            return;
        }
        if ((chiSquares & 1) == 0) {
            Philox.blocks(seed, chiSquares >> 1, UNIFORMS, first, count, numbers);
            uniforms(numbers[0], uniform, count);
            uniforms(numbers[1], spareUniform, count);
        }
        double[] u = (chiSquares & 1) == 0 ? uniform : spareUniform;
        double d = df / 2.0 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        scaledCubes(proposal, c, 2 * d, x, count);
        squeeze(proposal, u, quick, count);
        for (int i = 0; i < count; i++) {
            if (quick[i] <= 0) {
                double v = x[i] / (2 * d);
                if (!(v > 0 && Variates.accepted(proposal[i], v, u[i], d))) {
                    again.start(first + i, REJECTED + chiSquares);
                    x[i] = again.chiSquare(df);
                }
            }
        }
        chiSquares++;
    }

    private static void split(long[] x1, long[] x2, double[] exponent, double[] fraction, double[] turn, int count) {
        for (int i = 0; i < count; i++) {
            double u = Elementary.uniform(x1[i]);
            exponent[i] = Elementary.exponent(u);
            fraction[i] = Elementary.fraction(u);
            turn[i] = 4 * Elementary.uniform(x2[i]);
        }
    }

    private static void uniforms(long[] x, double[] u, int count) {
        for (int i = 0; i < count; i++) {
            u[i] = Elementary.uniform(x[i]);
        }
    }

    /** √(−2 log u), u as its exponent and fraction. */
    private static void radii(double[] exponent, double[] fraction, double[] radius, int count) {
        for (int i = 0; i < count; i++) {
            radius[i] = Math.sqrt(-2 * Elementary.log(exponent[i], fraction[i]));
        }
    }

    /** Splits 4u into its quarter turn and the rest about the middle of it. */
    private static void quarters(double[] turn, double[] quarter, double[] rest, int count) {
        for (int i = 0; i < count; i++) {
            quarter[i] = Math.floor(turn[i]);
            rest[i] = turn[i] - quarter[i] - 0.5;
        }
    }

    private static void circle(double[] rest, double[] cosine, double[] sine, int count) {
        for (int i = 0; i < count; i++) {
            cosine[i] = Elementary.cosine(rest[i]);
        }
        for (int i = 0; i < count; i++) {
            sine[i] = Elementary.sine(rest[i]);
        }
    }

    private static void cosines(
            double[] radius, double[] quarter, double[] cosine, double[] sine, double[] z, int count) {
        for (int i = 0; i < count; i++) {
            double k = quarter[i];
            z[i] = radius[i] * (Elementary.quarterCosine(k) * cosine[i] - Elementary.quarterSine(k) * sine[i]);
        }
    }

    private static void sines(
            double[] radius, double[] quarter, double[] cosine, double[] sine, double[] z, int count) {
        for (int i = 0; i < count; i++) {
            double k = quarter[i];
            z[i] = radius[i] * (Elementary.quarterSine(k) * cosine[i] + Elementary.quarterCosine(k) * sine[i]);
        }
    }

    private static void square(double[] z, double[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = z[i] * z[i];
        }
    }

    /** Scale times v = (1 + cz)³. */
    private static void scaledCubes(double[] z, double c, double scale, double[] x, int count) {
        for (int i = 0; i < count; i++) {
            double root = 1 + c * z[i];
            x[i] = scale * (root * root * root);
        }
    }

    /** Where positive, the proposal is accepted without a logarithm: u < 1 − 0.0331 z⁴, Marsaglia and Tsang's (4). */
    private static void squeeze(double[] z, double[] u, double[] quick, int count) {
        for (int i = 0; i < count; i++) {
            double square = z[i] * z[i];
            quick[i] = 1 - 0.0331 * (square * square) - u[i];
        }
    }
}
