package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.linalg.SymmetricEigen;
import org.warpmix.random.Variates;

/**
 * The exact test of the one variance of a model, {@code (1 | g)} for instance: is it zero? Immutable; each {@code with…} gives another
 * one. Crainiceanu and Ruppert 2004, doi:10.1111/j.1467-9868.2004.00438.x ({@code exactRLRT} of RLRsim).
 *
 * <p>Under the null hypothesis the restricted likelihood-ratio statistic is
 * {@code sup_λ (n−p) log(T/D(λ)) − Σ_s log(1 + λμ_s)}, {@code D(λ) = Σ_s w_s²/(1 + λμ_s) + χ²}, {@code T = D(0)}, with w standard normal, μ the
 * eigenvalues of {@code Z'(I − X(X'X)⁻¹X')Z} that are not zero, K of them, and χ² of n − p − K degrees of freedom. That is drawn; equal
 * eigenvalues share a χ², so that a draw costs no more than there are different ones. λ is taken from a grid, and the maximum from a
 * parabola through the best three.
 */
public final class RestrictedLikelihoodRatio {

    private static final long REPLICATES = 10_000;
    /** Different eigenvalues that drawing is worth. */
    private static final int MOST = 2000;

    private static final double EQUAL = 1e-9;
    private static final int GRID = 200;
    private static final double RANGE = 10;

    private final Fit fit;
    private final long replicates;
    private final long seed;

    private RestrictedLikelihoodRatio(Fit fit, long replicates, long seed) {
        this.fit = fit;
        this.replicates = replicates;
        this.seed = seed;
    }

    /**
     * A test with 10,000 replicates and seed 1.
     *
     * @param fit of one random term of one column; where it is by ML, its refit by REML is tested
     * @throws IllegalArgumentException for another, and for more than 2,000 groups of different sizes or predictors
     */
    public static RestrictedLikelihoodRatio of(Fit fit) {
        if (fit.theta().length != 1) {
            throw new IllegalArgumentException(
                    "The exact restricted test is of a model's one variance, and this model has "
                            + String.join(", ", fit.thetaNames())
                            + ". Compare it with the model without a term, by a parametric bootstrap.");
        }
        return new RestrictedLikelihoodRatio(fit.refit(Method.REML), REPLICATES, 1);
    }

    /** Draws the replicates 1 to B. */
    public RestrictedLikelihoodRatio withReplicates(long number) {
        if (number < 1) {
            throw new IllegalArgumentException("Replicates: " + number + " were asked for. Ask for one at least.");
        }
        return new RestrictedLikelihoodRatio(fit, number, seed);
    }

    /** Chooses the random numbers; any seed will do. */
    public RestrictedLikelihoodRatio withSeed(long chosen) {
        return new RestrictedLikelihoodRatio(fit, replicates, chosen);
    }

    /** The fit by REML that is tested. */
    public Fit fit() {
        return fit;
    }

    /**
     * What the test found.
     *
     * @param statistic REML criterion without the variance minus that with it
     * @param replicates B
     * @param extreme number b of replicates with a statistic at least as large
     * @param zeros share of the replicates with a statistic of zero, where the variance is estimated as zero
     */
    public record Result(double statistic, long replicates, long seed, long extreme, double zeros) {

        /** {@code (1 + b)/(1 + B)}. */
        public double p() {
            return (1.0 + extreme) / (1.0 + replicates);
        }

        /** Monte Carlo standard error of p. */
        public double pError() {
            return Math.sqrt(p() * (1 - p()) / replicates);
        }
    }

