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

/** Recursive descent over the tokens, by operator precedence. */
final class Parser {

    private static final int MAX_NESTING = 200; // of the parser's own calls
    private static final int MAX_HEIGHT = 400; // of the tree, which others walk

    private final Lexer lexer;
    private int nesting;
    private int calls; // functions around the current place
    private int height; // of the expression read last

    private Parser(Lexer lexer) {
        this.lexer = lexer;
    }

    /** Reads {@code response ~ right-hand side}. */
    static Binary parse(Lexer lexer) {
        Parser parser = new Parser(lexer);
        if (lexer.kind == Lexer.Kind.OPERATOR && lexer.operator == Operator.TILDE) {
            throw lexer.error("The formula has no response. Write 'response ~ predictors + (1 | group)'.", lexer.start);
        }
        parser.calls++; // the response is arithmetic, as within a call
        Expression response = parser.operators(Operator.BAR.precedence());
        parser.calls--;
        if (lexer.kind == Lexer.Kind.END) {
            throw lexer.error("The formula has no '~'. Write 'response ~ predictors + (1 | group)'.", lexer.start);
        }
        if (lexer.kind != Lexer.Kind.OPERATOR || lexer.operator != Operator.TILDE) {
            throw parser.unexpected("'~' or an operator");
        }
        int tilde = lexer.start;
        lexer.advance();
        Expression right = parser.operators(Operator.BAR.precedence());
        if (lexer.kind != Lexer.Kind.END) {
            throw parser.unexpected("an operator or the end");
        }
        return new Binary(Operator.TILDE, response, right, tilde);
    }

    /** An operand and what follows it, as far as the operators bind at least so tightly. */
    private Expression operators(int precedence) {
        Expression left = operand();
        while (lexer.kind == Lexer.Kind.OPERATOR && lexer.operator.precedence() >= precedence) {
            Operator operator = lexer.operator;
            int position = lexer.start;
            lexer.advance();
            deeper(position);
            boolean rightAssociative = operator == Operator.POWER;
            int leftHeight = height;
            Expression right = operators(rightAssociative ? operator.precedence() : operator.precedence() + 1);
            nesting--;
            boolean sumOfTerms = calls == 0 && operator.precedence() == Operator.PLUS.precedence();
            grow(Math.max(leftHeight, height), sumOfTerms ? 0 : 1, position);
            left = new Binary(operator, left, right, position);
        }
        return left;
    }

    private Expression operand() {
        int position = lexer.start;
        switch (lexer.kind) {
            case NUMBER -> {
                Expression number = new Number(lexer.number, position);
                lexer.advance();
                height = 1;
                return number;
            }
            case NAME -> {
                return nameOrCall(position);
            }
            case OPEN -> {
                lexer.advance();
                deeper(position);
                Expression inner = operators(Operator.BAR.precedence());
                nesting--;
                grow(height, 1, position);
                close(position);
                return new Parentheses(inner, position);
            }
            case OPERATOR -> {
                if (lexer.operator == Operator.PLUS || lexer.operator == Operator.MINUS) {
                    boolean minus = lexer.operator == Operator.MINUS;
                    lexer.advance();
                    deeper(position);
                    Expression operand = operators(Operator.SIGN_PRECEDENCE);
                    nesting--;
                    grow(height, 1, position);
                    return new Sign(minus, operand, position);
                }
                throw unexpected("a column, a number, a function or '('");
            }
            default -> throw unexpected("a column, a number, a function or '('");
        }
    }

    private Expression nameOrCall(int position) {
        String name = lexer.name;
        boolean quoted = lexer.quoted;
        lexer.advance();
        if (lexer.kind == Lexer.Kind.OPEN && !quoted) {
            return call(name, position);
        }
        if (!quoted && name.equals(".")) {
            throw lexer.error("'.' for all other columns is not known here. Name the columns.", position);
        }
        if (!quoted && Lexer.isReserved(name)) {
            throw lexer.error("'" + name + "' is no column. A column of that name goes in backticks.", position);
        }
        height = 1;
        return new Name(name, position);
    }

    private Expression call(String name, int position) {
        Function function = Function.find(name);
        if (function == null) {
            throw lexer.error(
                    "Unknown function '" + name + "'. " + NearestNames.hint(name, Function.symbols()), position);
        }
        int open = lexer.start;
        lexer.advance();
        deeper(open);
        calls++;
        List<Argument> arguments = new ArrayList<>(2);
        int highest = 0;
        if (lexer.kind != Lexer.Kind.CLOSE) {
            arguments.add(argument(function));
            highest = height;
            while (lexer.kind == Lexer.Kind.COMMA) {
                lexer.advance();
                arguments.add(argument(function));
                highest = Math.max(highest, height);
            }
        }
        calls--;
        nesting--;
        grow(highest, 1, position);
        close(open);
        Call call = new Call(function, arguments, position);
        ArgumentCheck.check(call, lexer);
        return call;
    }

    private Argument argument(Function function) {
        Expression value = argumentValue(false);
        if (value instanceof Name name && lexer.kind == Lexer.Kind.EQUALS) {
            lexer.advance();
            return new Argument(name.name(), argumentValue(function.takesFlag(name.name())));
        }
        return new Argument(null, value);
    }

    private Expression argumentValue(boolean logical) {
        if (lexer.kind == Lexer.Kind.NAME && !lexer.quoted) {
            String word = lexer.name;
            if (word.equals("TRUE") || word.equals("FALSE") || logical && (word.equals("T") || word.equals("F"))) {
                height = 1;
                Expression flag = new Flag(word, lexer.start);
                lexer.advance();
                return flag;
            }
        }
        return operators(Operator.BAR.precedence());
    }

    private void close(int open) {
        if (lexer.kind != Lexer.Kind.CLOSE) {
            throw unexpected("an operator or the ')' for the '(' at character " + (open + 1));
        }
        lexer.advance();
    }

    private void deeper(int position) {
        if (++nesting > MAX_NESTING) {
            throw tooDeep(position);
        }
    }

    /** Notes the height of a tree; sums of terms, which are long and walked in loops, do not count. */
    private void grow(int below, int by, int position) {
        height = below + by;
        if (height > MAX_HEIGHT) {
            throw tooDeep(position);
        }
    }

    private FormulaException tooDeep(int position) {
        return lexer.error("The formula is nested too deep here. Simplify it.", position);
    }

    private FormulaException unexpected(String expected) {
        String seen = lexer.kind == Lexer.Kind.END ? "The formula ends here" : "Unexpected " + lexer.describe();
        return lexer.error(seen + ", expected " + expected + ".", lexer.start);
    }
}
