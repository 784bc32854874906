package org.warpmix.study;

import java.util.function.Function;
import org.warpmix.model.ModelData;
import org.warpmix.table.Table;

/** The replicates of a condition: the data of each, and what models see of them. Immutable. */
interface Sources {

    /** Stream of the random numbers of a replicate that responses are drawn from. */
    int RESPONSE = 0;
    /** That of groups and predictors. */
    int DESIGN = 1;
    /** That of missing responses. */
    int MISSING = 2;

    /**
     * What a model sees of them.
     *
     * @param model its matrices on the rows of a table
     * @throws IllegalArgumentException where the model does not go with the table
     */
    Source of(Function<Table, ModelData> model);

    /**
     * The data of a replicate.
     *
     * @throws IllegalStateException where statistics are drawn and there are no rows
     */
    Table table(long replicate);

    /** Groups, predictors and mean of replicate 0. */
    ResponseDrawer reference();
}
