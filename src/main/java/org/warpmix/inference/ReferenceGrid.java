package org.warpmix.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.fit.Fit;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Term;
import org.warpmix.model.Design;
import org.warpmix.model.NewRows;
import org.warpmix.model.TermCoding;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/** The mean rows of X at each combination of some factors' levels, over all combinations of the other factors' levels. */
final class ReferenceGrid {

    private static final int MOST_ROWS = 100_000;

    private final List<List<String>> levels;
    private final double[][] contrasts;
    private final double offset;
    private final List<String> averaged;
    private final List<String> held;

    private ReferenceGrid(
            List<List<String>> levels, double[][] contrasts, double offset, List<String> averaged, List<String> held) {
        this.levels = levels;
        this.contrasts = contrasts;
        this.offset = offset;
        this.averaged = averaged;
        this.held = held;
    }

    static ReferenceGrid of(Fit fit, List<String> asked) {
        Design design = fit.design();
        Map<String, String[]> factors = factors(design);
        for (String name : asked) {
            if (!factors.containsKey(name)) {
                throw new IllegalArgumentException("The fixed effects have no factor " + NearestNames.quote(name) + ". "
                        + (factors.isEmpty()
                                ? "They have none; factor(…) in the formula makes a numeric column one."
                                : NearestNames.hint(name, factors.keySet())));
            }
        }
        List<String> names = new ArrayList<>(asked);
        List<String> averaged = new ArrayList<>(factors.keySet());
        averaged.removeAll(asked);
        names.addAll(averaged); // those asked for change fastest
        int cells = 1;
        double rows = 1;
        for (String name : names) {
            rows *= factors.get(name).length;
            cells *= asked.contains(name) ? factors.get(name).length : 1;
        }
        if (rows > MOST_ROWS) {
            throw new IllegalArgumentException("The factors " + String.join(", ", names) + " have " + (long) rows
                    + " combinations of levels; marginal means take at most " + MOST_ROWS + ".");
        }
        List<String> held = held(design, factors);
        NewRows grid = design.applyFixed(table(design, factors, names, held, (int) rows));
        double[][] contrasts = new double[cells][grid.x().length];
        double offset = 0;
        for (int i = 0; i < grid.n(); i++) {
            for (int j = 0; j < grid.x().length; j++) {
                contrasts[i % cells][j] += grid.x()[j][i] * cells / rows;
            }
            offset += grid.offset() == null ? 0 : grid.offset()[i] / rows;
        }
        List<List<String>> levels = new ArrayList<>();
        for (int i = 0; i < cells; i++) {
            List<String> combination = new ArrayList<>();
            int rest = i;
            for (String name : asked) {
                String[] all = factors.get(name);
                combination.add(all[rest % all.length]);
                rest /= all.length;
            }
            levels.add(combination);
        }
        return new ReferenceGrid(levels, contrasts, offset, averaged, held);
    }

    /** Number of combinations asked for. */
    int size() {
        return contrasts.length;
    }

    List<String> levels(int i) {
        return levels.get(i);
    }

    /** A weight for each column of X; shared, not to be modified. */
    double[] contrast(int i) {
        return contrasts[i];
    }

    double offset() {
        return offset;
    }

    List<String> averaged() {
        return averaged;
    }

    List<String> held() {
        return held;
    }

    /** The factors of the fixed effects by column name. */
    private static Map<String, String[]> factors(Design design) {
        Map<String, String[]> factors = new LinkedHashMap<>();
        List<Term> terms = design.formula().fixed().terms();
        List<TermCoding> codings = design.codings();
        for (int t = 0; t < codings.size(); t++) {
            for (int v = 0; v < codings.get(t).variables().size(); v++) {
                TermCoding.Coding coding = codings.get(t).variables().get(v);
                if (coding.isFactor()) {
                    factors.putIfAbsent(terms.get(t).factors().get(v).columns().get(0), coding.levels());
                }
            }
        }
        return factors;
    }

    /** The other columns that the fixed effects and the offset read. */
    private static List<String> held(Design design, Map<String, String[]> factors) {
        List<Expression> expressions = new ArrayList<>(design.formula().fixed().offsets());
        for (Term term : design.formula().fixed().terms()) {
            expressions.addAll(term.factors());
        }
        List<String> held = new ArrayList<>();
        for (Expression expression : expressions) {
            for (String name : expression.columns()) {
                if (factors.containsKey(name) || held.contains(name)) {
                    continue;
                }
                if (!(design.column(name) instanceof NumericColumn)) {
                    throw new IllegalArgumentException("Marginal means hold numeric columns at their means, and "
                            + expression.text() + " reads " + NearestNames.quote(name)
                            + ", which is a factor. Put the values of " + expression.text()
                            + " in a column of their own.");
                }
                held.add(name);
            }
        }
        String offset = design.options().offset();
        if (offset != null && !held.contains(offset)) {
            held.add(offset);
        }
        return held;
    }

    private static Table table(
            Design design, Map<String, String[]> factors, List<String> names, List<String> held, int rows) {
        Table.Builder table = Table.builder();
        int repeat = 1;
        for (String name : names) {
            String[] levels = factors.get(name);
            String[] labels = new String[rows];
            double[] numbers = new double[rows];
            Column given = design.column(name);
            for (int i = 0; i < rows; i++) {
                labels[i] = levels[i / repeat % levels.length];
                numbers[i] = given instanceof FactorColumn ? 0 : Double.parseDouble(labels[i]);
            }
            if (given instanceof FactorColumn) {
                table.factor(name, labels);
            } else {
                table.numeric(name, numbers);
            }
            repeat *= levels.length;
        }
        for (String name : held) {
            double[] values = ((NumericColumn) design.column(name)).values();
            double mean = 0;
            for (double value : values) {
                mean += value / values.length;
            }
            double[] column = new double[rows];
            Arrays.fill(column, mean);
            table.numeric(name, column);
        }
        return table.build();
    }
}
