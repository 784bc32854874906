package org.warpmix.likelihood;

import org.warpmix.model.Covariance;

/**
 * A standard deviation or a correlation of a random-effects term is held.
 *
 * <p>The random effects b of the given columns are {@code b = sT b̃}. In coordinates c of b̃ whose first one or two are the effects
 * in question, {@code c_1 = t_i'b̃/‖t_i‖} with t_i' the row of T, and the others orthonormal to these, the parameter is an entry of
 * the lower triangular factor Λ_c: {@code sd_i = sσ̃ ‖t_i‖ Λ_c[1,1]}, and {@code (cor, √(1 − cor²))} is the direction of its second
 * row. What is left of Λ_c is free of constraints. {@code Λ̃ = E Λ_c Q}, E from c to b̃ and Q the rotation that makes it lower
 * triangular, so {@code ∂d/∂Λ_c = E' ∂d/∂Λ̃ Q'}.
 */
abstract class HeldTerm extends HeldCriterion {

    private final int f;
    private final int t;
    /** First entry of the term in x. */
    final int offset;

    final int q;
    /** Length ‖t_i‖ of the first effect's row of T. */
    final double length;

    private final double[] toSolver;
    private final double[] fromSolver;
    private final double[] x;
    /** Λ_c, then its derivative. */
    final double[] factor;

    private final double[] folded;

    /** @param effects the one or two effects that come first */
    private HeldTerm(ProfiledCriterion criterion, int f, int t, int... effects) {
        super(criterion);
        this.f = f;
        this.t = t;
        this.offset = parameters.offset(f, t);
        Covariance covariance = blocks.get(f).terms().get(t).covariance();
        if (!covariance.basisFree()) {
            throw new IllegalArgumentException(
                    "The term's covariance has a structure of its own: there are no profiles of its standard deviations"
                            + " and correlations. Use a bootstrap.");
        }
        this.q = covariance.columns();
        this.x = new double[parameters.count()];
        this.factor = new double[q * q];
        this.folded = new double[2 * q * q];
        this.toSolver = new double[q * q];
        this.fromSolver = new double[q * q];
        this.length = coordinates(parameters.basis(f, t), effects);
    }

    /** Fills E and its inverse; returns ‖t_i‖. */
    private double coordinates(double[] basis, int[] effects) {
        double[][] orthonormal = new double[q][];
        double[][] rows = new double[effects.length][q];
        double first = 0;
        for (int e = 0; e < effects.length; e++) {
            double square = 0;
            for (int c = 0; c < q; c++) {
                rows[e][c] = basis[effects[e] + c * q];
                square += rows[e][c] * rows[e][c];
            }
            for (int c = 0; c < q; c++) {
                rows[e][c] /= Math.sqrt(square);
            }
            first = e == 0 ? Math.sqrt(square) : first;
            orthonormal[e] = rest(rows[e], orthonormal, e);
        }
        for (int done = effects.length; done < q; done++) {
            double[] axis = new double[q];
            axis[leastCovered(orthonormal, done)] = 1;
            orthonormal[done] = rest(axis, orthonormal, done);
        }
        for (int a = 0; a < q; a++) {
            double[] row = a < rows.length ? rows[a] : orthonormal[a];
            for (int c = 0; c < q; c++) {
                fromSolver[a + c * q] = row[c];
                toSolver[c + a * q] = orthonormal[a][c];
            }
        }
        if (effects.length == 2) { // [1 0; cos sin]⁻¹ = [1 0; −cos/sin 1/sin]
            double cos = dot(rows[1], orthonormal[0]);
            double sin = dot(rows[1], orthonormal[1]);
            for (int c = 0; c < q; c++) {
                toSolver[c] -= cos / sin * orthonormal[1][c];
                toSolver[c + q] /= sin;
            }
        }
        return first;
    }

