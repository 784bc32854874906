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
    private final String[] levels; // null: numeric
    private final String[] numericNames; // null: factor
    private final Coding contrasts;
    private final Coding indicators;

    /** Column j of a factor is {@code tables[j][code]}. */
    private record Coding(String[] names, double[][] tables) {}

    /** The values of a variable in some rows: of its columns, or of a factor's codes. */
    record Values(double[][] numbers, int[] codes) {}

    private Variable(Expression expression, String[] levels, String[] numericNames, Contrast contrast) {
        this.expression = expression;
        this.levels = levels;
        this.numericNames = numericNames;
        if (levels == null) {
            contrasts = null;
            indicators = null;
            return;
        }
        String text = expression.text();
        contrasts = levels.length < 2 ? null : new Coding(prefixed(text, contrast.names(levels)),
                contrast.columns(levels.length));
        double[][] identity = new double[levels.length][levels.length];
        for (int l = 0; l < levels.length; l++) {
            identity[l][l] = 1;
        }
        indicators = new Coding(prefixed(text, levels), identity);
    }

    static Variable of(Expression expression, Evaluator evaluator, DesignOptions options) {
        if (isFactor(expression, evaluator.frame())) {
            FactorColumn factor = evaluator.frame().factor(expression);
            Name name = (Name) (expression instanceof Call call ? call.argument(0) : expression);
            Contrast contrast = options.contrasts().getOrDefault(name.name(), Contrast.TREATMENT);
            return new Variable(expression, factor.levels(), null, contrast);
        }
        String text = expression.text();
        int degree = isPolynomial(expression)
                ? (int) ((Expression.Number) ((Call) expression).argument(1)).value()
                : 1;
        String[] names = {text};
        if (degree > 1) {
            names = new String[degree];
            for (int k = 0; k < degree; k++) {
                names[k] = text + (k + 1);
            }
        }
        return new Variable(expression, null, names, null);
    }

    static boolean isFactor(Expression expression, Frame frame) {
        return expression instanceof Name name && frame.column(name.name()) instanceof FactorColumn
                || expression instanceof Call call && call.function().makesFactor();
    }

    private static boolean isPolynomial(Expression expression) {
        return expression instanceof Call call && call.function() == Function.POLY;
    }

    boolean isFactor() {
        return levels != null;
    }

    /**
     * Names of its columns.
     *
     * @param full indicators of all levels rather than contrasts; means nothing for numbers
     */
    String[] names(boolean full) {
        if (!isFactor()) {
            return numericNames;
        }
        if (!full && contrasts == null) {
            throw new DesignException("The factor " + expression.text() + " has one level, '" + levels[0]
                    + "', in the rows used. Contrasts need at least two: leave it out of the formula.");
        }
        return (full ? indicators : contrasts).names;
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
                throw new DesignException("Level '" + label + "' of " + expression.text() + " (row "
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
        double[] table = (full ? indicators : contrasts).tables[j];
        int[] codes = values.codes;
        for (int i = 0; i < out.length; i++) {
            double value = codes[i] < 0 ? Double.NaN : table[codes[i]];
            out[i] = multiply ? out[i] * value : value;
        }
    }

    private static String[] prefixed(String prefix, String[] names) {
        String[] result = new String[names.length];
        for (int j = 0; j < names.length; j++) {
            result[j] = prefix.concat(names[j]);
        }
        return result;
    }
}
