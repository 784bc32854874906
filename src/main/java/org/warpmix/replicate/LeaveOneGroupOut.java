package org.warpmix.replicate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;

/**
 * The jackknife over independent groups: replicate i leaves out the i-th and takes all others once. Groups are the levels of
 * the one grouping factor, or of the one in which all others are nested. Nothing is random.
 *
 * @param source the replicates
 * @param groups how many there are
 */
public record LeaveOneGroupOut(ReplicateSource source, int groups) {

    /**
     * The jackknife of a model.
     *
     * @throws IllegalArgumentException for crossed grouping factors, which leave no independent groups
     */
    public static LeaveOneGroupOut of(ModelData data, Crossproducts statistics) {
        List<GroupingFactor> factors = Independence.factors(data);
        GroupingFactor outermost = factors.stream()
                .filter(outer -> factors.stream().allMatch(inner -> Independence.nested(inner, outer)))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "BCa intervals leave out each of the independent groups in turn, but "
                                        + Independence.names(factors)
                                        + " are crossed: their levels tie the groups together. Take intervals of another type."));
        int levels = outermost.levels().length;
        if (statistics.classes() != null) {
            return new LeaveOneGroupOut(new Taken(levels), levels);
        }
        CaseDesigns cases = new CaseDesigns(data, outermost, CaseBootstrap.Drawn.GROUPS, 0);
        ReplicateSource.Designs designs = replicate -> cases.of(
                IntStream.range(0, levels).filter(l -> l != replicate - 1).toArray(), null);
        return new LeaveOneGroupOut(designs, levels);
    }

    private record Taken(int levels) implements ReplicateSource.Multiplicities {
        @Override
        public Drawer drawer() {
            return (first, count, into) -> {
                for (int level = 0; level < levels; level++) {
                    Arrays.fill(into[level], 0, count, 1);
                    long at = level + 1 - first;
                    if (at >= 0 && at < count) {
                        into[level][(int) at] = 0;
                    }
                }
            };
        }
    }
}
