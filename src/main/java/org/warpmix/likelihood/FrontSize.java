package org.warpmix.likelihood;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * What the dense remainder of a block elimination would take, before anything is taken.
 *
 * @param factors those in it, in words
 * @param eliminated names of those that are eliminated level by level
 * @param order its columns, those of X̃ and ỹ included
 * @param slots columns of the widest level in it
 * @param q columns of a level of the factor that goes first
 * @param nodes levels of that factor
 * @param columns what their rows have in the front, together
 * @param products multiplications that these rows ask for
 * @param data entries of the data's cross-products within the front, {@code slots} numbers each
 * @param hostBytes memory that the front and the rows take on the CPU
 */
public record FrontSize(
        String factors,
        List<String> eliminated,
        int order,
        int slots,
        int q,
        int nodes,
        long columns,
        double products,
        long data,
        double hostBytes) {

    private static final double GIGA = 1e9;

    static FrontSize of(Crossproducts statistics, EliminationPlan plan, int width) {
        List<String> eliminated = new ArrayList<>();
        int slots = 1;
        long data = (long) width * (width + 1) / 2;
        for (int f = 0; f < plan.q.length; f++) {
            LevelProducts levels = statistics.factors().get(f);
            String name = levels.block().factor().name();
            if (plan.denseLevels[f] < plan.levels[f]) {
                eliminated.add(name);
            }
            if (plan.denseLevels[f] > 0) {
                slots = Math.max(slots, levels.q());
                data += (long) levels.levels() * (levels.q() + width);
            }
        }
        for (PairProducts pair : statistics.pairs()) {
            if (plan.frontStart[pair.first()] >= 0 && plan.frontStart[pair.second()] >= 0) {
                data += (long) pair.size() * plan.q[pair.second()];
            }
        }
        int nodes = plan.leading;
        int q = nodes == 0 ? 0 : plan.q[plan.factorOf(0)];
        long columns = 0;
        double products = 0;
        for (int v = 0; v < nodes; v++) {
            double count = plan.rowWidth[v] - plan.denseColumn[v] + width;
            columns += (long) count;
            products += q * count * count / 2;
        }
        return new FrontSize(
                factors(statistics, plan),
                List.copyOf(eliminated),
                plan.frontSize + width,
                slots,
                q,
                nodes,
                columns,
                products,
                data,
                FrontMemory.triangle(plan.frontSize + width) + FrontMemory.rows(plan, width));
    }

    /** The factors in the front, in words. */
    static String factors(Crossproducts statistics, EliminationPlan plan) {
        List<String> front = new ArrayList<>();
        for (int f = 0; f < plan.q.length; f++) {
            if (plan.denseLevels[f] > 0) {
                front.add(String.format(
                        Locale.ROOT,
                        "%s (%,d levels)",
                        statistics.factors().get(f).block().factor().name(),
                        plan.denseLevels[f]));
            }
        }
        return String.join(", ", front);
    }

    /** Tells how much memory the front takes on the CPU, where that is a gigabyte or more. */
    public void tell(Consumer<String> notice) {
        if (hostBytes >= GIGA) {
            notice.accept(String.format(
                    Locale.ROOT,
                    "%s: the dense block of order %,d and the rows that meet it take %.1f GB of memory.",
                    factors,
                    order,
                    hostBytes / GIGA));
        }
    }

    /** Multiplications of an evaluation of the criterion: those of the rows and of a Cholesky factorisation. */
    public double operations() {
        return products + (double) order * order * order / 6;
    }
}
