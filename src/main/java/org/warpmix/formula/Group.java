package org.warpmix.formula;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Parentheses;

/**
 * A grouping factor: one column, or the combinations of several.
 *
 * @param name as lme4 prints it, e.g. {@code Subject}, {@code cask:batch}, {@code c:(b:a)}
 * @param parts the columns, or {@code factor(column)}, in the order of the name
 */
public record Group(String name, List<Expression> parts) {

    public Group {
        parts = List.copyOf(parts);
    }

    /** Reads {@code a}, {@code a:b}; what {@code within} and {@code between} take, too. */
    static Group crossing(Expression expression, Lexer lexer) {
        Expression wrong = wrongPart(expression);
        if (wrong != null) {
            throw lexer.error(
                    "'" + wrong.text() + "' is no grouping factor, expected a column, a:b or a/b.", wrong.position());
        }
        return of(expression);
    }

    /** The crossing of an expression that was checked. */
    static Group of(Expression expression) {
        if (isColumn(expression)) {
            return new Group(expression.text(), List.of(expression));
        }
        List<Expression> parts = new ArrayList<>();
        collect(expression, parts);
        return new Group(expression.text(), parts);
    }

    /** The groups of a random term: {@code a/b/c} stands for {@code c:(b:a)}, {@code b:a} and {@code a}. */
    static List<Group> nesting(Expression expression, Lexer lexer) {
        if (!(expression instanceof Binary binary) || binary.operator() != Operator.DIVIDE) {
            return List.of(crossing(expression, lexer));
        }
        List<Group> outer = nesting(binary.left(), lexer);
        Group innermost = outer.get(0);
        Group inner = crossing(binary.right(), lexer);
        boolean compound = innermost.parts.size() > 1;
        List<Expression> parts = new ArrayList<>(inner.parts);
        parts.addAll(innermost.parts);
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(inner.name + ":" + (compound ? "(" + innermost.name + ")" : innermost.name), parts));
        groups.addAll(outer);
        return groups;
    }

    private static void collect(Expression expression, List<Expression> parts) {
        if (expression instanceof Parentheses parentheses) {
            collect(parentheses.inner(), parts);
        } else if (expression instanceof Binary binary) {
            collect(binary.left(), parts);
            collect(binary.right(), parts);
        } else {
            parts.add(expression);
        }
    }

    /** What is no crossing of columns, or {@code null}. */
    private static Expression wrongPart(Expression expression) {
        if (isColumn(expression)) {
            return null;
        }
        if (expression instanceof Parentheses parentheses) {
            return wrongPart(parentheses.inner());
        }
        if (expression instanceof Binary binary && binary.operator() == Operator.COLON) {
            Expression wrong = wrongPart(binary.left());
            return wrong != null ? wrong : wrongPart(binary.right());
        }
        return expression;
    }

    private static boolean isColumn(Expression expression) {
        return expression instanceof Name
                || expression instanceof Call call && call.function().makesFactor();
    }
}
