package org.warpmix.formula;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.table.Factors;

/**
 * A node of the syntax tree. The same nodes stand for arithmetic (inside calls) and for the formula operators.
 *
 * <p>{@link #text()} is the expression as R's {@code deparse} spaces it: it names coefficients and says whether
 * two expressions are the same. Parentheses are kept as nodes, so that the text has those of the user.
 */
public sealed interface Expression {

    /** 0-based index of the node's first character (of its operator, for a {@link Binary}) in the formula. */
    int position();

    /** Appends the expression in R's spacing. */
    void appendTo(StringBuilder out);

    /** The expression in R's spacing. */
    default String text() {
        StringBuilder out = new StringBuilder();
        appendTo(out);
        return out.toString();
    }

    /** Names of the columns that it speaks of, each once. */
    default List<String> columns() {
        List<String> names = new ArrayList<>(4);
        Formula.collectNames(this, names);
        return names;
    }

    /** A column. */
    record Name(String name, int position) implements Expression {
        @Override
        public void appendTo(StringBuilder out) {
            if (Lexer.isSyntacticName(name)) {
                out.append(name);
            } else {
                out.append('`').append(name).append('`');
            }
        }

        @Override
        public String text() {
            return Lexer.isSyntacticName(name) ? name : '`' + name + '`';
        }
    }

    /** A literal number. */
    record Number(double value, int position) implements Expression {
        @Override
        public void appendTo(StringBuilder out) {
            if (value == (int) value && value < 1e5) { // what label would give, sooner
                out.append((int) value);
            } else {
                out.append(Factors.label(value));
            }
        }
    }

    /**
     * A truth value, which only some arguments of calls take.
     *
     * @param text as written: {@code TRUE}, {@code T}, {@code FALSE} or {@code F}
     */
    record Flag(String text, int position) implements Expression {
        public boolean value() {
            return text.charAt(0) == 'T';
        }

        @Override
        public void appendTo(StringBuilder out) {
            out.append(text);
        }
    }

    /** An operand in parentheses. */
    record Parentheses(Expression inner, int position) implements Expression {
        @Override
        public void appendTo(StringBuilder out) {
            out.append('(');
            inner.appendTo(out);
            out.append(')');
        }
    }

    /** A sign before an operand. */
    record Sign(boolean minus, Expression operand, int position) implements Expression {
        @Override
        public void appendTo(StringBuilder out) {
            out.append(minus ? '-' : '+');
            operand.appendTo(out);
        }
    }

    /** Two operands around an operator. */
    record Binary(Operator operator, Expression left, Expression right, int position) implements Expression {
        @Override
        public void appendTo(StringBuilder out) {
            left.appendTo(out);
            if (operator.spaced()) {
                out.append(' ').append(operator.symbol()).append(' ');
            } else {
                out.append(operator.symbol());
            }
            right.appendTo(out);
        }
    }

    /**
     * A function applied to arguments.
     *
     * @param arguments in the order written
     */
    record Call(Function function, List<Argument> arguments, int position) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public void appendTo(StringBuilder out) {
            out.append(function.symbol()).append('(');
            for (int i = 0; i < arguments.size(); i++) {
                Argument argument = arguments.get(i);
                out.append(i == 0 ? "" : ", ");
                if (argument.name() != null) {
                    out.append(argument.name()).append(" = ");
                }
                argument.value().appendTo(out);
            }
            out.append(')');
        }

        /**
         * The argument that R's matching gives a parameter: the one of that name, else the next unnamed one.
         *
         * @param parameter index into {@link Function#parameters()}
         * @return {@code null} where it was not given
         */
        public Expression argument(int parameter) {
            List<String> parameters = function.parameters();
            for (Argument argument : arguments) {
                if (parameters.get(parameter).equals(argument.name())) {
                    return argument.value();
                }
            }
            int unnamed = 0;
            for (int p = 0; p < parameter; p++) {
                unnamed += isNamed(parameters.get(p)) ? 0 : 1;
            }
            for (Argument argument : arguments) {
                if (argument.name() == null && unnamed-- == 0) {
                    return argument.value();
                }
            }
            return null;
        }

        /** The argument of a parameter that is a grouping factor. */
        public Group group(int parameter) {
            return Group.of(argument(parameter));
        }

        /** The logical argument of a parameter, or its default. */
        public boolean flag(int parameter, boolean ifAbsent) {
            return argument(parameter) instanceof Flag flag ? flag.value() : ifAbsent;
        }

        private boolean isNamed(String parameter) {
            for (Argument argument : arguments) {
                if (parameter.equals(argument.name())) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * One argument of a call.
     *
     * @param name the parameter that it was given by name, or {@code null}
     */
    record Argument(String name, Expression value) {}
}
