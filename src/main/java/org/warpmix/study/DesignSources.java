package org.warpmix.study;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;
import org.warpmix.replicate.ReplicateSource;
import org.warpmix.table.Table;

/** Replicates each of which is a design of its own: groups and predictors drawn anew, or responses missing. */
final class DesignSources implements Sources {

    private final Condition condition;
    private final long seed;
    private final Table table;
    private final ResponseDrawer drawer;

    /** @param table groups and predictors of replicate 0 */
    DesignSources(Condition condition, Table table, ResponseDrawer drawer, long seed) {
        this.condition = condition;
        this.table = table;
        this.drawer = drawer;
        this.seed = seed;
        if (condition.missing() != null && condition.missing().on() != null && !previous()) {
            ResponseDrawer.numbers(table, condition.missing().on());
        }
    }

    private boolean previous() {
        return Missing.PREVIOUS.equals(condition.missing().on());
    }

    @Override
    public Source of(Function<Table, ModelData> model) {
        ModelData data = RowSources.complete(
                model.apply(Tables.with(table, drawer.response(), ResponseDrawer.noise(table.rows()))), table);
        Crossproducts statistics = Crossproducts.of(data);
        if (statistics.p() < data.x().length) {
            throw new IllegalArgumentException("The fixed effects of a model of " + data.response()
                    + " are linearly dependent. Where each replicate has a design of its own, leave out what is.");
        }
        return new Source(data, statistics, new ModelDesigns(model, data));
    }

    @Override
    public Table table(long replicate) {
        Variates random = new Variates(seed);
        Table rows = table;
        ResponseDrawer responses = drawer;
        if (condition.redrawn()) {
            random.start(replicate, DESIGN);
            rows = condition.design().draw(random);
            responses = new ResponseDrawer(condition.truth(), rows);
        }
        double[] y = new double[rows.rows()];
        random.start(replicate, RESPONSE);
        responses.draw(random, y);
        if (condition.missing() != null && condition.missing().rate() > 0) {
            random.start(replicate, MISSING);
            leaveOut(condition.missing(), rows, responses.groups(), random, y);
        }
        return Tables.with(rows, drawer.response(), y);
    }

    private void leaveOut(Missing missing, Table rows, List<ResponseDrawer.Group> groups, Variates random, double[] y) {
        double[] z = new double[y.length];
        if (missing.on() != null) {
            z = previous()
                    ? y.clone()
                    : ResponseDrawer.numbers(rows, missing.on()).clone();
            standardize(z);
        }
        boolean out = false;
        for (int i = 0; i < y.length; i++) {
            int row = i;
            boolean begins = i == 0 || groups.stream().anyMatch(group -> group.codes()[row] != group.codes()[row - 1]);
            double at = z[i];
            if (missing.on() != null && previous()) {
                at = begins || Double.isNaN(y[i - 1]) ? 0 : z[i - 1];
            }
            boolean drawn = random.uniform() < missing.probability(at);
            out = drawn || out && missing.dropout() && !begins;
            if (out) {
                y[i] = Double.NaN;
            }
        }
    }

    private static void standardize(double[] z) {
        double mean = Arrays.stream(z).average().orElse(0);
        double square = 0;
        for (double value : z) {
            square += (value - mean) * (value - mean);
        }
        double sd = Math.sqrt(square / z.length);
        for (int i = 0; i < z.length; i++) {
            z[i] = sd > 0 ? (z[i] - mean) / sd : 0;
        }
    }

    @Override
    public ResponseDrawer reference() {
        return drawer;
    }

    /** A model on the data of each replicate; where it cannot be one, on nothing that could be fitted. */
    private final class ModelDesigns implements ReplicateSource.Designs {
        private final Function<Table, ModelData> model;
        private final ModelData reference;
        private final ModelData nothing;

        ModelDesigns(Function<Table, ModelData> model, ModelData reference) {
            this.model = model;
            this.reference = reference;
            this.nothing = new ModelData(
                    reference.response(),
                    reference.y(),
                    new String[0],
                    new double[0][],
                    reference.terms(),
                    null,
                    null,
                    reference.rows(),
                    0);
        }

        @Override
        public ModelData design(long replicate) {
            try {
                ModelData data = model.apply(table(replicate));
                return Arrays.equals(data.fixedNames(), reference.fixedNames())
                                && data.thetaNames().equals(reference.thetaNames())
                        ? data
                        : nothing;
            } catch (IllegalArgumentException degenerate) {
                return nothing; // such as a group of all rows, or a predictor that has become constant
            }
        }
    }
}
