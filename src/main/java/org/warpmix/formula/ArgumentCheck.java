package org.warpmix.formula;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.formula.Expression.Argument;
import org.warpmix.formula.Expression.Binary;
import org.warpmix.formula.Expression.Call;
import org.warpmix.formula.Expression.Flag;
import org.warpmix.formula.Expression.Name;
import org.warpmix.formula.Expression.Number;
import org.warpmix.formula.Expression.Parentheses;
import org.warpmix.formula.Expression.Sign;
import org.warpmix.table.NearestNames;

/** Whether a call has the arguments that its function takes. The calls inside it were checked before. */
final class ArgumentCheck {

    private ArgumentCheck() {}

    static void check(Call call, Lexer lexer) {
        Function function = call.function();
        checkNames(call, lexer);
        int most = function.parameters().size();
        if (call.arguments().size() > most || call.argument(function.required() - 1) == null) {
            String range = function.required() == most ? "" + most : function.required() + " to " + most;
            throw lexer.error(
                    function.symbol() + "() has " + call.arguments().size() + " argument"
                            + (call.arguments().size() == 1 ? "" : "s") + ", expected " + range + ": "
                            + String.join(", ", function.parameters()) + ".",
                    call.position());
        }
        if (function.makesFactor()) {
            if (!(call.argument(0) instanceof Name)) {
                throw lexer.error(function.symbol() + "() takes the name of a column.", call.position());
            }
            return;
        }
        arithmetic(call.argument(0), lexer);
        switch (function) {
            case LOG -> {
                if (call.argument(1) != null) {
                    arithmetic(call.argument(1), lexer);
                }
            }
            case POLY -> {
                if (!(call.argument(1) instanceof Number degree)
                        || degree.value() < 1
                        || degree.value() != Math.rint(degree.value())
                        || degree.value() > 100) {
                    throw lexer.error(
                            "The degree of poly() is a whole number from 1 to 100, written out.",
                            call.argument(1).position());
                }
                flag(call, 2, lexer);
            }
            case SCALE -> {
                flag(call, 1, lexer);
                flag(call, 2, lexer);
            }
            case WITHIN, BETWEEN -> Group.crossing(call.argument(1), lexer);
            default -> {}
        }
    }

    private static void checkNames(Call call, Lexer lexer) {
        List<String> parameters = call.function().parameters();
        List<String> seen = new ArrayList<>(0);
        for (Argument argument : call.arguments()) {
            String name = argument.name();
            if (name == null) {
                continue;
            }
            if (!parameters.contains(name)) {
                throw lexer.error(
                        call.function().symbol() + "() has no argument '" + name + "'. "
                                + NearestNames.hint(name, parameters),
                        argument.value().position());
            }
            if (seen.contains(name)) {
                throw lexer.error(
                        "The argument '" + name + "' is given twice.",
                        argument.value().position());
            }
            seen.add(name);
        }
    }

    private static void flag(Call call, int parameter, Lexer lexer) {
        Expression value = call.argument(parameter);
        if (value != null && !(value instanceof Flag)) {
            throw lexer.error(
                    "The argument '" + call.function().parameters().get(parameter) + "' of "
                            + call.function().symbol() + "() is TRUE or FALSE.",
                    value.position());
        }
    }

    /** Refuses what has no numeric value of one column. */
    static void arithmetic(Expression expression, Lexer lexer) {
        if (expression instanceof Parentheses parentheses) {
            arithmetic(parentheses.inner(), lexer);
        } else if (expression instanceof Sign sign) {
            arithmetic(sign.operand(), lexer);
        } else if (expression instanceof Binary binary) {
            switch (binary.operator()) {
                case PLUS, MINUS, TIMES, DIVIDE, POWER -> {
                    arithmetic(binary.left(), lexer);
                    arithmetic(binary.right(), lexer);
                }
                default ->
                    throw lexer.error(
                            "'" + binary.operator().symbol() + "' is no arithmetic; here go + - * / ^.",
                            binary.position());
            }
        } else if (expression instanceof Flag flag) {
            throw lexer.error("'" + flag.text() + "' is no number.", flag.position());
        } else if (expression instanceof Call call) {
            Function function = call.function();
            if (function.makesFactor() || function == Function.POLY || function == Function.OFFSET) {
                throw lexer.error(
                        function.symbol() + "() is a term of its own and cannot stand inside arithmetic.",
                        call.position());
            }
        }
    }
}
