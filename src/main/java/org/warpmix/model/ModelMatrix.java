package org.warpmix.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Term;
import org.warpmix.formula.Terms;

/** How the terms of a linear predictor become columns. */
final class ModelMatrix {

    static final String INTERCEPT = "(Intercept)";

    private final boolean intercept;
    private final Variable[][] variables; // per term
    private final boolean[][] full; // per term and variable
    private final String[] names;
    private final int[] assign;

    private ModelMatrix(boolean intercept, Variable[][] variables, boolean[][] full, String[] names, int[] assign) {
        this.intercept = intercept;
        this.variables = variables;
        this.full = full;
        this.names = names;
        this.assign = assign;
    }

    /** The variables of a model by text, and their values in one frame. */
    static final class Variables {
        private final Evaluator evaluator;
        private final DesignOptions options;
        private final Map<String, Variable> variables;
        private final Map<Variable, Variable.Values> values = new HashMap<>();
        private final CondensedFrame condensed;
        private double[] ones;

        /**
         * @param condensed where the frame's rows are condensed, the products of numbers in them; else {@code null}
         */
        Variables(Evaluator evaluator, DesignOptions options, CondensedFrame condensed) {
            this(evaluator, options, new HashMap<>(), condensed);
        }

        private Variables(
                Evaluator evaluator, DesignOptions options, Map<String, Variable> variables, CondensedFrame condensed) {
            this.evaluator = evaluator;
            this.options = options;
            this.variables = variables;
            this.condensed = condensed;
            this.ones = condensed == null ? null : condensed.condensed().ones();
        }

        /** The same variables in other rows. */
        Variables on(Evaluator other) {
            return new Variables(other, options, variables, null);
        }

        private Variable variable(Expression expression) {
            String text = expression.text();
            Variable variable = variables.get(text);
            if (variable == null) {
                variable = Variable.of(expression, evaluator, options);
                variables.put(text, variable);
            }
            return variable;
        }

        private Variable.Values values(Variable variable) {
            Variable.Values known = values.get(variable);
            if (known == null) {
                known = condensed != null && !variable.isFactor() ? null : variable.values(evaluator);
                values.put(variable, known);
            }
            return known;
        }

        private double[] ones() {
            if (ones == null) {
                ones = new double[evaluator.frame().n()];
                Arrays.fill(ones, 1);
            }
            return ones;
        }
    }

    /**
     * Plans the columns: R's rule for when a factor gets contrasts and when indicators of all levels.
     *
     * <p>Contrasts where the term without the factor is part of an earlier term (or empty), for then the sum of
     * the indicators is there already. Without an intercept the first factor of the first term that has one gets
     * indicators. Chambers and Hastie 1992, Statistical Models in S, chapter 2.
     */
    static ModelMatrix of(Terms terms, Variables known) {
        List<Term> list = terms.terms();
        Variable[][] variables = new Variable[list.size()][];
        boolean[][] full = new boolean[list.size()][];
        boolean spanned = terms.intercept();
        List<String> names = new ArrayList<>();
        List<Integer> counts = new ArrayList<>(list.size());
        if (terms.intercept()) {
            names.add(INTERCEPT);
        }
        for (int t = 0; t < variables.length; t++) {
            List<Expression> factors = list.get(t).factors();
            variables[t] = new Variable[factors.size()];
            full[t] = new boolean[factors.size()];
            for (int v = 0; v < factors.size(); v++) {
                variables[t][v] = known.variable(factors.get(v));
            }
            for (int v = 0; v < factors.size(); v++) {
                if (variables[t][v].isFactor()) {
                    full[t][v] = !spanned || !isPartOfEarlier(variables, t, v);
                    spanned = true;
                }
            }
            int before = names.size();
            checkMemory(
                    list.get(t),
                    variables[t],
                    full[t],
                    before,
                    known.evaluator.frame().n());
            addNames(variables[t], full[t], factors.size() - 1, "", names);
            counts.add(names.size() - before);
        }
        int[] assign = new int[names.size()];
        int column = terms.intercept() ? 1 : 0;
        for (int t = 0; t < variables.length; t++) {
            for (int k = 0; k < counts.get(t); k++) {
                assign[column++] = t + 1;
            }
        }
        return new ModelMatrix(terms.intercept(), variables, full, names.toArray(new String[0]), assign);
    }

