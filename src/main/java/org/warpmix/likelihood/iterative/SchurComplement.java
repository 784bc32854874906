package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.linalg.SmallCholesky;

/**
 * A = I + Λ'Z̃'Z̃Λ of the first factor (1) and the core (2) at given Λ, with the first factor eliminated and the rest scaled:
 * <pre>
 * S = A₂₂ − A₂₁ A₁₁⁻¹ A₁₂,   Ŝ = R⁻¹ S R⁻ᵀ,   log|A| = log|A₁₁| + log|RR'| + log|Ŝ|
 * </pre>
 * RR' are the diagonal blocks of S by level, which a pass over the meetings gives exactly, so that Ŝ has a unit diagonal. S is
 * only ever multiplied with, in two passes over the meetings. With one factor in the core this is the SSOR preconditioner of
 * Kündig and Sigrist (arXiv 2505.09552) for half the rows, with the diagonal of S for that of A₂₂.
 */
final class SchurComplement {

    private final Structure structure;
    private final LevelProducts one;
    private final int q1;
    /** {@code A₁₁⁻¹Λ₁'} level by level. */
    private final double[] h;
    /** Per core factor R and {@code T = Z̃_j'Z̃ Λ E_j}, level by level; E_j has the columns of S's diagonal block. */
    private final double[][] r;
    private final double[][] t;
    /** Per core factor and level {@code Σ t[a,c] K[b,d]}, by which Λ₁ moves the diagonal of S; q₁q₁qq. */
    private final double[][] moves;

    private double[][] lambda;
    private double logDet;

    SchurComplement(Structure structure) {
        this.structure = structure;
        one = structure.factors.get(structure.first);
        q1 = one.q();
        h = new double[one.g().length];
        r = new double[structure.core.length][];
        t = new double[r.length][];
        moves = new double[r.length][];
        for (int i = 0; i < r.length; i++) {
            int squares = core(i).g().length;
            r[i] = new double[squares];
            t[i] = new double[squares];
            moves[i] = new double[Math.multiplyExact(squares, q1 * q1)];
        }
    }

    private LevelProducts core(int i) {
        return structure.factors.get(structure.core[i]);
    }

    private double[] lambda(int i) {
        return lambda[structure.core[i]];
    }

    /**
     * Forms what S needs at a point.
     *
     * @param lambda kept, not modified
     * @return whether A is positive definite to working precision
     */
    boolean set(double[][] lambda) {
        this.lambda = lambda;
        double[] l1 = lambda[structure.first];
        logDet = Workers.sums(one.levels(), 1, (from, to, sum) -> {
            double[] a = new double[q1 * q1];
            for (int level = from; level < to; level++) {
                int at = level * q1 * q1;
                scaled(one.g(), at, l1, q1, a);
                sum[0] += SmallCholesky.factor(a, 0, q1, q1) ? SmallCholesky.logDet(a, 0, q1, q1) : Double.NaN;
                transpose(l1, q1, h, at);
                SmallCholesky.solveLower(a, 0, q1, q1, h, at, q1, q1);
                SmallCholesky.solveLowerTransposed(a, 0, q1, q1, h, at, q1, q1);
            }
        })[0];
        for (int i = 0; i < r.length; i++) {
            int number = i;
            logDet += Workers.sums(core(i).levels(), 1, (from, to, sum) -> {
                Diagonal diagonal = new Diagonal(number);
                for (int level = from; level < to; level++) {
                    sum[0] += diagonal.form(level);
                }
            })[0];
        }
        return !Double.isNaN(logDet);
    }

    /** {@code log|A₁₁| + log|RR'|}. */
    double logDet() {
        return logDet;
    }

    /** {@code I + Λ'GΛ}. */
    private static void scaled(double[] g, int at, double[] lambda, int q, double[] a) {
        double[] product = new double[q * q];
        multiply(1, g, at, lambda, 0, product, q, q, q);
        Arrays.fill(a, 0);
        for (int j = 0; j < q; j++) {
            a[j * (q + 1)] = 1;
        }
        transposedMultiply(1, lambda, 0, product, 0, a, q, q, q);
    }

    /** The diagonal blocks of S of one core factor. */
    private final class Diagonal {
        private final int i;
        private final int q;
        private final Meetings meetings;
        private final double[] ownLambda;
        private final double[] firstLambda = lambda[structure.first];
        private final double[] product;
        private final double[] k;
        private final double[] moved;
        private final double[] rest;

        Diagonal(int i) {
            this.i = i;
            q = core(i).q();
            meetings = structure.up[i];
            ownLambda = lambda(i);
            product = new double[q1 * q];
            k = new double[q1 * q];
            moved = new double[q1 * q];
            rest = new double[q1 * q];
        }

