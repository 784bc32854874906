package org.warpmix.likelihood.iterative;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * Which grouping factor plays which part, and the products between them: what depends on neither the response nor Λ.
 *
 * <p>The <em>first</em> factor, that with most random effects, is eliminated exactly, level by level. Of the others those with
 * few random effects, the <em>border</em>, are treated as columns beside X̃ and ỹ, exactly too. The rest, the <em>core</em>,
 * always at least one factor, is what the iterations are about.
 */
final class Structure {

    /** Largest number of random effects in the border. */
    private static final int WIDEST_BORDER = 32;

    final List<LevelProducts> factors;
    final int first;
    final int[] core;
    final int[] border;
    /** First row of each core factor among those of the core, and their number behind. */
    final int[] start;
    /** First column of each border factor, and their number behind. */
    final int[] column;
    /** Per core factor: rows of the first, columns of it. */
    final Meetings[] down;
    /** Per core factor: rows of it, columns of the first. */
    final Meetings[] up;
    /** Between core factors; {@code null} on the diagonal. */
    final Meetings[][] across;

    Structure(Crossproducts statistics) {
        factors = statistics.factors();
        int[] bySize = IntStream.range(0, factors.size())
                .boxed()
                .sorted(Comparator.comparing(f -> -size(f)))
                .mapToInt(f -> f)
                .toArray();
        first = bySize[0];
        int last = bySize.length;
        for (int columns = 0; last > 2 && columns + size(bySize[last - 1]) <= WIDEST_BORDER; last--) {
            columns += (int) size(bySize[last - 1]);
        }
        core = Arrays.copyOfRange(bySize, 1, last);
        border = Arrays.copyOfRange(bySize, last, bySize.length);
        start = starts(core);
        column = starts(border);
        down = new Meetings[core.length];
        up = new Meetings[core.length];
        across = new Meetings[core.length][core.length];
        for (int i = 0; i < core.length; i++) {
            down[i] = meetings(statistics, first, core[i]);
            up[i] = meetings(statistics, core[i], first);
            for (int j = 0; j < core.length; j++) {
                across[i][j] = i == j ? null : meetings(statistics, core[i], core[j]);
            }
        }
    }

    private long size(int f) {
        return (long) factors.get(f).levels() * factors.get(f).q();
    }

    private int[] starts(int[] some) {
        int[] starts = new int[some.length + 1];
        for (int i = 0; i < some.length; i++) {
            starts[i + 1] = Math.toIntExact(starts[i] + size(some[i]));
        }
        return starts;
    }

    Meetings meetings(Crossproducts statistics, int f, int g) {
        LevelProducts factor = factors.get(f);
        return Meetings.of(
                pair(statistics, f, g),
                f,
                factor.levels(),
                factor.q(),
                factors.get(g).q());
    }

    private static PairProducts pair(Crossproducts statistics, int f, int g) {
        for (PairProducts pair : statistics.pairs()) {
            if (pair.first() == Math.min(f, g) && pair.second() == Math.max(f, g)) {
                return pair;
            }
        }
        throw new IllegalStateException("no products of factors " + f + " and " + g);
    }

    /** Random effects of the first factor. */
    int firstRows() {
        return Math.toIntExact(size(first));
    }

    /** Random effects of the core. */
    int rows() {
        return start[core.length];
    }

    /** Columns of the border. */
    int borderColumns() {
        return column[border.length];
    }
}
