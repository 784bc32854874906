package org.warpmix.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Formula;
import org.warpmix.formula.Term;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/**
 * A formula on a table: the model's data, and what it takes to bring new rows into the same columns.
 *
 * <p>Rows where something that the model uses is missing are left out, as are rows of weight zero. Factors lose
 * the levels that do not occur in the rows used. {@code poly}, {@code scale}, {@code within} and {@code between}
 * are reckoned on the rows used and keep their parameters for new rows. Immutable.
 */
public final class Design {

    private final Formula formula;
    private final DesignOptions options;
    private final Learned learned;
    private final ModelMatrix.Variables variables;
    private final ModelMatrix fixed;
    private final RandomDesign random;
    private final ModelData data;

    private Design(Formula formula, Table table, DesignOptions options) {
        this.formula = formula;
        this.options = options;
        List<String> columns = usedColumns(formula, options);
        Frame frame = Frame.complete(table, columns, options.weights());
        if (!options.contrasts().isEmpty()) {
            checkContrasts(columns, frame);
        }
        learned = new Learned(frame);
        Evaluator evaluator = new Evaluator(frame, learned);
        double[] response = responseOf(formula, evaluator);
        if (Statistics.isConstant(response)) {
            throw constant(formula, " is " + Factors.label(response[0]), response.length);
        }
        variables = new ModelMatrix.Variables(evaluator, options, null);
        random = RandomDesign.of(formula.bars(), variables, evaluator, frame.n());
        fixed = ModelMatrix.of(formula.fixed(), variables);
        data = new ModelData(
                formula.response().text(),
                response,
                fixed.names(),
                fixed.columns(variables),
                random.terms(variables),
                options.weights() == null ? null : evaluator.numbers(new Name(options.weights(), 0)),
                offsetOf(formula, options, evaluator),
                frame.rows(),
                frame.dropped());
    }

    private Design(Formula formula, DesignOptions options, CondensedFrame rows) {
        this.formula = formula;
        this.options = options;
        Frame frame = Frame.of(rows);
        if (!options.contrasts().isEmpty()) {
            checkContrasts(usedColumns(formula, options), frame);
        }
        learned = new Learned(frame);
        Evaluator evaluator = new Evaluator(frame, learned);
        variables = new ModelMatrix.Variables(evaluator, options, rows);
        random = RandomDesign.of(
                formula.bars(), variables, evaluator, rows.condensed().rows());
        fixed = ModelMatrix.of(formula.fixed(), variables);
        data = new ModelData(
                formula.response().text(),
                rows.response(),
                fixed.names(),
                fixed.columns(variables),
                random.terms(variables),
                null,
                null,
                new int[0],
                rows.dropped(),
                rows.condensed());
    }

    /** The design of a formula with treatment contrasts, without weights and offset column. */
    public static Design of(Formula formula, Table table) {
        return of(formula, table, DesignOptions.defaults());
    }

    /**
     * The design of a formula on a table. Numeric columns used as they are share the table's arrays where no row
     * is dropped.
     *
     * @throws IllegalArgumentException naming the column, factor, term or row that does not fit
     */
    public static Design of(Formula formula, Table table, DesignOptions options) {
        return new Design(formula, table, options);
    }

    static Design of(Formula formula, DesignOptions options, CondensedFrame rows) {
        return new Design(formula, options, rows);
    }

    /** Names of the columns that a model reads: the formula's, then weights and offset. */
    public static List<String> usedColumns(Formula formula, DesignOptions options) {
        if (options.weights() == null && options.offset() == null) {
            return formula.variables();
        }
        List<String> names = new ArrayList<>(formula.variables());
        if (options.weights() != null) {
            names.add(options.weights());
        }
        if (options.offset() != null) {
            names.add(options.offset());
        }
        return names;
    }

    public Formula formula() {
        return formula;
    }

    public DesignOptions options() {
        return options;
    }

    /** The rows used: response, matrices, groups. */
    public ModelData data() {
        return data;
    }

    /**
     * For each column of X the number of its term: 0 is the intercept, k the k-th of {@code formula().fixed()}.
     */
    public int[] assign() {
        return fixed.assign().clone();
    }

    /** How the columns of each term of {@code formula().fixed()} come about. */
    public List<TermCoding> codings() {
        return fixed.codings(formula.fixed());
    }

