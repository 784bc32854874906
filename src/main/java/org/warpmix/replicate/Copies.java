package org.warpmix.replicate;

import java.util.Arrays;
import org.warpmix.model.ModelData;

/** What {@link ReplicateSource.Multiplicities} stand for, as rows: whole groups taken a number of times, each copy a group. */
public final class Copies {

    private Copies() {}

    /**
     * The rows of a model with one grouping factor whose level l is taken {@code multiplicity[l][i]} times.
     *
     * @param multiplicity non-negative whole numbers
     */
    public static ModelData of(ModelData data, double[][] multiplicity, int i) {
        int[] levels = new int
                [(int) Arrays.stream(multiplicity)
                        .mapToDouble(entry -> entry[i])
                        .sum()];
        int copies = 0;
        for (int level = 0; level < multiplicity.length; level++) {
            int next = copies + (int) multiplicity[level][i];
            Arrays.fill(levels, copies, next, level);
            copies = next;
        }
        return new CaseDesigns(data, data.terms().get(0).factor(), CaseBootstrap.Drawn.GROUPS, 0).of(levels, null);
    }
}
