package org.warpmix.model;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Number;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;
import org.warpmix.table.ParquetTotals;

/**
 * Arithmetic of a formula as a query has it. Where the value would be no finite number the query's is NaN or infinite, never missing,
 * so that the sums tell. Immutable.
 */
final class SqlNumbers {

    private static final String NOT_A_NUMBER = " ELSE CAST('nan' AS DOUBLE) END";

    private final ParquetTotals totals;

    SqlNumbers(ParquetTotals totals) {
        this.totals = totals;
    }

    /** The product of some expressions, or {@code null} where it has something that a query has not. */
    String product(List<Expression> expressions) {
        List<String> factors = new ArrayList<>();
        for (Expression expression : expressions) {
            factors.add(of(expression));
        }
        return factors.contains(null) ? null : String.join(" * ", factors);
    }

    /** An expression, or {@code null}. */
    String of(Expression expression) {
        if (expression instanceof Name name) {
            return totals.number(name.name());
        }
        if (expression instanceof Number number) {
            return "CAST('" + number.value() + "' AS DOUBLE)";
        }
        if (expression instanceof Parentheses parentheses) {
            return of(parentheses.inner());
        }
        if (expression instanceof Sign sign) {
            String operand = of(sign.operand());
            return operand == null ? null : sign.minus() ? "(-" + operand + ")" : operand;
        }
        if (expression instanceof Binary binary) {
            String left = of(binary.left());
            String right = of(binary.right());
            return left == null || right == null ? null : binary(binary, left, right);
        }
        return expression instanceof Call call ? call(call) : null;
    }

    private static String binary(Binary binary, String left, String right) {
        return switch (binary.operator()) {
            case PLUS -> "(" + left + " + " + right + ")";
            case MINUS -> "(" + left + " - " + right + ")";
            case TIMES -> "(" + left + " * " + right + ")";
            case DIVIDE -> "(CASE WHEN " + right + " <> 0 THEN " + left + " / " + right + NOT_A_NUMBER + ")";
            case POWER ->
                binary.right() instanceof Number number && number.value() == 2 ? "(" + left + " * " + left + ")" : null;
            default -> null;
        };
    }

    private String call(Call call) {
        String x = call.arguments().size() == 1 ? of(call.argument(0)) : null;
        if (x == null) {
            return null;
        }
        return switch (call.function()) {
            case AS_IS -> x;
            case ABS -> "abs(" + x + ")";
            case LOG -> "(CASE WHEN " + x + " > 0 THEN ln(" + x + ")" + NOT_A_NUMBER + ")";
            case SQRT -> "(CASE WHEN " + x + " >= 0 THEN sqrt(" + x + ")" + NOT_A_NUMBER + ")";
            default -> null;
        };
    }
}
