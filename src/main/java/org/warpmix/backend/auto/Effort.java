package org.warpmix.backend.auto;

import org.warpmix.backend.Batch;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.likelihood.FrontSize;

/**
 * How long a batch takes on the CPU, from the operations of an evaluation and what these took when measured: sleepstudy's slopes
 * 0.78 us a replicate, 1,000 unequal groups 234 us, kb07 maximal 42 ms, on one thread. Right within a factor of three or so, which
 * is enough to tell a second from a minute.
 */
public final class Effort {

    /**
     * Seconds on the CPU from which a GPU is worth its start: its context and the compilation of kernels. Reckoned, not measured:
     * no card has been at hand.
     */
    static final double CROSSOVER_SECONDS = 3;

    private static final double EVALUATION = 150e-9;
    private static final double OPERATION = 2.2e-9;
    private static final double FACTOR_OPERATION = 0.13e-9;
    private static final int EVALUATIONS_OF_ONE_CLASS = 3;
    private static final int EVALUATIONS_OF_CLASSES = 6;
    private static final int EVALUATIONS_OF_FACTORS = 10;
    private static final int EVALUATIONS_OF_A_FIT = 20;

    private Effort() {}

    /** Predicted time of {@code count} replicates with the threads of the batch. */
    static double cpuSeconds(Batch batch, long count) {
        return count * secondsEach(batch) / batch.options().threads();
    }

    /** Predicted time of one replicate on one thread: a function of the batch alone, the same on any machine. */
    public static double secondsEach(Batch batch) {
        Crossproducts design = batch.statistics();
        return design.classes() != null ? ofClasses(design) : ofFactors(design, batch.start().length);
    }

    /** Predicted time of a single fit with its front in the host's memory, on two threads. */
    static double cpuSeconds(FrontSize size) {
        return EVALUATIONS_OF_A_FIT * FACTOR_OPERATION * size.operations();
    }

    private static double ofClasses(Crossproducts design) {
        GroupClasses classes = design.classes();
        double q = classes.products().q();
        double width = design.p() + 1;
        double operations = classes.classes() * q * (q + 1) / 2 * width * (width + 1) / 2;
        int evaluations = classes.classes() == 1 ? EVALUATIONS_OF_ONE_CLASS : EVALUATIONS_OF_CLASSES;
        return evaluations * (EVALUATION + OPERATION * operations);
    }

    /** Each level of the largest factor is eliminated from the columns of the others that it meets, then these are factored. */
    private static double ofFactors(Crossproducts design, int parameters) {
        double evaluations = EVALUATIONS_OF_FACTORS + 2.0 * parameters;
        double columns = 0;
        double width = 0;
        LevelProducts largest = null;
        for (LevelProducts factor : design.factors()) {
            double size = (double) factor.levels() * factor.q();
            columns += size;
            width += factor.q();
            if (largest == null || size > (double) largest.levels() * largest.q()) {
                largest = factor;
            }
        }
        if (largest == null) {
            return EVALUATION;
        }
        double front = columns - (double) largest.levels() * largest.q() + design.p() + 1;
        double operations = front * front * front;
        for (int rows : largest.rows()) {
            double met = Math.min(front, rows * (width - largest.q()) + design.p() + 1);
            operations += 2.0 * largest.q() * met * met;
        }
        return evaluations * (EVALUATION + FACTOR_OPERATION * operations);
    }
}
