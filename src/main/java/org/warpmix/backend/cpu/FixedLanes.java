package org.warpmix.backend.cpu;

import org.warpmix.backend.lanes.Lanes;

/**
 * The generalised least-squares step over lanes: from M, the cross-products of {@code [X̃ ỹ]} with the random effects
 * eliminated, to γ, r², {@code log|M_XX|} and the weights C of the gradient. Triangles are packed column by column.
 */
final class FixedLanes {

    private static final int PIVOTS_PER_LOGARITHM = 8;

    private final int p;
    private final boolean reml;
    /** Factor of M_XX, lower triangle packed; its diagonal is inverted. */
    private final double[][] l;

    private final double[][] inverse;
    private final double[][] gamma;
    private final double[] rSquared;
    private final double[] logDet;
    private final double[] pivot;
    private final double[] scale;
    private final LaneLogarithm logarithm;

    FixedLanes(int p, boolean reml, int lanes) {
        this.p = p;
        this.reml = reml;
        this.l = Lanes.of(p * (p + 1) / 2, lanes);
        this.inverse = Lanes.of(p * (p + 1) / 2, lanes);
        this.gamma = Lanes.of(p, lanes);
        this.rSquared = new double[lanes];
        this.logDet = new double[lanes];
        this.pivot = new double[lanes];
        this.scale = new double[lanes];
        this.logarithm = new LaneLogarithm(lanes);
    }

    /** Solves; lanes where M_XX is not positive definite get NaN. */
    void solve(double[][] m) {
        int next = 0;
        for (int j = 0; j < p; j++) {
            for (int i = j; i < p; i++) {
                Lanes.copy(l[Lanes.packed(i, j, p)], m[next++]);
            }
            Lanes.copy(gamma[j], m[next++]);
        }
        Lanes.copy(rSquared, m[next]);
        Lanes.fill(logDet, 0);
        Lanes.fill(scale, 1);
        for (int j = 0; j < p; j++) {
            double[] diagonal = l[Lanes.packed(j, j, p)];
            Lanes.root(diagonal, pivot, diagonal);
            if (reml) {
                Lanes.multiply(scale, scale, pivot);
                if (j % PIVOTS_PER_LOGARITHM == PIVOTS_PER_LOGARITHM - 1 || j == p - 1) {
                    logarithm.add(logDet, 2, scale);
                    Lanes.fill(scale, 1);
                }
            }
            Lanes.multiply(gamma[j], gamma[j], diagonal);
            Lanes.subtract(rSquared, gamma[j], gamma[j]);
            for (int i = j + 1; i < p; i++) {
                Lanes.multiply(l[Lanes.packed(i, j, p)], l[Lanes.packed(i, j, p)], diagonal);
            }
            for (int k = j + 1; k < p; k++) {
                for (int i = k; i < p; i++) {
                    Lanes.subtract(l[Lanes.packed(i, k, p)], l[Lanes.packed(i, j, p)], l[Lanes.packed(k, j, p)]);
                }
                Lanes.subtract(gamma[k], l[Lanes.packed(k, j, p)], gamma[j]);
            }
        }
        for (int j = p - 1; j >= 0; j--) {
            for (int i = j + 1; i < p; i++) {
                Lanes.subtract(gamma[j], l[Lanes.packed(i, j, p)], gamma[i]);
            }
            Lanes.multiply(gamma[j], gamma[j], l[Lanes.packed(j, j, p)]);
        }
    }

    /** {@code M_XX⁻¹} of all lanes into {@code inverse}. */
    private void invert() {
        for (int j = 0; j < p; j++) { // L⁻¹, column by column
            Lanes.copy(inverse[Lanes.packed(j, j, p)], l[Lanes.packed(j, j, p)]);
            for (int i = j + 1; i < p; i++) {
                double[] entry = inverse[Lanes.packed(i, j, p)];
                Lanes.fill(entry, 0);
                for (int r = j; r < i; r++) {
                    Lanes.subtract(entry, l[Lanes.packed(i, r, p)], inverse[Lanes.packed(r, j, p)]);
                }
                Lanes.multiply(entry, entry, l[Lanes.packed(i, i, p)]);
            }
        }
        for (int j = 0; j < p; j++) { // L⁻ᵀL⁻¹ in place: entry (i, j) needs rows r ≥ i of columns i and j only
            for (int i = j; i < p; i++) {
                double[] entry = inverse[Lanes.packed(i, j, p)];
                Lanes.multiply(entry, entry, inverse[Lanes.packed(i, i, p)]);
                for (int r = i + 1; r < p; r++) {
                    Lanes.add(entry, inverse[Lanes.packed(r, i, p)], inverse[Lanes.packed(r, j, p)]);
                }
            }
        }
    }

    /**
     * The weights C of the gradient: {@code (ν/r²) s s'}, {@code s = (−γ, 1)}, plus {@code M_XX⁻¹} under REML.
     *
     * @param degrees ν of each lane
     * @param c packed like M; overwritten by C on the diagonal and 2C below it
     */
    void weights(double[] degrees, double[][] c) {
        if (reml) {
            invert();
        }
        Lanes.divide(scale, degrees, rSquared);
        int next = 0;
        for (int j = 0; j < p; j++) {
            Lanes.multiply(pivot, scale, gamma[j]);
            for (int i = j; i < p; i++) {
                double[] entry = c[next++];
                Lanes.multiply(entry, pivot, gamma[i]);
                if (reml) {
                    Lanes.addScaled(entry, 1, inverse[Lanes.packed(i, j, p)]);
                }
                if (i > j) {
                    Lanes.scale(entry, 2, entry);
                }
            }
            Lanes.scale(c[next++], -2, pivot);
        }
        Lanes.copy(c[next], scale);
    }

    double[] rSquared() {
        return rSquared;
    }

    /** {@code log|M_XX|} under REML, 0 under ML, which has no use for it. */
    double[] logDet() {
        return logDet;
    }

    void gamma(int lane, double[] into) {
        for (int j = 0; j < p; j++) {
            into[j] = gamma[j][lane];
        }
    }

    /** {@code M_XX⁻¹} of one lane, p×p. */
    void inverse(int lane, double[] into) {
        for (int j = 0; j < p; j++) {
            for (int i = 0; i < p; i++) {
                into[i + j * p] = i == j ? 1 : 0;
            }
            for (int i = 0; i < p; i++) {
                double sum = into[i + j * p];
                for (int r = 0; r < i; r++) {
                    sum -= l[Lanes.packed(i, r, p)][lane] * into[r + j * p];
                }
                into[i + j * p] = sum * l[Lanes.packed(i, i, p)][lane];
            }
            for (int i = p - 1; i >= 0; i--) {
                double sum = into[i + j * p];
                for (int r = i + 1; r < p; r++) {
                    sum -= l[Lanes.packed(r, i, p)][lane] * into[r + j * p];
                }
                into[i + j * p] = sum * l[Lanes.packed(i, i, p)][lane];
            }
        }
    }
}
