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
    /** Per core factor. */
    private final DiagonalBlocks[] blocks;

    private double[][] lambda;
    private double logDet;

    SchurComplement(Structure structure) {
        this.structure = structure;
        one = structure.factors.get(structure.first);
        q1 = one.q();
        h = new double[one.g().length];
        blocks = new DiagonalBlocks[structure.core.length];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new DiagonalBlocks(one, core(i), structure.up[i]);
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
        logDet = Ranges.sums(one.levels(), 1, (from, to, sum) -> {
            double[] a = new double[q1 * q1];
            for (int level = from; level < to; level++) {
                int at = level * q1 * q1;
                SmallProducts.scaled(one.g(), at, l1, q1, a);
                sum[0] += SmallCholesky.factor(a, 0, q1, q1) ? SmallCholesky.logDet(a, 0, q1, q1) : Double.NaN;
                transpose(l1, q1, h, at);
                SmallCholesky.solveLower(a, 0, q1, q1, h, at, q1, q1);
                SmallCholesky.solveLowerTransposed(a, 0, q1, q1, h, at, q1, q1);
            }
        })[0];
        for (int i = 0; i < blocks.length; i++) {
            logDet += blocks[i].form(h, l1, lambda(i));
        }
        return !Double.isNaN(logDet);
    }

    /** {@code log|A₁₁| + log|RR'|}. */
    double logDet() {
        return logDet;
    }

    /** {@code y = R⁻ᵀ x} for a block of vectors. */
    void unscale(double[] x, double[] y, int columns) {
        for (int i = 0; i < blocks.length; i++) {
            int number = i;
            int q = core(i).q();
            Ranges.each(core(i).levels(), (from, to) -> {
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * columns;
                    System.arraycopy(x, at, y, at, q * columns);
                    Lanes.solveTransposed(blocks[number].factors(), level * q * q, q, y, at, columns);
                }
            });
        }
    }

    /** {@code R⁻¹(y + Λ't)}, y left out where it is {@code null}: of {@link #extend}'s t this is {@code R⁻¹Sy}. */
    void scale(double[] y, double[] t, double[] out, int columns) {
        for (int i = 0; i < blocks.length; i++) {
            int number = i;
            int q = core(i).q();
            Ranges.each(core(i).levels(), (from, to) -> {
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * columns;
                    if (y == null) {
                        Arrays.fill(out, at, at + q * columns, 0);
                    } else {
                        System.arraycopy(y, at, out, at, q * columns);
                    }
                    Lanes.addTransposed(lambda(number), q, t, at, out, at, columns);
                    Lanes.solveLower(blocks[number].factors(), level * q * q, q, out, at, columns);
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
        for (int i = 0; i < blocks.length; i++) {
            int number = i;
            int q = core(i).q();
            Ranges.each(core(i).levels(), (from, end) -> {
                for (int level = from; level < end; level++) {
                    int at = row(number, level) * m;
                    Arrays.fill(v, at, at + q * m, 0);
                    Lanes.addProduct(1, lambda(number), 0, q, y, at, v, at, m);
                }
            });
        }
        Ranges.each(one.levels(), (from, end) -> {
            double[] s = new double[q1 * m];
            for (int level = from; level < end; level++) {
                first(level, firstSides, s, to);
            }
        });
        for (int i = 0; i < blocks.length; i++) {
            int number = i;
            Ranges.each(core(i).levels(), (from, end) -> {
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
        for (int i = 0; i < blocks.length; i++) {
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
        for (int j = 0; j < blocks.length; j++) {
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
        double[] sums = Ranges.sums(one.levels(), q1 * q1, (from, to, sum) -> {
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
        for (int i = 0; i < blocks.length; i++) {
            blocks[i].addLogDetDerivative(dLambda[structure.core[i]], dLambda[structure.first]);
        }
    }

    static void add(double[] from, double[] to) {
        for (int e = 0; e < to.length; e++) {
            to[e] += from[e];
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
        double[] own = Ranges.sums(one.levels(), q1 * q1 * m, (from, to, sum) -> {
            for (int level = from; level < to; level++) {
                addOuter(2, extension.t1, extension.u1, level * q1 * m, q1, m, sum);
            }
        });
        add(own, dLambda[structure.first]);
        for (int i = 0; i < blocks.length; i++) {
            int number = i;
            int q = core(i).q();
            int behind = q * q * m;
            double[] both = Ranges.sums(core(i).levels(), (q * q + q1 * q1) * m, (from, to, sum) -> {
                double[] bar = new double[q * q];
                for (int level = from; level < to; level++) {
                    int at = row(number, level) * m;
                    addOuter(2, extension.t, y, at, q, m, sum);
                    for (int c = 0; c < m; c++) {
                        for (int e = 0; e < q * q; e++) {
                            int a = e % q;
                            int b = e / q;
                            bar[e] = a < b ? 0 : -2 * y[at + a * m + c] * image[at + b * m + c];
                        }
                        blocks[number].addFactorDerivative(level, bar, sum, c, behind + c, m);
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

    private static void transpose(double[] l, int q, double[] out, int at) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                out[at + j + i * q] = l[i + j * q];
            }
        }
    }
}
