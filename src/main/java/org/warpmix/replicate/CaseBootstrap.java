package org.warpmix.replicate;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;

/**
 * Case bootstrap: groups, rows within groups, or both are drawn with replacement, responses and predictors together.
 *
 * <p>Each copy of a group counts as a group of its own. Levels of factors nested in the one drawn are copied with it; levels
 * of other factors stay what they are, whatever copies they meet. Assumes that the groups drawn are a sample of independent
 * ones and, where rows are drawn, that the rows of a group are, too; neither normality nor the covariances of the model. With
 * crossed factors this is a caveat and not a formality: the factor that is not drawn is taken as fixed, so its share of the
 * uncertainty is missing from what replicates show. van der Leeden, Meijer and Busing 2008,
 * doi:10.1007/978-0-387-73186-5_11.
 */
public final class CaseBootstrap {

    /** What is drawn with replacement. */
    public enum Drawn {
        /** Levels of the factor, with all their rows. */
        GROUPS,
        /**
         * Rows, as many as there are in each level of the factor and of those nested in it; the levels stay.
         */
        ROWS,
        /** Levels of the factor, then rows within each copy as {@link #ROWS} does. */
        GROUPS_AND_ROWS
    }

    private CaseBootstrap() {}

    /**
     * Groups of the one grouping factor, as multiplicities: no rows are needed.
     *
     * @throws IllegalArgumentException where there are several grouping factors
     */
    public static ReplicateSource.Multiplicities groups(Crossproducts statistics, long seed) {
        if (statistics.factors().size() > 1) {
            throw new IllegalArgumentException("The model has several grouping factors ("
                    + Independence.names(statistics.factors().stream()
                            .map(factor -> factor.block().factor())
                            .toList())
                    + "); multiplicities of groups are for models with one. Draw designs.");
        }
        return new Groups(statistics.factors().get(0).levels(), seed);
    }

    /**
     * Groups or rows, as designs, for any structure.
     *
     * @param factor name of the grouping factor whose levels are drawn or hold the rows drawn; {@code null} for the only
     *     one, or the one in which all others are nested
     * @throws IllegalArgumentException where there is no such factor, or where none is named and factors are crossed
     */
    public static ReplicateSource.Designs designs(ModelData data, String factor, Drawn drawn, long seed) {
        return new CaseDesigns(data, factor(data, factor), drawn, seed);
    }

    private static GroupingFactor factor(ModelData data, String name) {
        List<GroupingFactor> factors = Independence.factors(data);
        if (name != null) {
            return Independence.named(factors, name);
        }
        for (GroupingFactor outer : factors) {
            if (factors.stream().allMatch(inner -> Independence.nested(inner, outer))) {
                return outer;
            }
        }
        throw new IllegalArgumentException("Grouping factors " + Independence.names(factors)
                + " are crossed. Name the one whose levels are drawn; the others' levels are then taken as fixed.");
    }

    private record Groups(int levels, long seed) implements ReplicateSource.Multiplicities {
        @Override
        public Drawer drawer() {
            Variates random = new Variates(seed);
            return (first, count, into) -> {
                for (int i = 0; i < count; i++) {
                    random.start(first + i, 0);
                    for (int l = 0; l < levels; l++) {
                        into[l][i] = 0;
                    }
                    for (int l = 0; l < levels; l++) {
                        into[random.below(levels)][i]++;
                    }
                }
            };
        }
    }
}
