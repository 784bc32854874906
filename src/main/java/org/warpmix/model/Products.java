package org.warpmix.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;
import org.warpmix.formula.Formula;
import org.warpmix.formula.Function;
import org.warpmix.formula.RandomBar;
import org.warpmix.formula.Term;

/**
 * What a model needs of its rows before the levels of factors are known: every column of X and Z is one of these products of
 * numbers times a function of the levels of factors.
 */
final class Products {

    /** A column of numbers: an expression, or one power of {@code poly(…, raw = TRUE)}. */
    private record Part(Expression expression, int power) {

        String name() {
            return expression.text() + (power < 0 ? "" : power + 1);
        }

        double[] values(Evaluator evaluator) {
            return power < 0 ? evaluator.numbers(expression) : evaluator.polynomial((Call) expression)[power];
        }
    }

    private final Map<String, List<Part>> products = new LinkedHashMap<>();
    private final Set<String> factors = new LinkedHashSet<>();
    private final Set<String> fixedFactors = new LinkedHashSet<>();
    private final Set<String> numbers = new LinkedHashSet<>();

    /** Those of a formula, given which columns of a frame are factors. */
    static Products of(Formula formula, Frame frame) {
        Products all = new Products();
        formula.fixed().terms().forEach(term -> all.add(term, frame));
        all.fixedFactors.addAll(all.factors);
        for (RandomBar bar : formula.bars()) {
            bar.terms().terms().forEach(term -> all.add(term, frame));
            bar.groups().forEach(group -> group.parts().forEach(part -> all.factors.add(column(part))));
        }
        return all;
    }

    /** Refuses what can be reckoned only when all rows have been seen. */
    static void check(Formula formula) {
        check(formula.response());
        checkTerms(formula.fixed().terms());
        formula.fixed().offsets().forEach(Products::check);
        formula.bars().forEach(bar -> checkTerms(bar.terms().terms()));
    }

    private static void checkTerms(List<Term> terms) {
        terms.forEach(term -> term.factors().forEach(Products::check));
    }

    private static void check(Expression expression) {
        if (expression instanceof Binary binary) {
            check(binary.left());
            check(binary.right());
        } else if (expression instanceof Parentheses parentheses) {
            check(parentheses.inner());
        } else if (expression instanceof Sign sign) {
            check(sign.operand());
        } else if (expression instanceof Call call) {
            call.arguments().forEach(argument -> check(argument.value()));
            String wayOut = wayOut(call);
            if (wayOut != null) {
                throw new DesignException(call.text()
                        + " needs all rows before the first can be used, and these are read once and not kept. "
                        + wayOut);
            }
        }
    }

    private static String wayOut(Call call) {
        return switch (call.function()) {
            case SCALE -> "Write the numbers out, e.g. I((x - 50) / 10).";
            case POLY ->
                call.flag(2, false) ? null : "Write poly(x, 2, raw = TRUE): the same model in other coefficients.";
            case WITHIN, BETWEEN -> "Add a column of the group means to the data.";
            default -> null;
        };
    }

    /** Columns of the table that are factors, or whose values stand for groups. */
    Set<String> factors() {
        return factors;
    }

    /** Those of them that are in the fixed effects. */
    Set<String> fixedFactors() {
        return fixedFactors;
    }

    /** Columns of the table that are variables of the model as numbers. */
    Set<String> numbers() {
        return numbers;
    }

    /** The products, named as R names columns. */
    List<String> names() {
        return new ArrayList<>(products.keySet());
    }

    /** The expressions whose product it is, or {@code null} where one is a power of {@code poly}. */
    List<Expression> expressions(String name) {
        List<Expression> expressions = new ArrayList<>();
        for (Part part : products.get(name)) {
            if (part.power >= 0) {
                return null;
            }
            expressions.add(part.expression);
        }
        return expressions;
    }

    boolean isSame(Products other) {
        return names().equals(other.names()) && factors.equals(other.factors) && numbers.equals(other.numbers);
    }

    /** The columns on the rows of a frame, in the order of the names. */
    List<double[]> values(Evaluator evaluator) {
        List<double[]> values = new ArrayList<>();
        for (List<Part> parts : products.values()) {
            double[] column = parts.get(0).values(evaluator);
            for (int k = 1; k < parts.size(); k++) {
                double[] other = parts.get(k).values(evaluator);
                double[] product = new double[column.length];
                double[] left = column;
                Arrays.setAll(product, i -> left[i] * other[i]);
                column = product;
            }
            values.add(column);
        }
        return values;
    }

    private void add(Term term, Frame frame) {
        List<List<Part>> combinations = new ArrayList<>(List.of(List.of()));
        for (Expression variable : term.factors()) {
            if (Variable.isFactor(variable, frame)) {
                factors.add(column(variable));
                continue;
            }
            numbers.addAll(variable instanceof Name name ? List.of(name.name()) : List.of());
            boolean polynomial = variable instanceof Call call && call.function() == Function.POLY;
            int count = polynomial ? Evaluator.degree((Call) variable) : 1;
            List<List<Part>> longer = new ArrayList<>();
            for (List<Part> combination : combinations) {
                for (int k = 0; k < count; k++) {
                    List<Part> more = new ArrayList<>(combination);
                    more.add(new Part(variable, polynomial ? k : -1));
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        for (List<Part> combination : combinations) {
            if (!combination.isEmpty()) {
                products.put(
                        String.join(":", combination.stream().map(Part::name).toList()), combination);
            }
        }
    }

    private static String column(Expression factor) {
        return ((Name) (factor instanceof Call call ? call.argument(0) : factor)).name();
    }
}
