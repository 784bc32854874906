package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;
import org.warpmix.table.Table;

/** A condition of a study whose design stands: the models on it, and how its replicates come about. Thread-safe. */
final class Prepared {

    private final Study study;
    private final Sources sources;
    private final List<Source> seen = new ArrayList<>();
    private final List<ModelPlan> plans = new ArrayList<>();
    private List<Runner> runners;

    private Prepared(Study study, Sources sources) {
        this.study = study;
        this.sources = sources;
        for (AnalysisModel model : study.models()) {
            Source source = sources.of(model::data);
            seen.add(source);
            plans.add(ModelPlan.of(model, source, sources.reference(), study.parameters(), study.methods()));
        }
    }

    /**
     * Makes ready a condition.
     *
     * @param number from 0
     * @throws IllegalArgumentException where something does not go together
     */
    static Prepared of(Study study, int number) {
        Condition condition = study.conditions().get(number);
        try {
            long seed = study.seed(number);
            Variates random = new Variates(seed);
            random.start(0, Sources.DESIGN);
            Table table = condition.design().draw(random);
            ResponseDrawer drawer = new ResponseDrawer(condition.truth(), table);
            for (AnalysisModel model : study.models()) {
                String response = model.formula().response().text();
                if (!response.equals(drawer.response())) {
                    throw new IllegalArgumentException("Model " + model.name() + " is of " + response
                            + ", and what is drawn is called " + drawer.response() + ". Give both one name.");
                }
            }
            return new Prepared(study, sources(study, condition, table, drawer, seed));
        } catch (IllegalArgumentException e) {
            if (study.conditions().size() == 1) {
                throw e;
            }
            String name = condition.name().isEmpty() ? "" : " (" + condition.name() + ")";
            throw new IllegalArgumentException("Condition " + (number + 1) + name + ": " + e.getMessage(), e);
        }
    }

    private static Sources sources(Study study, Condition condition, Table table, ResponseDrawer drawer, long seed) {
        if (condition.redrawn() || condition.missing() != null) {
            return new DesignSources(condition, table, drawer, seed);
        }
        if (condition.truth().gaussian() && !study.methods().contains(TestMethod.PERMUTATION)) {
            List<Function<Table, ModelData>> models = new ArrayList<>();
            study.models().forEach(model -> models.add(model::data));
            StatisticsSources statistics = StatisticsSources.of(
                    table, drawer, models, seed, condition.truth().sigma());
            if (statistics != null) {
                return statistics;
            }
        }
        return new RowSources(table, drawer, seed);
    }

    /** What is asked of the models. */
    List<ModelPlan> plans() {
        return plans;
    }

    /** The data of a replicate; see {@link Sources#table}. */
    Table table(long replicate) {
        return sources.table(replicate);
    }

    /** The models, ready to be fitted: made at the first call. */
    synchronized List<Runner> runners() {
        if (runners == null) {
            List<Runner> made = new ArrayList<>();
            for (int m = 0; m < plans.size(); m++) {
                ModelPlan plan = plans.get(m);
                made.add(
                        plan.model().mixed()
                                ? new ModelRun(plan, seen.get(m), sources, study.permutations())
                                : new LeastSquaresRun(plan, seen.get(m)));
            }
            runners = made;
        }
        return runners;
    }
}
