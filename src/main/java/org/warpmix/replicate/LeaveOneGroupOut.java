package org.warpmix.replicate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;

/**
 * The jackknife over groups: replicate i leaves out the i-th and takes all others once. Nothing is random.
 *
 * @param source the replicates
 * @param groups how many there are
 */
public record LeaveOneGroupOut(ReplicateSource source, int groups) {

    /**
     * The jackknife over independent groups: the levels of the one grouping factor, or of the one in which all others are
     * nested.
     *
     * @throws IllegalArgumentException for crossed grouping factors, which leave no independent groups
     */
    public static LeaveOneGroupOut of(ModelData data, Crossproducts statistics) {
        data.requireRows("The jackknife of BCa intervals");
        GroupingFactor outermost = Independence.outermost(data)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "BCa intervals leave out each of the independent groups in turn, but "
                                        + Independence.names(Independence.factors(data))
                                        + " are crossed: their levels tie the groups together. Take intervals of another type."));
        return of(
                data,
                statistics,
                outermost,
                IntStream.range(0, outermost.levels().length).toArray());
    }

    /**
     * Replicate i leaves out one level of a grouping factor with all its rows. Levels nested in it go with it; those of crossed
     * factors stay while they have rows.
     *
     * @param out the i-th entry is the level that replicate i leaves out; not modified
     */
    public static LeaveOneGroupOut of(ModelData data, Crossproducts statistics, GroupingFactor factor, int[] out) {
        int levels = factor.levels().length;
        if (statistics.classes() != null) {
            return new LeaveOneGroupOut(new Taken(levels, out), out.length);
        }
        CaseDesigns cases = new CaseDesigns(data, factor, CaseBootstrap.Drawn.GROUPS, 0);
        ReplicateSource.Designs designs = replicate -> cases.of(
                IntStream.range(0, levels)
                        .filter(l -> l != out[(int) replicate - 1])
                        .toArray(),
                null);
        return new LeaveOneGroupOut(designs, out.length);
    }

    private record Taken(int levels, int[] out) implements ReplicateSource.Multiplicities {
        @Override
        public Drawer drawer() {
            return (first, count, into) -> {
                for (int level = 0; level < levels; level++) {
                    Arrays.fill(into[level], 0, count, 1);
                }
                for (int i = 0; i < count; i++) {
                    into[out[(int) first - 1 + i]][i] = 0;
                }
            };
        }
    }
}
