package org.warpmix.study;

import java.util.List;
import org.warpmix.formula.Formula;
import org.warpmix.likelihood.Method;
import org.warpmix.model.Design;
import org.warpmix.model.DesignOptions;
import org.warpmix.model.ModelData;
import org.warpmix.table.Table;

/**
 * A model that data are analysed by; without random terms it is ordinary least squares. Immutable.
 *
 * @param name in results
 * @param text the formula
 * @param method of a mixed model
 */
public record AnalysisModel(String name, String text, Method method) {

    /** A column that stands in for a grouping factor, since a formula must have one, where there is none. */
    private static final String HALVES = "(halves)";

    public AnalysisModel {
        parse(text); // a formula that cannot be read is told of at once
    }

    /** A model by REML that is called as its formula. */
    public static AnalysisModel of(String formula) {
        return new AnalysisModel(formula, formula, Method.REML);
    }

    /** Whether it has random terms. */
    public boolean mixed() {
        return text.indexOf('|') >= 0;
    }

    private static Formula parse(String text) {
        return Formula.parse(text.indexOf('|') >= 0 ? text : text + " + (1 | `" + HALVES + "`)");
    }

    /** The formula; of least squares with a random term that is to be left aside. */
    Formula formula() {
        return parse(text);
    }

    /**
     * This, if it goes with a table.
     *
     * @param rows groups and predictors of a design
     * @throws IllegalArgumentException naming what does not
     */
    public AnalysisModel checked(Table rows) {
        data(Tables.with(rows, formula().response().text(), ResponseDrawer.noise(rows.rows())));
        return this;
    }

    /** Its matrices on the rows of a table. */
    ModelData data(Table table) {
        Table rows = table;
        if (!mixed()) {
            double[] halves = new double[table.rows()];
            for (int i = 0; i < halves.length; i++) {
                halves[i] = 2 * i < halves.length ? 0 : 1;
            }
            rows = Tables.with(table, HALVES, halves);
        }
        ModelData data = Design.of(formula(), rows, DesignOptions.defaults()).data();
        return mixed() ? data : Tables.withTerms(data, List.of());
    }
}
