package org.warpmix.model;

import java.util.List;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Function;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NearestNames;

/**
 * One variable of a linear predictor: columns of numbers, or a factor that becomes columns by its contrasts or by
 * indicators of all its levels.
 */
final class Variable {

    private final Expression expression;
    private final int columns; // of numbers
    private final String[] levels; // null: numbers
    private final Contrast contrast;
    private final double[][] table; // column j of the contrasts is table[j][code]; null: indicators

    /** The values of a variable in some rows: of its columns, or of a factor's codes. */
    record Values(double[][] numbers, int[] codes) {}

    private Variable(Expression expression, int columns) {
        this.expression = expression;
        this.columns = columns;
        levels = null;
        contrast = null;
        table = null;
    }

    private Variable(Expression expression, String[] levels, Contrast contrast) {
        this.expression = expression;
        columns = 0;
        this.levels = levels;
        this.contrast = contrast;
        boolean plain = contrast == Contrast.TREATMENT || levels.length < 2;
        table = plain ? null : contrast.columns(levels.length);
    }

    static Variable of(Expression expression, Evaluator evaluator, DesignOptions options) {
        if (isFactor(expression, evaluator.frame())) {
            FactorColumn factor = evaluator.frame().factor(expression);
            Name name = (Name) (expression instanceof Call call ? call.argument(0) : expression);
            Contrast contrast = options.contrasts().getOrDefault(name.name(), Contrast.TREATMENT);
            return new Variable(expression, factor.levels(), contrast);
        }
        boolean polynomial = isPolynomial(expression);
        return new Variable(expression, polynomial ? Evaluator.degree((Call) expression) : 1);
    }

    static boolean isFactor(Expression expression, Frame frame) {
        return expression instanceof Name name && frame.isFactor(name.name())
                || expression instanceof Call call && call.function().makesFactor();
    }

    private static boolean isPolynomial(Expression expression) {
        return expression instanceof Call call && call.function() == Function.POLY;
    }

    boolean isFactor() {
        return levels != null;
    }

    /**
     * Number of its columns.
     *
     * @param full indicators of all levels rather than contrasts; means nothing for numbers
     */
    int count(boolean full) {
        return !isFactor() ? columns : full ? levels.length : levels.length - 1;
    }

    /** Names of its columns. */
    String[] names(boolean full) {
        String text = expression.text();
        if (!isFactor()) {
            if (columns == 1) {
                return new String[] {text};
            }
            String[] names = new String[columns];
            for (int k = 0; k < columns; k++) {
                names[k] = text + (k + 1);
            }
            return names;
        }
        if (!full && levels.length < 2) {
            throw new DesignException("The factor " + text + " has one level, " + NearestNames.quote(levels[0])
                    + ", in the rows used. Contrasts need at least two: leave it out of the formula.");
        }
        String[] names = full ? levels.clone() : contrast.names(levels);
        for (int j = 0; j < names.length; j++) {
            names[j] = text.concat(names[j]);
        }
        return names;
    }

    /** What its columns are. */
    TermCoding.Coding coding(boolean full) {
        double[][] coded = new double[count(full)][isFactor() ? levels.length : 0];
        for (int j = 0; j < coded.length && isFactor(); j++) {
            if (full || table == null) {
                coded[j][full ? j : j + 1] = 1;
            } else {
                coded[j] = table[j].clone();
            }
        }
        return new TermCoding.Coding(expression.text(), levels, full, coded);
    }

    /** Its values on the rows of a frame. */
    Values values(Evaluator evaluator) {
        if (isPolynomial(expression)) {
            return new Values(evaluator.polynomial((Call) expression), null);
        }
        if (!isFactor()) {
            return new Values(new double[][] {evaluator.numbers(expression)}, null);
        }
        Frame frame = evaluator.frame();
        FactorColumn factor = frame.factor(expression);
        int[] codes = Grouping.recode(factor, levels);
        for (int i = 0; i < codes.length; i++) {
            if (codes[i] < 0 && factor.codes()[i] >= 0) {
                String label = factor.levels()[factor.codes()[i]];
                throw new DesignException("Level " + NearestNames.quote(label) + " of " + expression.text() + " (row "
                        + frame.rowNumber(i) + ") did not occur in the fit. "
                        + NearestNames.hint(label, List.of(levels)));
            }
        }
        return new Values(null, codes);
    }

    /** Writes column j into {@code out}, or multiplies {@code out} by it. */
    void fill(Values values, int j, boolean full, boolean multiply, double[] out) {
        if (!isFactor()) {
            double[] column = values.numbers[j];
            if (!multiply) {
                System.arraycopy(column, 0, out, 0, out.length);
                return;
            }
            for (int i = 0; i < out.length; i++) {
                out[i] *= column[i];
            }
            return;
        }
        int[] codes = values.codes;
        boolean indicator = full || table == null;
        int level = full ? j : j + 1;
        double[] contrasts = indicator ? null : table[j];
        for (int i = 0; i < out.length; i++) {
            int code = codes[i];
            double value = code < 0 ? Double.NaN : indicator ? (code == level ? 1 : 0) : contrasts[code];
            out[i] = multiply ? out[i] * value : value;
        }
    }
}