    /** Runs it: replicate i depends on seed and i only. */
    public Result run() {
        double statistic = Math.max(0, fit.profiledCriterion().value(new double[] {0}) - fit.criterion());
        Spectrum spectrum = Spectrum.of(fit.profiledCriterion().statistics());
        Draws draws = new Draws(spectrum);
        Variates random = new Variates(seed);
        long extreme = 0;
        long zeros = 0;
        for (long i = 1; i <= replicates; i++) {
            random.start(i, 0);
            double drawn = draws.statistic(random);
            extreme += drawn >= statistic - EQUAL ? 1 : 0;
            zeros += drawn == 0 ? 1 : 0;
        }
        return new Result(statistic, replicates, seed, extreme, (double) zeros / replicates);
    }

    /**
     * The eigenvalues of Z'P₀Z.
     *
     * @param values different ones, positive
     * @param counts how often each occurs
     * @param rest n − p less all of these
     */
    record Spectrum(double[] values, int[] counts, int rest) {

        /**
         * Of a design, in whose coordinates the matrix is {@code diag(g_j) − B B'}, B of a row X̃'Z̃_j per level. The levels of a class
         * have g_c in common, so all of it but r dimensions, the rank of their rows, is eigenvalues of g_c; the rest comes from the
         * small matrix {@code diag(g) − R R'}, R of r rows per class, by bisection on its inertia.
         */
        static Spectrum of(Crossproducts statistics) {
            GroupClasses classes = statistics.classes();
            int p = statistics.p();
            List<double[]> rows = new ArrayList<>();
            List<Double> diagonal = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            List<Integer> counts = new ArrayList<>();
            double largest = 0;
            for (int c = 0; c < classes.classes(); c++) {
                double g = classes.g()[c];
                largest = Math.max(largest, g);
                int rank = addRows(classes, c, p, rows);
                for (int r = 0; r < rank; r++) {
                    diagonal.add(g);
                }
                if (classes.size(c) > rank && g > 0) {
                    values.add(g);
                    counts.add(classes.size(c) - rank);
                }
            }
            if (diagonal.size() > MOST) {
                throw new IllegalArgumentException(
                        "The groups of " + classes.products().block().factor().name()
                                + " are of more than " + MOST / Math.max(1, p)
                                + " sizes or predictors, too many for the exact distribution. With so many groups"
                                + " half chi-squared with 0, half with 1 degree of freedom is as good.");
            }
            Bisection bisection = new Bisection(
                    diagonal.stream().mapToDouble(Double::doubleValue).toArray(), rows, p, largest);
            bisection.split(EQUAL * largest, 2 * largest, values, counts);
            int rest = statistics.n() - p;
            for (int count : counts) {
                rest -= count;
            }
            return new Spectrum(
                    values.stream().mapToDouble(Double::doubleValue).toArray(),
                    counts.stream().mapToInt(Integer::intValue).toArray(),
                    Math.max(0, rest));
        }

        /** Adds the rows of R with {@code R'R = Σ_j B_j'B_j} over a class; returns how many. */
        private static int addRows(GroupClasses classes, int c, int p, List<double[]> rows) {
            double[] b = classes.products().b();
            double[] gram = new double[p * p];
            for (int i = 0; i < classes.size(c); i++) {
                int at = classes.level(c, i) * (p + 1);
                for (int k = 0; k < p; k++) {
                    for (int l = 0; l < p; l++) {
                        gram[k + l * p] += b[at + k] * b[at + l];
                    }
                }
            }
            SymmetricEigen spectrum = SymmetricEigen.of(gram, p);
            double[] values = spectrum.values();
            double[] vectors = spectrum.vectors();
            int rank = 0;
            while (rank < Math.min(p, classes.size(c)) && values[p - 1 - rank] > 1e-13 * values[p - 1]) {
                int e = p - 1 - rank++;
                double[] row = new double[p];
                for (int k = 0; k < p; k++) {
                    row[k] = Math.sqrt(values[e]) * vectors[k + e * p];
                }
                rows.add(row);
            }
            return rank;
        }
    }

    /** The eigenvalues of {@code diag(d) − RR'}, by how many lie below a number. */
    private record Bisection(double[] d, List<double[]> rows, int p, double largest) {