    /** A column of the table on the rows used; a factor's levels may include some that do not occur in them. */
    public Column column(String name) {
        return learned.fit().column(name);
    }

    /**
     * Brings new rows into the columns of the fit. The response and the weights are not needed.
     *
     * @param allowNewLevels whether a grouping level that the fit has not seen gets code −1; else it is an error
     * @throws IllegalArgumentException for an unknown column or an unseen level of a fixed-effects factor
     */
    public NewRows apply(Table newData, boolean allowNewLevels) {
        return apply(newData, (here, frame) -> random.terms(here, frame, allowNewLevels));
    }

    /** As {@link #apply} without the random terms, whose columns the new data may lack. */
    public NewRows applyFixed(Table newData) {
        return apply(newData, (here, frame) -> List.of());
    }

    /** As {@link #apply} for rows of groups that the fit has not seen: the new data may lack the grouping factors. */
    public NewRows applyToUnseen(Table newData) {
        return apply(newData, (here, frame) -> random.unseenTerms(here, frame.n()));
    }

    private NewRows apply(Table newData, BiFunction<ModelMatrix.Variables, Frame, List<RandomTerm>> randomTerms) {
        Frame frame = Frame.all(newData);
        Evaluator evaluator = new Evaluator(frame, learned);
        ModelMatrix.Variables here = variables.on(evaluator);
        double[][] x = fixed.columns(here);
        double[] offset = offsetOf(formula, options, evaluator);
        List<RandomTerm> terms = randomTerms.apply(here, frame);
        boolean[] missing = new boolean[frame.n()];
        for (int i = 0; i < missing.length; i++) {
            missing[i] = frame.isMissing(i);
        }
        return new NewRows(x, terms, offset, missing);
    }

    private static boolean decimalComma(String level) {
        try {
            return level.indexOf(',') >= 0 && Double.isFinite(Double.parseDouble(level.replace(',', '.')));
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    static DesignException constant(Formula formula, String is, int rows) {
        return new DesignException("The response " + formula.response().text() + is + " in all " + rows
                + " rows used. There is nothing to model.");
    }

    static double[] responseOf(Formula formula, Evaluator evaluator) {
        Expression expression = formula.response();
        if (expression instanceof Name name
                && evaluator.frame().column(name.name()) instanceof FactorColumn factor
                && !factor.logical()) {
            throw new DesignException("The response " + NearestNames.quote(name.name()) + " is a factor ("
                    + Evaluator.levels(factor) + "); a linear mixed model needs numbers."
                    + (decimalComma(factor.levels()[0]) ? " Write decimal points, not commas." : ""));
        }
        return evaluator.numbers(expression);
    }

    /** The sum of all offsets, or {@code null} where there is none. */
    static double[] offsetOf(Formula formula, DesignOptions options, Evaluator evaluator) {
        List<Expression> offsets = new ArrayList<>(formula.fixed().offsets());
        if (options.offset() != null) {
            offsets.add(new Name(options.offset(), 0));
        }
        if (offsets.isEmpty()) {
            return null;
        }
        double[] sum = evaluator.numbers(offsets.get(0));
        for (int k = 1; k < offsets.size(); k++) {
            double[] more = evaluator.numbers(offsets.get(k));
            sum = sum.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        return sum;
    }

    private void checkContrasts(List<String> columns, Frame frame) {
        List<String> factors = new ArrayList<>();
        addFactors(formula.fixed().terms(), frame, factors);
        formula.bars().forEach(bar -> addFactors(bar.terms().terms(), frame, factors));
        for (Map.Entry<String, Contrast> entry : options.contrasts().entrySet()) {
            String name = entry.getKey();
            if (factors.contains(name)) {
                continue;
            }
            if (columns.contains(name)) {
                throw new DesignException(
                        "Contrasts for " + NearestNames.quote(name) + ", which is no factor of the model's terms. "
                                + "Write factor(" + name + ") in the formula to make it one.");
            }
            throw new DesignException("Contrasts for " + NearestNames.quote(name)
                    + ", which the formula does not have. " + NearestNames.hint(name, factors));
        }
    }

    private static void addFactors(List<Term> terms, Frame frame, List<String> factors) {
        for (Term term : terms) {
            for (Expression expression : term.factors()) {
                if (Variable.isFactor(expression, frame)) {
                    factors.addAll(expression.columns());
                }
            }
        }
    }
}