    /** Whether the other variables of term t are all in one of the terms before it. */
    private static boolean isPartOfEarlier(Variable[][] variables, int t, int v) {
        if (variables[t].length == 1) {
            return true;
        }
        for (int e = 0; e < t; e++) {
            boolean all = true;
            for (int o = 0; o < variables[t].length && all; o++) {
                all = o == v || contains(variables[e], variables[t][o]);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(Variable[] variables, Variable sought) {
        for (Variable variable : variables) {
            if (variable == sought) {
                return true;
            }
        }
        return false;
    }

    private static void checkMemory(Term term, Variable[] variables, boolean[] full, int before, int n) {
        double columns = 1;
        for (int v = 0; v < variables.length; v++) {
            columns *= variables[v].count(full[v]);
        }
        double needed = 8 * (before + columns) * n;
        if (needed > Runtime.getRuntime().maxMemory()) {
            throw new DesignException("The term " + term.name() + " has " + (long) columns + " columns of " + n
                    + " rows, which is more than the memory holds. A factor of many levels belongs behind the bar of"
                    + " a random term: (1 | factor).");
        }
    }

    /** Names of a term's columns: those of its first variable change fastest. */
    private static void addNames(Variable[] variables, boolean[] full, int v, String suffix, List<String> names) {
        for (String name : variables[v].names(full[v])) {
            if (v == 0) {
                names.add(suffix.isEmpty() ? name : name + suffix);
            } else {
                addNames(variables, full, v - 1, ":" + name + suffix, names);
            }
        }
    }

    /** How each term's columns come about. */
    List<TermCoding> codings(Terms terms) {
        List<TermCoding> codings = new ArrayList<>(variables.length);
        for (int t = 0; t < variables.length; t++) {
            List<TermCoding.Coding> parts = new ArrayList<>(variables[t].length);
            for (int v = 0; v < variables[t].length; v++) {
                parts.add(variables[t][v].coding(full[t][v]));
            }
            codings.add(new TermCoding(terms.terms().get(t).name(), parts));
        }
        return codings;
    }

    /** Column names, as R gives them. */
    String[] names() {
        return names;
    }

    /** For each column the number of its term, from 1; 0 is the intercept. */
    int[] assign() {
        return assign;
    }

    /**
     * The k-th column of a term on condensed rows: the product of its numbers, of which condensed rows know only the whole, times
     * what its factors have in the cell.
     */
    private double[] condensed(Variables known, int t, int k, Variable.Values[] values) {
        StringBuilder product = new StringBuilder();
        int rest = k;
        int[] column = new int[variables[t].length];
        for (int v = 0; v < column.length; v++) {
            int count = variables[t][v].count(full[t][v]);
            column[v] = rest % count;
            rest /= count;
            if (!variables[t][v].isFactor()) {
                product.append(product.isEmpty() ? "" : ":")
                        .append(variables[t][v].names(false)[column[v]]);
            }
        }
        double[] numbers =
                product.isEmpty() ? known.ones() : known.condensed.products().get(product.toString());
        double[] filled = numbers.clone();
        for (int v = 0; v < column.length; v++) {
            if (variables[t][v].isFactor()) {
                variables[t][v].fill(values[v], column[v], full[t][v], true, filled);
            }
        }
        return filled;
    }

    /** The columns on the rows of the variables' frame; a column that is one variable's own is shared. */
    double[][] columns(Variables known) {
        double[][] columns = new double[names.length][];
        int next = 0;
        if (intercept) {
            columns[next++] = known.ones();
        }
        for (int t = 0; t < variables.length; t++) {
            int width = variables[t].length;
            Variable.Values[] values = new Variable.Values[width];
            for (int v = 0; v < width; v++) {
                values[v] = known.values(variables[t][v]);
            }
            if (known.condensed != null) {
                for (int k = 0; next < names.length && assign[next] == t + 1; k++) {
                    columns[next++] = condensed(known, t, k, values);
                }
                continue;
            }
            if (width == 1 && !variables[t][0].isFactor()) {
                for (double[] column : values[0].numbers()) {
                    columns[next++] = column;
                }
                continue;
            }
            for (int k = 0; next < names.length && assign[next] == t + 1; k++) {
                double[] column = new double[known.evaluator.frame().n()];
                int rest = k;
                for (int v = 0; v < width; v++) {
                    int count = variables[t][v].count(full[t][v]);
                    variables[t][v].fill(values[v], rest % count, full[t][v], v > 0, column);
                    rest /= count;
                }
                columns[next++] = column;
            }
        }
        return columns;
    }
}
