package org.warpmix.formula;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.formula.Expression.Argument;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;

/**
 * A model formula as lme4 users write them, e.g. {@code Reaction ~ Days + (Days | Subject)}. Immutable.
 *
 * <ul>
 *   <li>Terms: {@code a + b}, {@code a:b}, {@code a*b}, {@code (a + b)^2}, {@code a/b}, {@code a %in% b};
 *       {@code - a} removes a term, {@code 0} or {@code - 1} the intercept. R's precedence.
 *   <li>Random terms, added in parentheses: {@code (x | g)}, {@code (0 + x | g)}, {@code (x || g)} with independent
 *       columns; groups {@code g}, {@code a:b}, {@code a/b}.
 *   <li>Variables: columns (other names in backticks), {@link Function calls}, and arithmetic within these; the
 *       response may be arithmetic as it is.
 * </ul>
 *
 * <p>Expressions are named as R's {@code deparse} spaces them.
 */
public final class Formula {

    private final Binary tree;
    private final Terms fixed;
    private final List<RandomBar> bars;
    private final List<String> variables;

    private Formula(Binary tree, Terms fixed, List<RandomBar> bars, List<String> variables) {
        this.tree = tree;
        this.fixed = fixed;
        this.bars = bars;
        this.variables = variables;
    }

    /**
     * Reads a formula.
     *
     * @throws FormulaException with a caret under what is wrong
     */
    public static Formula parse(String text) {
        Lexer lexer = new Lexer(text);
        Binary tree = Parser.parse(lexer);
        ArgumentCheck.arithmetic(tree.left(), lexer);
        List<RandomBar> bars = new ArrayList<>(2);
        Terms fixed = Expansion.expand(tree.right(), bars, lexer);
        if (bars.isEmpty()) {
            throw lexer.error(
                    "The formula has no random term, such as (1 | group). A model without one is an ordinary linear "
                            + "regression.",
                    text.length());
        }
        return new Formula(tree, fixed, List.copyOf(bars), List.copyOf(tree.columns()));
    }

    /** The response, a column or arithmetic. */
    public Expression response() {
        return tree.left();
    }

    /** The fixed effects. */
    public Terms fixed() {
        return fixed;
    }

    /** The random terms in the order of the formula. */
    public List<RandomBar> bars() {
        return bars;
    }

    /** Names of all columns that the formula speaks of, the response's first. */
    public List<String> variables() {
        return variables;
    }

    /** The formula in R's spacing. */
    @Override
    public String toString() {
        return tree.text();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Formula formula && formula.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    static void collectNames(Expression expression, List<String> names) {
        if (expression instanceof Name name) {
            if (!names.contains(name.name())) {
                names.add(name.name());
            }
        } else if (expression instanceof Binary binary) {
            collectNames(binary.left(), names);
            collectNames(binary.right(), names);
        } else if (expression instanceof Parentheses parentheses) {
            collectNames(parentheses.inner(), names);
        } else if (expression instanceof Sign sign) {
            collectNames(sign.operand(), names);
        } else if (expression instanceof Call call) {
            for (Argument argument : call.arguments()) {
                collectNames(argument.value(), names);
            }
        }
    }
}
