package org.warpmix.random;

/**
 * Random variates of one stream of one replicate, one after the other.
 *
 * <p>Each variate takes the next 64-bit numbers of the stream in the order of {@link Philox}: {@link #uniform},
 * {@link #below} and {@link #sign} one each; {@link #normal} two for every second one, since normals come in pairs;
 * {@link #chiSquare} what its normals and uniforms take. Instances have a state and serve one thread.
 */
public final class Variates {

    private final long seed;
    private final long[] block = new long[2];
    private long replicate;
    private int stream;
    private long next;
    private double spare = Double.NaN;

    /** Variates of a seed, at the start of stream 0 of replicate 0. */
    public Variates(long seed) {
        this.seed = seed;
    }

    /** Goes to the start of a stream of a replicate. */
    public void start(long replicate, int stream) {
        this.replicate = replicate;
        this.stream = stream;
        next = 0;
        spare = Double.NaN;
    }

    /** Uniform on (0, 1), an odd multiple of 2⁻⁵³. */
    public double uniform() {
        return Elementary.uniform(number());
    }

    /**
     * Standard normal, by Box and Muller's transform: of uniforms u₁, u₂ the pair {@code √(−2 log u₁) (cos α, sin α)} with
     * {@code α = 2πu₂ − π/4}. The second of a pair is kept for the next call, whatever is drawn in between.
     */
    public double normal() {
        if (!Double.isNaN(spare)) {
            double kept = spare;
            spare = Double.NaN;
            return kept;
        }
        double radius = Math.sqrt(-2 * Elementary.log(uniform()));
        double turn = 4 * uniform();
        double quarter = Math.floor(turn);
        double f = turn - quarter - 0.5;
        double c = Elementary.cosine(f);
        double s = Elementary.sine(f);
        double quarterC = Elementary.quarterCosine(quarter);
        double quarterS = Elementary.quarterSine(quarter);
        spare = radius * (quarterS * c + quarterC * s);
        return radius * (quarterC * c - quarterS * s);
    }

    /**
     * Uniform on {0, …, n−1}: {@code ⌊x n / 2⁶⁴⌋} of a number x; no integer's probability is off by more than 2⁻⁶⁴.
     *
     * @param n at least 1
     */
    public int below(int n) {
        long x = number();
        return (int) ((x >>> 32) * n + ((x & 0xFFFFFFFFL) * n >>> 32) >>> 32);
    }

    /** −1 or 1, each with probability ½: −1 where the highest bit of a number is set. */
    public int sign() {
        return number() < 0 ? -1 : 1;
    }

    /**
     * χ² with df degrees of freedom, 0 for df = 0: twice a gamma variate of shape df/2 by Marsaglia and Tsang (2000,
     * doi:10.1145/358407.358414). An attempt takes a normal, then, unless {@code 1 + cx ≤ 0}, a uniform; for df < 2 the
     * variate of df + 2 is drawn and multiplied by {@code u^(2/df)}, u the uniform that comes after.
     *
     * @param df any number ≥ 0
     */
    public double chiSquare(double df) {
        if (df == 0) {
            return 0;
        }
        if (df < 2) {
            double larger = chiSquare(df + 2);
            return larger * Math.pow(uniform(), 2 / df);
        }
        double d = df / 2 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = normal();
            double root = 1 + c * x;
            double v = root * root * root;
            if (v > 0 && accepted(x, v, uniform(), d)) {
                return 2 * d * v;
            }
        }
    }

    /** Whether Marsaglia and Tsang accept v = (1+cx)³ > 0 with a uniform u. */
    static boolean accepted(double x, double v, double u, double d) {
        return Elementary.log(u) < 0.5 * x * x + d * (1 - v + Elementary.log(v));
    }

    private long number() {
        if ((next & 1) == 0) {
            Philox.block(seed, (int) (next >> 1), stream, replicate, block);
        }
        return block[(int) (next++ & 1)];
    }
}