    /** The axis that the first orthonormal vectors leave most of. */
    private int leastCovered(double[][] orthonormal, int count) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < q; c++) {
            double covered = 0;
            for (int k = 0; k < count; k++) {
                covered += orthonormal[k][c] * orthonormal[k][c];
            }
            if (covered < least) {
                least = covered;
                best = c;
            }
        }
        return best;
    }

    /** The unit vector along what the first orthonormal ones leave of another. */
    private static double[] rest(double[] vector, double[][] orthonormal, int count) {
        double[] rest = vector.clone();
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < count; k++) {
                double along = dot(rest, orthonormal[k]);
                for (int c = 0; c < rest.length; c++) {
                    rest[c] -= along * orthonormal[k][c];
                }
            }
        }
        double norm = Math.sqrt(dot(rest, rest));
        for (int c = 0; c < rest.length; c++) {
            rest[c] /= norm;
        }
        return rest;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            sum += a[c] * b[c];
        }
        return sum;
    }

    /** Λ_c at an x, into {@code factor}. */
    final void factorOf(double[] at) {
        multiply(fromSolver, parameters.factor(at, f, t), factor, q);
        LowerTriangle.fold(factor, q);
    }

    /** Writes Λ_c, column by column, into the term's places. */
    final void storeFactor(double[] free) {
        int next = offset;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                free[next++] = factor[i + j * q];
            }
        }
    }

    /** Reads Λ_c from the term's places. */
    final void loadFactor(double[] free) {
        int next = offset;
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                factor[i + j * q] = i < j ? 0 : free[next++];
            }
        }
    }

    /**
     * Evaluates at Λ_c in {@code factor}, which is overwritten by the derivative; its lower triangle goes to the term's places
     * in the gradient, too.
     */
    final Likelihood.Parts parts(double[] free, double variance, double[] gradient) {
        double[] product = new double[q * q];
        multiply(toSolver, factor, product, q);
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                folded[i + j * 2 * q] = product[i + j * q];
                folded[q + i + j * 2 * q] = i == j ? 1 : 0;
            }
        }
        LowerTriangle.fold(folded, 2 * q, q);
        System.arraycopy(free, 0, x, 0, x.length);
        int next = offset;
        for (int j = 0; j < q; j++) {
            for (int i = j; i < q; i++) {
                x[next++] = folded[i + j * 2 * q];
            }
        }
        Likelihood.Parts parts = parts(x, new Likelihood.Held(null, 0, variance), gradient);
        if (parts != null) {
            pullBack(product);
            storeFactor(gradient);
        }
        return parts;
    }

    private void pullBack(double[] work) {
        double[] derivative = derivative(f);
        int from = blocks.get(f).firstColumn(t);
        int order = blocks.get(f).columns();
        for (int j = 0; j < q; j++) { // ∂d/∂Λ̃ Q'
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += derivative[from + i + (from + r) * order] * folded[q + j + r * 2 * q];
                }
                work[i + j * q] = sum;
            }
        }
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += toSolver[r + i * q] * work[r + j * q];
                }
                factor[i + j * q] = sum;
            }
        }
    }

    private static void multiply(double[] a, double[] b, double[] product, int q) {
        for (int j = 0; j < q; j++) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int r = 0; r < q; r++) {
                    sum += a[i + r * q] * b[r + j * q];
                }
                product[i + j * q] = sum;
            }
        }
    }

    /** h is {@code σ̃ Λ_c[1,1]}, whose place among the free coordinates log σ̃ takes. */
    static final class Deviation extends HeldTerm {

        Deviation(ProfiledCriterion criterion, int f, int t, int i) {
            super(criterion, f, t, i);
        }

        @Override
        Place place(double[] x, double[] gamma, double sigma) {
            double[] free = x.clone();
            factorOf(x);
            storeFactor(free);
            free[offset] = Math.log(sigma);
            return new Place(sigma * factor[0], free);
        }

        @Override
        public double parameter(double held) {
            return basis.scale() * length * held;
        }

        @Override
        public double lowest() {
            return 0;
        }

        @Override
        boolean isDeviation(int entry) {
            return entry != offset;
        }

        @Override
        public double value(double held, double[] free, double[] gradient) {
            double logSigma = free[offset];
            double sigma = Math.exp(logSigma);
            loadFactor(free);
            factor[0] = held / sigma;
            Likelihood.Parts parts = parts(free, sigma * sigma, gradient);
            if (parts == null) {
                return Double.POSITIVE_INFINITY;
            }
            gradient[free.length] = factor[0] / sigma;
            gradient[offset] = 2 * (n - parts.rSquared() / (sigma * sigma)) - factor[0] * held / sigma;
            return deviance(parts, logSigma);
        }
    }

    /**
     * h is arcsin(cor). The first two rows of Λ_c are {@code (v₁², 0)} and {@code v₂² (sin h, cos h)}: v₁ and v₂ have the places of
     * the first column, that of {@code Λ_c[2,2]} is idle.
     */
    static final class Correlation extends HeldTerm {
        /** Root of a standard deviation relative to σ that counts as zero. */
        private static final double NOTHING = 1e-5;

        private final int idle;

        Correlation(ProfiledCriterion criterion, int f, int t, int i, int j) {
            super(criterion, f, t, i, j);
            idle = offset + q;
        }

        @Override
        Place place(double[] x, double[] gamma, double sigma) {
            double[] free = x.clone();
            factorOf(x);
            storeFactor(free);
            free[offset] = Math.sqrt(factor[0]);
            free[offset + 1] = Math.sqrt(Math.hypot(factor[1], factor[1 + q]));
            free[idle] = 0;
            return new Place(Math.atan2(factor[1], factor[1 + q]), free);
        }

        @Override
        public boolean isIdle(Place place) {
            return Math.min(place.free()[offset], place.free()[offset + 1]) < NOTHING;
        }

        @Override
        public double parameter(double held) {
            return Math.sin(held);
        }

        @Override
        public double lowest() {
            return -Math.PI / 2;
        }

        @Override
        public double highest() {
            return Math.PI / 2;
        }

        @Override
        boolean isDeviation(int entry) {
            return entry != idle;
        }

        @Override
        public double value(double held, double[] free, double[] gradient) {
            double v1 = free[offset];
            double v2 = free[offset + 1];
            double sin = Math.sin(held);
            double cos = Math.cos(held);
            loadFactor(free);
            factor[0] = v1 * v1;
            factor[1] = v2 * v2 * sin;
            factor[1 + q] = v2 * v2 * cos;
            Likelihood.Parts parts = parts(free, Double.NaN, gradient);
            if (parts == null) {
                return Double.POSITIVE_INFINITY;
            }
            gradient[free.length] = v2 * v2 * (factor[1] * cos - factor[1 + q] * sin);
            gradient[offset] = 2 * v1 * factor[0];
            gradient[offset + 1] = 2 * v2 * (factor[1] * sin + factor[1 + q] * cos);
            gradient[idle] = 0;
            return deviance(parts);
        }
    }
}
