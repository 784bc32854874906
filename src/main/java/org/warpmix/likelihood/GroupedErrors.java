package org.warpmix.likelihood;

import org.warpmix.crossprod.GroupClasses;

/**
 * The errors of a model with one grouping factor. With K_j and B_j of level j as {@link GroupedLikelihood} has them,
 * {@code Var = z'K_j z + r'M⁻¹r} and {@code Cov(·, γ̂ − γ) = M⁻¹r}, {@code r = x − B_j'K_j z}.
 */
final class GroupedErrors implements ErrorCovariance {

    private final GroupClasses classes;
    private final int[] classOf;
    private final double[] k;
    private final double[] lambda;
    private final double[] mInverse;
    private final double[] kz;
    private final double[] r;
    private final double[] solved;

    /** @param k K of each class; kept */
    GroupedErrors(GroupClasses classes, double[] k, double[] lambda, double[] mInverse, int p) {
        this.classes = classes;
        this.k = k;
        this.lambda = lambda;
        this.mInverse = mInverse;
        this.kz = new double[classes.products().q()];
        this.r = new double[p];
        this.solved = new double[p];
        this.classOf = new int[classes.products().levels()];
        for (int c = 0; c < classes.classes(); c++) {
            for (int i = 0; i < classes.size(c); i++) {
                classOf[classes.level(c, i)] = c;
            }
        }
    }

    @Override
    public double variance(double[] x, int[] levels, double[][] z, double[] withFixed) {
        int q = kz.length;
        int p = r.length;
        int level = levels[0];
        System.arraycopy(x, 0, r, 0, p);
        double variance = 0;
        if (level < 0) {
            variance = Blocks.unseen(lambda, z[0], q);
        } else {
            int at = classOf[level] * q * q;
            double[] b = classes.products().b();
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int s = 0; s < q; s++) {
                    sum += k[at + i + s * q] * z[0][s];
                }
                kz[i] = sum;
                variance += z[0][i] * sum;
            }
            int atB = level * q * (p + 1);
            for (int j = 0; j < p; j++) {
                for (int i = 0; i < q; i++) {
                    r[j] -= b[atB + i + j * q] * kz[i];
                }
            }
        }
        for (int i = 0; i < p; i++) {
            double sum = 0;
            for (int j = 0; j < p; j++) {
                sum += mInverse[i + j * p] * r[j];
            }
            solved[i] = sum;
            variance += r[i] * sum;
        }
        if (withFixed != null) {
            System.arraycopy(solved, 0, withFixed, 0, p);
        }
        return variance;
    }
}
