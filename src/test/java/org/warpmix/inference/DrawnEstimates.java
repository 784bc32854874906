package org.warpmix.inference;

import java.util.SplittableRandom;
import org.warpmix.backend.Backend;
import org.warpmix.backend.Batch;
import org.warpmix.backend.ReplicateBlock;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.fit.Fit;

/**
 * A backend that fits nothing: replicate i has estimates drawn around those of a fit from a generator of its own, so that
 * what becomes of them can be tested apart. The number of every thirtieth replicate decides how it ended.
 */
record DrawnEstimates(Fit fit, int blockSize) implements Backend {

    static boolean fails(long replicate) {
        return replicate % 30 == 7;
    }

    static boolean doesNotConverge(long replicate) {
        return replicate % 30 == 11;
    }

    static boolean isSingular(long replicate) {
        return replicate % 30 == 13;
    }

    @Override
    public String name() {
        return "drawn";
    }

    @Override
    public void run(Batch batch, long first, long count, Sink sink) {
        double[] theta = fit.theta();
        double[] beta = fit.fixedEffects().estimates();
        for (long at = first; at < first + count; at += blockSize) {
            int size = (int) Math.min(blockSize, first + count - at);
            ReplicateBlock block = new ReplicateBlock(at, size, theta.length, beta.length, batch.options());
            for (int i = 0; i < size; i++) {
                if (!fails(at + i)) {
                    fill(block, i, theta, beta);
                }
            }
            if (!sink.accept(block)) {
                return;
            }
        }
    }

    private void fill(ReplicateBlock block, int i, double[] theta, double[] beta) {
        long number = block.first() + i;
        SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
        block.status()[i] = doesNotConverge(number) ? ReplicateStatus.NOT_CONVERGED : ReplicateStatus.CONVERGED;
        block.singular()[i] = isSingular(number);
        block.criterion()[i] = fit.criterion() + random.nextGaussian();
        block.sigma()[i] = fit.sigma() * (1 + 0.1 * random.nextGaussian());
        for (int k = 0; k < theta.length; k++) {
            block.theta()[k][i] = isSingular(number) ? 0 : Math.abs(theta[k] * (1 + 0.2 * random.nextGaussian()));
        }
        for (int j = 0; j < beta.length; j++) {
            double error = fit.fixedEffects().standardError(j);
            block.beta()[j][i] = beta[j] + error * random.nextGaussian();
            if (block.standardErrors() != null) {
                block.standardErrors()[j][i] = error * (1 + 0.1 * random.nextDouble());
            }
        }
        if (block.wald() != null) {
            double z = random.nextGaussian();
            block.wald()[i] = z * z;
        }
        block.evaluations()[i] = 5;
        block.gradientNorm()[i] = 1e-9;
    }
}
