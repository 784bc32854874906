package org.warpmix.backend.cuda;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.warpmix.backend.Batch;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.ReplicateSource;

/**
 * What an evaluation of a model with several grouping factors takes on the first device, many replicates at a time: it lies in the
 * backend's package because the seam of backends shows whole batches only. The search on the host is left out; points go to the device
 * and results come back.
 *
 * @param lanes replicates that were evaluated together
 * @param evaluation seconds of one evaluation of all of them, median of the runs
 */
public record CrossedTimes(int lanes, double evaluation) {

    /**
     * Times evaluations at the optimum of the observed response.
     *
     * @param batch of responses, of a model with several factors
     * @param most replicates together; fewer where the device's memory is full
     */
    public static CrossedTimes of(Batch batch, int most, int runs) {
        try (Device device = Device.open(0);
                CrossedLanes criterion = CrossedLanes.of(
                        device,
                        batch.statistics(),
                        batch.method(),
                        ProfiledCriterion.of(batch.statistics(), batch.method()).parameters(),
                        most)) {
            int lanes = criterion.lanes();
            int[] occupied = IntStream.range(0, lanes).toArray();
            double[][] drawn = new double[ResponseLayout.of(batch.statistics()).size()][lanes];
            ((ReplicateSource.Responses) batch.source()).drawer().draw(1, lanes, drawn);
            criterion.load(occupied, lanes, drawn, 0, new boolean[lanes]);
            double[][] x = new double[batch.start().length][lanes];
            for (int e = 0; e < x.length; e++) {
                Arrays.fill(x[e], batch.start()[e]);
            }
            double[][] gradient = new double[x.length][lanes];
            double[] value = new double[lanes];
            double[] seconds = new double[runs];
            criterion.evaluate(x, occupied, lanes, value, gradient);
            for (int run = 0; run < runs; run++) {
                long before = System.nanoTime();
                criterion.evaluate(x, occupied, lanes, value, gradient);
                seconds[run] = (System.nanoTime() - before) / 1e9;
            }
            Arrays.sort(seconds);
            return new CrossedTimes(lanes, seconds[runs / 2]);
        }
    }
}
