package org.warpmix.backend.cuda;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.likelihood.DenseFront;
import org.warpmix.likelihood.FrontPattern;
import org.warpmix.likelihood.FrontSize;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.ProfiledCriterion;

/**
 * What an evaluation of one crossed model takes on the first device, and how much memory against how much was predicted.
 *
 * @param order of the front
 * @param prepared seconds until the front stood on the device, the statistics being there
 * @param predicted bytes for evaluations of the criterion
 * @param taken the same as the device tells it, libraries included
 * @param gradientPredicted bytes that a gradient takes beside them
 * @param gradientTaken the same as the device tells it
 * @param criterion at the start
 * @param evaluation seconds of the criterion, median of the runs
 * @param subtract of these, what the rows of the eliminated factor take
 * @param factor of these, the Cholesky factorisation
 * @param gradient seconds of criterion and gradient together, once; NaN where it was left out
 */
public record FrontTimes(
        int order,
        double prepared,
        long predicted,
        long taken,
        long gradientPredicted,
        long gradientTaken,
        double criterion,
        double evaluation,
        double subtract,
        double factor,
        double gradient) {

    /** @param withGradient whether a gradient is evaluated as well */
    public static FrontTimes of(Crossproducts statistics, Method method, int runs, boolean withGradient) {
        try (Device device = Device.open(0)) {
            Kept kept = new Kept(device);
            long free = device.freeBytes();
            long before = System.nanoTime();
            ProfiledCriterion criterion = ProfiledCriterion.of(statistics, method, kept);
            double prepared = seconds(before);
            double[] x = criterion.parameters().start();
            double value = criterion.value(x);
            long taken = free - device.freeBytes();
            double[] evaluations = new double[runs];
            for (int run = 0; run < runs; run++) {
                before = System.nanoTime();
                criterion.value(x);
                evaluations[run] = seconds(before);
            }
            Arrays.sort(evaluations);
            kept.front.base();
            kept.front.synchronize();
            before = System.nanoTime();
            kept.front.subtract();
            kept.front.synchronize();
            double subtract = seconds(before);
            kept.front.scaledBlocks();
            kept.front.synchronize();
            before = System.nanoTime();
            kept.front.factor();
            double factor = seconds(before);
            double gradient = Double.NaN;
            if (withGradient) {
                before = System.nanoTime();
                criterion.value(x, new double[x.length]);
                gradient = seconds(before);
            }
            return new FrontTimes(
                    kept.size.order(),
                    prepared,
                    SchurFront.bytes(kept.size),
                    taken,
                    SchurFront.inverseBytes(kept.size),
                    free - taken - device.freeBytes(),
                    value,
                    evaluations[runs / 2],
                    subtract,
                    factor,
                    gradient);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static final class Kept implements DenseFront.Maker {
        private final Device device;
        private FrontSize size;
        private SchurFront front;

        Kept(Device device) {
            this.device = device;
        }

        @Override
        public boolean takes(FrontSize wanted) {
            size = wanted;
            return true;
        }

        @Override
        public DenseFront of(FrontPattern pattern) {
            front = new SchurFront(device, pattern);
            return front;
        }
    }
}
