package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.SmallCholesky;

/**
 * The generalised least-squares step: from {@code M}, the cross-products of {@code [X̃ ỹ]} with the random effects
 * eliminated, to γ, r² and M_XX⁻¹. M is a lower triangle packed column by column.
 */
final class FixedSolution {

    private final int p;
    private final double[] l;
    private final double[] gamma;
    private double rSquared;

    FixedSolution(int p) {
        this.p = p;
        this.l = new double[p * p];
        this.gamma = new double[p];
    }

    /** Solves; returns whether M_XX was positive definite. */
    boolean solve(double[] m) {
        int next = 0;
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                l[i + j * p] = m[next++];
            }
            gamma[j] = m[next++];
        }
        if (!SmallCholesky.factor(l, 0, p, p)) {
            return false;
        }
        SmallCholesky.solveLower(l, 0, p, p, gamma, 0, 1, p);
        rSquared = m[next];
        for (int j = 0; j < p; j++) {
            rSquared -= gamma[j] * gamma[j];
        }
        SmallCholesky.solveLowerTransposed(l, 0, p, p, gamma, 0, 1, p);
        return true;
    }

    double[] gamma() {
        return gamma.clone();
    }

    double rSquared() {
        return rSquared;
    }

    /**
     * Holds a linear combination of γ at a value instead of solving for it: with c = u'M⁻¹u, γ moves by {@code M⁻¹u m} and r² by
     * {@code m² c} for {@code m = (value − u'γ) / c}.
     *
     * @param u length p; not modified
     * @return m, half the derivative of r² by the value
     */
    double hold(double[] u, double value) {
        double[] v = u.clone();
        SmallCholesky.solveLower(l, 0, p, p, v, 0, 1, p);
        double c = 0;
        for (double entry : v) {
            c += entry * entry;
        }
        SmallCholesky.solveLowerTransposed(l, 0, p, p, v, 0, 1, p);
        double misfit = value;
        for (int j = 0; j < p; j++) {
            misfit -= u[j] * gamma[j];
        }
        misfit /= c;
        for (int j = 0; j < p; j++) {
            gamma[j] += misfit * v[j];
        }
        rSquared += misfit * misfit * c;
        return misfit;
    }

    /** log|M_XX|. */
    double logDet() {
        return SmallCholesky.logDet(l, 0, p, p);
    }

    /** {@code M_XX⁻¹}, p×p. */
    double[] inverse() {
        double[] inverse = new double[p * p];
        SmallCholesky.invert(l, 0, p, inverse, 0);
        return inverse;
    }

    /**
     * The weights C of the gradient: {@code scale s s'}, {@code s = (−γ, 1)}, plus {@code M_XX⁻¹} under REML.
     *
     * @param scale ν/r², or 1/σ̃² where that is held
     * @param c packed like M; overwritten by C on the diagonal and 2C below it, so that {@code Σ_kl S_kl C_kl} of a
     *     symmetric S is a plain inner product
     */
    void weights(double scale, boolean reml, double[] c) {
        double[] inverse = reml ? inverse() : null;
        if (inverse == null) {
            Arrays.fill(c, 0);
        }
        int next = 0;
        for (int j = 0; j <= p; j++) {
            double sj = j < p ? -gamma[j] : 1;
            for (int i = j; i <= p; i++) {
                double si = i < p ? -gamma[i] : 1;
                double value = scale * si * sj;
                if (inverse != null && i < p) {
                    value += inverse[i + j * p];
                }
                c[next++] = i == j ? value : 2 * value;
            }
        }
    }
}
