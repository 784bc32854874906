package org.warpmix.replicate;

import java.util.stream.IntStream;
import org.warpmix.model.ModelData;

/**
 * Replicate i leaves out one row, and levels that have no other. Nothing is random.
 *
 * @param data the rows of the model
 * @param rows the i-th entry is the number of the row that replicate i leaves out; not modified
 */
public record LeaveOneRowOut(ModelData data, int[] rows) implements ReplicateSource.Designs {

    @Override
    public ModelData design(long replicate) {
        int out = rows[(int) replicate - 1];
        return CaseDesigns.rows(
                data, IntStream.range(0, data.n()).filter(i -> i != out).toArray());
    }
}
