package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/** Whole groups taken a number of times each, as rows: each copy is a group of its own. */
public final class Copies {

    private Copies() {}

    /**
     * The rows of a model with one grouping factor whose level l is taken {@code multiplicity[l][i]} times.
     *
     * @param multiplicity non-negative whole numbers
     */
    public static ModelData of(ModelData data, double[][] multiplicity, int i) {
        GroupingFactor factor = data.terms().get(0).factor();
        int copies = 0;
        int[] firstCopy = new int[multiplicity.length];
        for (int l = 0; l < firstCopy.length; l++) {
            firstCopy[l] = copies;
            copies += (int) multiplicity[l][i];
        }
        int n = 0;
        for (int code : factor.codes()) {
            n += (int) multiplicity[code][i];
        }
        int[] rows = new int[n];
        int[] codes = new int[n];
        int next = 0;
        for (int row = 0; row < data.n(); row++) {
            int code = factor.codes()[row];
            for (int c = 0; c < (int) multiplicity[code][i]; c++) {
                rows[next] = row;
                codes[next++] = firstCopy[code] + c;
            }
        }
        String[] levels = new String[copies];
        for (int l = 0; l < copies; l++) {
            levels[l] = Integer.toString(l);
        }
        GroupingFactor copied = new GroupingFactor(factor.name(), levels, codes);
        List<RandomTerm> terms = new ArrayList<>();
        for (RandomTerm term : data.terms()) {
            terms.add(new RandomTerm(copied, term.names(), gather(term.z(), rows), term.covariance()));
        }
        return new ModelData(
                data.response(),
                gather(data.y(), rows),
                data.fixedNames(),
                gather(data.x(), rows),
                terms,
                data.weights() == null ? null : gather(data.weights(), rows),
                data.offset() == null ? null : gather(data.offset(), rows),
                rows,
                data.dropped());
    }

    private static double[][] gather(double[][] columns, int[] rows) {
        double[][] gathered = new double[columns.length][];
        for (int c = 0; c < columns.length; c++) {
            gathered[c] = gather(columns[c], rows);
        }
        return gathered;
    }

    private static double[] gather(double[] column, int[] rows) {
        double[] gathered = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            gathered[i] = column[rows[i]];
        }
        return gathered;
    }
}
