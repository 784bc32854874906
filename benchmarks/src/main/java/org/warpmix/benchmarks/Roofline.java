package org.warpmix.benchmarks;

import java.util.List;
import org.warpmix.backend.Batch;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.cuda.KernelTimes;

/**
 * What share of a GPU's double precision and memory bandwidth the cuda backend reaches: {@code Roofline REPLICATES SECONDS PROBLEM
 * …}, with REPLICATES of a block at most and SECONDS for the runs of each crossed model. Operations and bytes are those of {@link
 * GroupedOperations} and {@link CrossedOperations}, evaluations are as measured.
 *
 * <p>Kernels of models with one grouping factor are timed by themselves. The rate of a crossed model is that of the whole backend, draws
 * and search on the host included, so its evaluations are at least as fast as that.
 */
public final class Roofline {

    private static final int RUNS = 9;

    private final double peak;
    private final double bandwidth;

    private Roofline(double peak, double bandwidth) {
        this.peak = peak;
        this.bandwidth = bandwidth;
    }

    public static void main(String[] arguments) {
        List<Gpu> gpus = Gpu.all();
        Gpu gpu = gpus.get(0);
        Roofline roofline = new Roofline(gpu.doublePeak(), gpu.copyRate());
        System.out.printf(
                "%s: %.3g double-precision operations a second at its highest clock, copies %.3g bytes a second%s%n%n",
                gpu,
                roofline.peak,
                roofline.bandwidth,
                gpus.size() > 1 ? "; crossed models have " + gpus.size() + " such GPUs, the shares are of one" : "");
        System.out.println("| problem | what | ns a replicate | operations | a second | of peak | bytes, at least | a second | of copies |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int a = 2; a < arguments.length; a++) {
            RefitProblem problem = RefitProblem.of(arguments[a]);
            try {
                if (problem.batch().statistics().classes() != null) {
                    roofline.grouped(problem, Integer.parseInt(arguments[0]));
                } else {
                    roofline.crossed(problem, Double.parseDouble(arguments[1]));
                }
            } catch (IllegalArgumentException e) {
                System.out.printf("| %s | %s |%n", problem.name(), e.getMessage());
            }
        }
        gpus.forEach(Gpu::close);
    }

    private void grouped(RefitProblem problem, int most) {
        Batch batch = problem.batch();
        KernelTimes times = KernelTimes.of(batch, most, RUNS);
        GroupedOperations work = GroupedOperations.of(batch);
        Searches searches = new Searches();
        try (CudaBackend backend = new CudaBackend()) {
            backend.run(batch, 1, times.replicates(), searches);
        }
        int count = times.replicates();
        double statistics = work.statisticsBytes();
        double estimates = work.estimatesBytes();
        row(problem, "drawParametric", times.draw() / count, work.draw(), statistics);
        row(problem, "refit", times.refit() / count, searches.evaluations() * work.evaluation(), statistics + estimates);
        row(problem, "copy to the host", times.copy() / count, 0, estimates);
        row(problem, "a block, one stream", times.block() / count, 0, 0);
        System.out.printf(
                "| | blocks of %,d, %d %s a replicate; %.2f evaluations of %,.0f operations; draw %.0f integer operations, %.3g a"
                        + " second; registers %d and %d |%n",
                count,
                times.team(),
                times.team() == 1 ? "thread" : "threads",
                searches.evaluations(),
                work.evaluation(),
                work.integer(),
                work.integer() * count / times.draw(),
                times.drawRegisters(),
                times.refitRegisters());
    }

    private void crossed(RefitProblem problem, double seconds) {
        Batch batch = problem.batch();
        CrossedOperations work = CrossedOperations.of(batch);
        Searches searches = new Searches();
        Timing timing;
        try (CudaBackend backend = new CudaBackend()) {
            timing = Timing.of(backend, batch, seconds);
            backend.run(batch, 1, timing.count(), searches);
        }
        double evaluations = searches.evaluations();
        row(problem, "whole", 1 / timing.rate(), evaluations * work.operations(), evaluations * work.bytes());
        System.out.printf(
                "| | %,d refits; %.2f evaluations of %.3g operations |%n",
                timing.count(), evaluations, work.operations());
    }

    private void row(RefitProblem problem, String what, double seconds, double operations, double bytes) {
        System.out.printf(
                "| %s | %s | %.4g | %s | %s |%n",
                problem.name(), what, 1e9 * seconds, rate(operations, seconds, peak), rate(bytes, seconds, bandwidth));
    }

    /** The amount, how much a second, and which share of the most possible; nothing where none was counted. */
    private static String rate(double amount, double seconds, double most) {
        return amount == 0
                ? " | | "
                : String.format("%.4g | %.3g | %.2f %%", amount, amount / seconds, 100 * amount / seconds / most);
    }
}
