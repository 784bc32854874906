package org.warpmix.benchmarks;

import java.util.List;
import org.warpmix.backend.Batch;
import org.warpmix.backend.cuda.CrossedTimes;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.cuda.KernelTimes;

/**
 * What share of a GPU's double precision and memory bandwidth the cuda backend reaches: {@code Roofline REPLICATES PROBLEM …}, with
 * so many replicates at a time at most. Operations and bytes are those of {@link
 * GroupedOperations} and {@link CrossedOperations}, evaluations are as measured.
 *
 * <p>Kernels of models with one grouping factor are timed by themselves, per replicate; of crossed models one evaluation of the
 * criterion and its gradient is, all its kernels together.
 */
public final class Roofline {

    private static final int RUNS = 9;
    private static final int MOST_LANES = 1024;

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
                "%s: %.3g double-precision operations a second at its highest clock, copies %.3g bytes a second%n%n",
                gpu, roofline.peak, roofline.bandwidth);
        System.out.println(
                "| problem | what | ns a replicate | operations | a second | of peak | bytes, at least | a second | of copies |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        int most = Integer.parseInt(arguments[0]);
        for (int a = 1; a < arguments.length; a++) {
            RefitProblem problem = RefitProblem.of(arguments[a]);
            try {
                if (problem.batch().statistics().classes() != null) {
                    roofline.grouped(problem, most);
                } else {
                    roofline.crossed(problem, most);
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
        row(
                problem,
                "refit",
                times.refit() / count,
                searches.evaluations() * work.evaluation(),
                statistics + estimates);
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

    private void crossed(RefitProblem problem, int most) {
        Batch batch = problem.batch();
        CrossedTimes times = CrossedTimes.of(batch, Math.min(most, MOST_LANES), RUNS);
        CrossedOperations work = CrossedOperations.of(batch);
        row(problem, "an evaluation", times.evaluation() / times.lanes(), work.operations(), work.bytes());
        System.out.printf("| | %,d replicates together |%n", times.lanes());
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
