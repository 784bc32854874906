package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Table;

/** Tables and model data with one part exchanged. */
final class Tables {

    private Tables() {}

    /** A table with a numeric column more, or another one in its place. */
    static Table with(Table table, String name, double[] values) {
        Table.Builder builder = Table.builder();
        for (String column : table.names()) {
            if (!column.equals(name)) {
                builder.column(column, table.column(column));
            }
        }
        return builder.numeric(name, values).build();
    }

    /** The same rows with another response. */
    static ModelData withResponse(ModelData data, double[] y) {
        return new ModelData(
                data.response(),
                y,
                data.fixedNames(),
                data.x(),
                data.terms(),
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }

    /** The same rows with other random terms. */
    static ModelData withTerms(ModelData data, List<RandomTerm> terms) {
        return new ModelData(
                data.response(),
                data.y(),
                data.fixedNames(),
                data.x(),
                terms,
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }

    /** The same rows without a column of X. */
    static ModelData without(ModelData data, int column) {
        List<String> names = new ArrayList<>(List.of(data.fixedNames()));
        List<double[]> x = new ArrayList<>(List.of(data.x()));
        names.remove(column);
        x.remove(column);
        return new ModelData(
                data.response(),
                data.y(),
                names.toArray(new String[0]),
                x.toArray(new double[0][]),
                data.terms(),
                data.weights(),
                data.offset(),
                data.rows(),
                data.dropped());
    }
}