        void split(double low, double high, List<Double> values, List<Integer> counts) {
            split(low, high, below(low), below(high), values, counts);
        }

        private void split(double low, double high, int atLow, int atHigh, List<Double> values, List<Integer> counts) {
            if (atLow == atHigh) {
                return;
            }
            double middle = 0.5 * (low + high);
            if (high - low < EQUAL * largest) {
                values.add(middle);
                counts.add(atHigh - atLow);
                return;
            }
            int atMiddle = below(middle);
            split(low, middle, atLow, atMiddle, values, counts);
            split(middle, high, atMiddle, atHigh, values, counts);
        }

        /** The inertia of [D−x R; R' I] in two ways: of {@code D − x − RR'} and I, of {@code D − x} and {@code I − R'(D − x)⁻¹R}. */
        private int below(double x) {
            int count = 0;
            double[] s = new double[p * p];
            for (int k = 0; k < p; k++) {
                s[k + k * p] = 1;
            }
            for (int i = 0; i < d.length; i++) {
                double difference = d[i] == x ? Math.ulp(x) : d[i] - x;
                count += difference < 0 ? 1 : 0;
                double[] row = rows.get(i);
                for (int k = 0; k < p; k++) {
                    for (int l = 0; l < p; l++) {
                        s[k + l * p] -= row[k] * row[l] / difference;
                    }
                }
            }
            for (double value : SymmetricEigen.of(s, p).values()) {
                count += value < 0 ? 1 : 0;
            }
            return count;
        }
    }

    /** Draws the statistic under the null hypothesis. */
    private static final class Draws {
        private final Spectrum spectrum;
        private final double degrees;
        /** Per grid point 1/(1 + λμ) of each eigenvalue. */
        private final double[][] shrinkage = new double[GRID][];

        private final double[] logDet = new double[GRID];
        private final double[] chiSquares;
        private final double[] values = new double[GRID];

        Draws(Spectrum spectrum) {
            this.spectrum = spectrum;
            double[] mu = spectrum.values();
            chiSquares = new double[mu.length];
            double low = Double.POSITIVE_INFINITY;
            double high = 0;
            double all = spectrum.rest();
            for (int e = 0; e < mu.length; e++) {
                low = Math.min(low, mu[e]);
                high = Math.max(high, mu[e]);
                all += spectrum.counts()[e];
            }
            degrees = all;
            double first = -RANGE - Math.log(high);
            double last = RANGE - Math.log(low);
            for (int g = 0; g < GRID; g++) {
                double lambda = Math.exp(first + (last - first) * g / (GRID - 1));
                shrinkage[g] = new double[mu.length];
                for (int e = 0; e < mu.length; e++) {
                    shrinkage[g][e] = 1 / (1 + lambda * mu[e]);
                    logDet[g] += spectrum.counts()[e] * Math.log1p(lambda * mu[e]);
                }
            }
        }

        double statistic(Variates random) {
            double rest = random.chiSquare(spectrum.rest());
            double total = rest;
            for (int e = 0; e < chiSquares.length; e++) {
                chiSquares[e] = random.chiSquare(spectrum.counts()[e]);
                total += chiSquares[e];
            }
            int best = 0;
            for (int g = 0; g < GRID; g++) {
                double sum = rest;
                for (int e = 0; e < chiSquares.length; e++) {
                    sum += chiSquares[e] * shrinkage[g][e];
                }
                values[g] = degrees * Math.log(total / sum) - logDet[g];
                best = values[g] > values[best] ? g : best;
            }
            if (!(values[best] > 0)) {
                return 0;
            }
            if (best == 0 || best == GRID - 1) {
                return values[best];
            }
            double rise = values[best] - values[best - 1];
            double fall = values[best] - values[best + 1];
            double bend = rise + fall;
            return values[best] + (bend > 0 ? (rise - fall) * (rise - fall) / (8 * bend) : 0);
        }
    }
}
