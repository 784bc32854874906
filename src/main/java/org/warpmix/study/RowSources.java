package org.warpmix.study;

import java.util.function.Function;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.Table;

/** Replicates of one design whose responses are drawn row by row. */
final class RowSources implements Sources {

    private final Table table;
    private final ResponseDrawer drawer;
    private final long seed;

    RowSources(Table table, ResponseDrawer drawer, long seed) {
        this.table = Tables.with(table, drawer.response(), ResponseDrawer.noise(table.rows()));
        this.drawer = drawer;
        this.seed = seed;
    }

    @Override
    public Source of(Function<Table, ModelData> model) {
        ModelData data = complete(model.apply(table), table);
        Crossproducts statistics = Crossproducts.of(data);
        return new Source(data, statistics, new Rows(drawer, ResponseProducts.of(statistics), seed));
    }

    /** Sees to it that a model uses all rows: they are what responses are drawn for. */
    static ModelData complete(ModelData data, Table table) {
        if (data.n() < table.rows()) {
            throw new IllegalArgumentException("The model of " + data.response() + " has no value in "
                    + (table.rows() - data.n()) + " of " + table.rows()
                    + " rows: a predictor is missing or has no logarithm, say. Responses alone can be missing.");
        }
        return data;
    }

    @Override
    public Table table(long replicate) {
        Variates random = new Variates(seed);
        random.start(replicate, RESPONSE);
        double[] y = new double[table.rows()];
        drawer.draw(random, y);
        return Tables.with(table, drawer.response(), y);
    }

    @Override
    public ResponseDrawer reference() {
        return drawer;
    }

    /** The statistics of these responses. */
    private record Rows(ResponseDrawer responses, ResponseProducts products, long seed)
            implements ReplicateSource.Responses {
        @Override
        public Drawer drawer() {
            ResponseProducts.Reducer reducer = products.responses();
            Variates random = new Variates(seed);
            double[] y = new double[responses.mean().length];
            return (first, count, into) -> {
                for (int from = 0; from < count; from += reducer.lanes()) {
                    int lanes = Math.min(reducer.lanes(), count - from);
                    for (int lane = 0; lane < lanes; lane++) {
                        random.start(first + from + lane, RESPONSE);
                        responses.draw(random, y);
                        reducer.put(lane, y);
                    }
                    reducer.reduce(lanes, into, from);
                }
            };
        }
    }
}