        /** Returns the level's {@code log|RR'|}. */
        double form(int level) {
            int at = level * q * q;
            int atMoves = at * q1 * q1;
            double[] own = new double[q * q];
            multiply(1, core(i).g(), at, ownLambda, 0, own, q, q, q);
            Arrays.fill(moves[i], atMoves, atMoves + q * q * q1 * q1, 0);
            for (int e = meetings.start()[level]; e < meetings.start()[level + 1]; e++) {
                int block = e * q * q1;
                int partner = meetings.partner()[e] * q1 * q1;
                Arrays.fill(product, 0);
                transposedMultiply(1, meetings.products(), block, ownLambda, 0, product, q1, q, q);
                Arrays.fill(k, 0);
                multiply(1, h, partner, product, 0, k, q1, q1, q);
                Arrays.fill(moved, 0);
                multiply(1, firstLambda, 0, k, 0, moved, q1, q1, q);
                multiply(-1, meetings.products(), block, moved, 0, own, q, q1, q);
                System.arraycopy(product, 0, rest, 0, rest.length);
                multiply(-1, one.g(), partner, moved, 0, rest, q1, q1, q);
                outer(atMoves);
            }
            System.arraycopy(own, 0, t[i], at, q * q);
            Arrays.fill(r[i], at, at + q * q, 0);
            for (int j = 0; j < q; j++) {
                for (int a = j; a < q; a++) {
                    double sum = a == j ? 1 : 0;
                    for (int b = a; b < q; b++) {
                        sum += ownLambda[b + a * q] * own[b + j * q];
                    }
                    r[i][at + a + j * q] = sum;
                }
            }
            return SmallCholesky.factor(r[i], at, q, q) ? SmallCholesky.logDet(r[i], at, q, q) : Double.NaN;
        }

        private void outer(int at) {
            int next = at;
            for (int d = 0; d < q; d++) {
                for (int c = 0; c < q; c++) {
                    for (int b = 0; b < q1; b++) {
                        for (int a = 0; a < q1; a++) {
                            moves[i][next++] += rest[a + c * q1] * k[b + d * q1];
                        }
                    }
                }
            }
        }
    }

