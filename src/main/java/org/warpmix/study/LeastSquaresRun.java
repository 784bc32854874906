package org.warpmix.study;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.warpmix.backend.Backend;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.crossprod.Crossproducts;

/**
 * Ordinary least squares in one condition. With {@code X̃'X̃ = I}: {@code γ = X̃'ỹ}, {@code r² = ỹ'ỹ − γ'γ}; Satterthwaite's and Kenward
 * and Roger's degrees of freedom are the residual ones.
 */
final class LeastSquaresRun implements Runner {

    private final ModelPlan plan;
    private final Source source;

    LeastSquaresRun(ModelPlan plan, Source source) {
        this.plan = plan;
        this.source = source;
    }

    @Override
    public ModelPlan plan() {
        return plan;
    }

    @Override
    public Sheet run(long first, int count, Backend backend) {
        Sheet sheet = new Sheet(plan, first, count);
        source.visit(first, count, (i, statistics, unit, shift) -> {
            if (statistics != null) {
                fit(sheet, i, statistics, unit, shift);
            }
        });
        return sheet;
    }

    private void fit(Sheet sheet, int i, Crossproducts statistics, double unit, double[] shift) {
        int p = statistics.p();
        int last = p * (p + 1);
        double[] gamma = new double[p];
        double rest = statistics.ww()[last + p];
        for (int k = 0; k < p; k++) {
            double product = statistics.ww()[last + k];
            gamma[k] = unit * product + shift[k];
            rest -= product * product;
        }
        double degrees = statistics.n() - p;
        double sigma = unit * statistics.fixed().scale() * Math.sqrt(rest / degrees);
        if (!(sigma > 0)) {
            return;
        }
        double[] identity = new double[p * p];
        for (int k = 0; k < p; k++) {
            identity[k * (p + 1)] = 1;
        }
        double[] beta = statistics.fixed().coefficients(gamma);
        double[] covariance = statistics.fixed().covariance(identity);
        ReplicateBlock block = sheet.block();
        block.status()[i] = ReplicateStatus.CONVERGED;
        block.sigma()[i] = sigma;
        for (int j = 0; j < p; j++) {
            block.beta()[j][i] = beta[j];
            block.standardErrors()[j][i] = sigma * Math.sqrt(covariance[j * (p + 1)]);
        }
        for (int m = 0; m < plan.methods().size(); m++) {
            for (int j : plan.tested()) {
                double error = block.standardErrors()[j][i];
                switch (plan.methods().get(m)) {
                    case Z -> sheet.set(m, j, i, error, Double.POSITIVE_INFINITY);
                    case LRT -> {
                        double t = beta[j] / error;
                        double ratio = statistics.n() * Math.log1p(t * t / degrees);
                        sheet.setP(m, j, i, ChiSquaredDistribution.of(1).survivalProbability(ratio));
                    }
                    case PERMUTATION -> {} // there is none of least squares
                    default -> sheet.set(m, j, i, error, degrees);
                }
            }
        }
    }
}