    /** {@code y = R⁻ᵀ x} for a block of vectors. */
    void unscale(double[] x, double[] y, int columns) {
        for (int i = 0; i < r.length; i++) {
            int number = i;
            int q = core(i).q();
            Workers.each(core(i).levels(), (from, to) -> {
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * columns;
                    System.arraycopy(x, at, y, at, q * columns);
                    Lanes.solveTransposed(r[number], level * q * q, q, y, at, columns);
                }
            });
        }
    }

    /** {@code R⁻¹(y + Λ't)}, y left out where it is {@code null}: of {@link #extend}'s t this is {@code R⁻¹Sy}. */
    void scale(double[] y, double[] t, double[] out, int columns) {
        for (int i = 0; i < r.length; i++) {
            int number = i;
            int q = core(i).q();
            Workers.each(core(i).levels(), (from, to) -> {
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * columns;
                    if (y == null) {
                        Arrays.fill(out, at, at + q * columns, 0);
                    } else {
                        System.arraycopy(y, at, out, at, q * columns);
                    }
                    Lanes.addTransposed(lambda(number), q, t, at, out, at, columns);
                    Lanes.solveLower(r[number], level * q * q, q, out, at, columns);
                }
            });
        }
    }

    private int row(int i, int level) {
        return structure.start[i] + level * core(i).q();
    }

    /**
     * Completes vectors y of the core by those u₁ of the first factor that make Ã's rows of the first factor vanish, and gives
     * {@code t = Z̃'(ZΛu + W)}, of which Ã's rows are {@code u + Λ't}.
     *
     * @param y core, not modified
     * @param firstSides {@code Z̃₁'W}, or {@code null} for none
     * @param coreSides {@code Z̃₂'W}, or {@code null} for none
     */
    void extend(double[] y, double[] firstSides, double[] coreSides, Extension to) {
        int m = to.columns;
        double[] v = to.v;
        for (int i = 0; i < r.length; i++) {
            int number = i;
            int q = core(i).q();
            Workers.each(core(i).levels(), (from, end) -> {
                for (int level = from; level < end; level++) {
                    int at = row(number, level) * m;
                    Arrays.fill(v, at, at + q * m, 0);
                    Lanes.addProduct(1, lambda(number), 0, q, y, at, v, at, m);
                }
            });
        }
        Workers.each(one.levels(), (from, end) -> {
            double[] s = new double[q1 * m];
            for (int level = from; level < end; level++) {
                first(level, firstSides, s, to);
            }
        });
        for (int i = 0; i < r.length; i++) {
            int number = i;
            Workers.each(core(i).levels(), (from, end) -> {
                for (int level = from; level < end; level++) {
                    core(number, level, coreSides, to);
                }
            });
        }
    }

    private void first(int level, double[] sides, double[] s, Extension to) {
        int m = to.columns;
        int at = level * q1 * m;
        if (sides == null) {
            Arrays.fill(s, 0);
        } else {
            System.arraycopy(sides, at, s, 0, s.length);
        }
        for (int i = 0; i < r.length; i++) {
            structure.down[i].add(level, to.v, structure.start[i] * m, m, s, 0);
        }
        double[] u = to.u1 == null ? new double[s.length] : to.u1;
        int atU = to.u1 == null ? 0 : at;
        Arrays.fill(u, atU, atU + s.length, 0);
        Lanes.addProduct(-1, h, level * q1 * q1, q1, s, 0, u, atU, m);
        Arrays.fill(to.v1, at, at + s.length, 0);
        Lanes.addProduct(1, lambda[structure.first], 0, q1, u, atU, to.v1, at, m);
        if (to.t1 != null) {
            System.arraycopy(s, 0, to.t1, at, s.length);
            Lanes.addProduct(1, one.g(), level * q1 * q1, q1, to.v1, at, to.t1, at, m);
        }
    }

    private void core(int i, int level, double[] sides, Extension to) {
        int m = to.columns;
        int q = core(i).q();
        int at = row(i, level) * m;
        if (sides == null) {
            Arrays.fill(to.t, at, at + q * m, 0);
        } else {
            System.arraycopy(sides, at, to.t, at, q * m);
        }
        Lanes.addProduct(1, core(i).g(), level * q * q, q, to.v, at, to.t, at, m);
        for (int j = 0; j < r.length; j++) {
            if (j != i) {
                structure.across[i][j].add(level, to.v, structure.start[j] * m, m, to.t, at);
            }
        }
        structure.up[i].add(level, to.v1, 0, m, to.t, at);
    }

    /**
     * Work space of {@link #extend}, and what it gives.
     *
     * <p>v and v₁ are Λu, t and t₁ the products; u₁ and t₁ are {@code null} where nobody asks for them.
     */
    static final class Extension {
        final int columns;
        final double[] v;
        final double[] v1;
        final double[] t;
        final double[] u1;
        final double[] t1;

        Extension(Structure structure, int columns, boolean whole) {
            this.columns = columns;
            v = new double[Math.multiplyExact(structure.rows(), columns)];
            t = new double[v.length];
            v1 = new double[Math.multiplyExact(structure.firstRows(), columns)];
            u1 = whole ? new double[v1.length] : null;
            t1 = whole ? new double[v1.length] : null;
        }
    }

    /** Adds the derivative of {@link #logDet} by Λ. */
    void addDerivative(double[][] dLambda) {
        double[] sums = Workers.sums(one.levels(), q1 * q1, (from, to, sum) -> {
            for (int level = from; level < to; level++) {
                int at = level * q1 * q1;
                for (int j = 0; j < q1; j++) { // 2 G Λ A⁻¹ = 2 G H'
                    for (int c = 0; c < q1; c++) {
                        for (int a = 0; a < q1; a++) {
                            sum[a + j * q1] += 2 * one.g()[at + a + c * q1] * h[at + j + c * q1];
                        }
                    }
                }
            }
        });
        add(sums, dLambda[structure.first]);
        for (int i = 0; i < r.length; i++) {
            int number = i;
            int q = core(i).q();
            int[] offset = {q * q};
            double[] both = Workers.sums(core(i).levels(), q * q + q1 * q1, (from, to, sum) -> {
                double[] inverse = new double[q * q];
                double[] factor = new double[q * q];
                for (int level = from; level < to; level++) {
                    System.arraycopy(r[number], level * q * q, factor, 0, q * q);
                    SmallCholesky.invert(factor, 0, q, inverse, 0);
                    addDiagonal(number, level, inverse, sum, 0, offset[0], 1);
                }
            });
            add(Arrays.copyOf(both, q * q), dLambda[structure.core[i]]);
            add(Arrays.copyOfRange(both, q * q, both.length), dLambda[structure.first]);
        }
    }

    private static void add(double[] from, double[] to) {
        for (int e = 0; e < to.length; e++) {
            to[e] += from[e];
        }
    }

    /** What a derivative by the level's diagonal block of S adds to those by Λ of its factor and by Λ₁, a stride apart. */
    private void addDiagonal(int i, int level, double[] bar, double[] sum, int atOwn, int atFirst, int stride) {
        int q = core(i).q();
        int at = level * q * q;
        for (int b = 0; b < q; b++) {
            for (int c = 0; c < q; c++) {
                for (int a = 0; a < q; a++) {
                    sum[atOwn + (a + b * q) * stride] += 2 * t[i][at + a + c * q] * bar[c + b * q];
                }
            }
        }
        int next = at * q1 * q1;
        for (int e = 0; e < q * q; e++) {
            for (int f = 0; f < q1 * q1; f++) {
                sum[atFirst + f * stride] -= 2 * bar[e] * moves[i][next++];
            }
        }
    }

    /**
     * Adds the derivatives of {@code x'Ŝx} by Λ, apart for each of a block of vectors, R moving with Λ.
     *
     * @param y {@code R⁻ᵀx}; not modified
     * @param image {@code Ŝx}; not modified
     * @param extension of y, with t₁ and u₁
     * @param dLambda per factor q×q entries of {@code columns} each; added to
     */
    void addQuadratic(double[] y, double[] image, Extension extension, double[][] dLambda) {
        int m = extension.columns;
        double[] own = Workers.sums(one.levels(), q1 * q1 * m, (from, to, sum) -> {
            for (int level = from; level < to; level++) {
                addOuter(2, extension.t1, extension.u1, level * q1 * m, q1, m, sum);
            }
        });
        add(own, dLambda[structure.first]);
        for (int i = 0; i < r.length; i++) {
            int number = i;
            int q = core(i).q();
            int behind = q * q * m;
            double[] both = Workers.sums(core(i).levels(), (q * q + q1 * q1) * m, (from, to, sum) -> {
                double[] bar = new double[q * q];
                double[] factorBar = new double[q * q];
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * m;
                    addOuter(2, extension.t, y, at, q, m, sum);
                    for (int c = 0; c < m; c++) {
                        for (int e = 0; e < q * q; e++) {
                            int a = e % q;
                            int b = e / q;
                            factorBar[e] = a < b ? 0 : -2 * y[at + a * m + c] * image[at + b * m + c];
                        }
                        choleskyDerivative(r[number], level * q * q, q, factorBar, bar);
                        addDiagonal(number, level, bar, sum, c, behind + c, m);
                    }
                }
            });
            add(Arrays.copyOf(both, behind), dLambda[structure.core[i]]);
            add(Arrays.copyOfRange(both, behind, both.length), dLambda[structure.first]);
        }
    }

    private static void addOuter(double weight, double[] t, double[] u, int at, int q, int m, double[] sum) {
        for (int b = 0; b < q; b++) {
            for (int a = 0; a < q; a++) {
                int to = (a + b * q) * m;
                for (int c = 0; c < m; c++) {
                    sum[to + c] += weight * t[at + a * m + c] * u[at + b * m + c];
                }
            }
        }
    }

    /** From the derivative by L to that by {@code LL'}: ½ L⁻ᵀ(Φ + Φ')L⁻¹, Φ the lower half of {@code L'L̄}. */
    private static void choleskyDerivative(double[] l, int at, int q, double[] factorBar, double[] bar) {
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                double sum = 0;
                for (int k = i; k < q; k++) {
                    sum += l[at + k + i * q] * factorBar[k + j * q];
                }
                bar[i + j * q] = 0.5 * sum;
                bar[j + i * q] = 0.5 * sum;
            }
        }
        SmallCholesky.solveLowerTransposed(l, at, q, q, bar, 0, q, q);
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < q; j++) {
                for (int i = 0; i < j; i++) {
                    double swap = bar[i + j * q];
                    bar[i + j * q] = bar[j + i * q];
                    bar[j + i * q] = swap;
                }
            }
            if (pass == 0) {
                SmallCholesky.solveLowerTransposed(l, at, q, q, bar, 0, q, q);
            }
        }
    }

    /** {@code C += factor A B}, A n×k at an offset. */
    private static void multiply(
            double factor, double[] a, int atA, double[] b, int atB, double[] c, int n, int k, int columns) {
        for (int j = 0; j < columns; j++) {
            for (int l = 0; l < k; l++) {
                double value = factor * b[atB + l + j * k];
                for (int i = 0; i < n; i++) {
                    c[i + j * n] += a[atA + i + l * n] * value;
                }
            }
        }
    }

    /** {@code C += factor A'B}, A k×n at an offset. */
    private static void transposedMultiply(
            double factor, double[] a, int atA, double[] b, int atB, double[] c, int n, int k, int columns) {
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a[atA + l + i * k] * b[atB + l + j * k];
                }
                c[i + j * n] += factor * sum;
            }
        }
    }

    private static void transpose(double[] l, int q, double[] out, int at) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                out[at + j + i * q] = l[i + j * q];
            }
        }
    }
}
