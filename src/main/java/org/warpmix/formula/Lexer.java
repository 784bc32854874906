package org.warpmix.formula;

/** Cuts a formula's text into tokens, one at a time. */
final class Lexer {

    /** What a token is. */
    enum Kind {
        NAME,
        NUMBER,
        OPERATOR,
        OPEN,
        CLOSE,
        COMMA,
        EQUALS,
        END
    }

    /** A formula of more tokens is refused: the tree of a sum is as deep as the sum is long. */
    private static final int MAX_TOKENS = 4000;

    private final String text;
    private int next;
    private int count;

    /** Of the current token. */
    Kind kind;

    int start;
    String name;
    boolean quoted;
    double number;
    Operator operator;

    Lexer(String text) {
        this.text = text;
        advance();
    }

    /** Moves to the next token. */
    void advance() {
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        start = next;
        if (++count > MAX_TOKENS) {
            throw error("The formula has more than " + MAX_TOKENS + " words and signs. Shorten it.", start);
        }
        if (next == text.length()) {
            kind = Kind.END;
            return;
        }
        char c = text.charAt(next);
        if (isDigit(c) || c == '.' && next + 1 < text.length() && isDigit(text.charAt(next + 1))) {
            readNumber();
        } else if (Character.isLetter(c) || c == '.') {
            readName();
        } else if (c == '`') {
            readQuotedName();
        } else {
            readSign(c);
        }
    }

    /** The current token as a message names it. */
    String describe() {
        return kind == Kind.END ? "the end" : "'" + text.substring(start, next) + "'";
    }

    FormulaException error(String reason, int position) {
        return new FormulaException(reason, text, position);
    }

    private void readNumber() {
        kind = Kind.NUMBER;
        skipDigits();
        if (peek('.')) {
            next++;
            skipDigits();
        }
        if (peek('e') || peek('E')) {
            int exponent = next + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
                exponent++;
            }
            if (exponent == text.length() || !isDigit(text.charAt(exponent))) {
                throw error(
                        "The number " + text.substring(start, exponent) + " lacks the digits of its exponent.", start);
            }
            next = exponent;
            skipDigits();
        }
        number = next - start == 1 ? text.charAt(start) - '0' : Double.parseDouble(text.substring(start, next));
        if (Double.isInfinite(number)) {
            throw error("The number " + text.substring(start, next) + " is too large.", start);
        }
        if (peek('L')) {
            next++;
        }
    }

    private void readName() {
        kind = Kind.NAME;
        quoted = false;
        next = endOfName(text, next);
        name = text.substring(start, next);
    }

    private void readQuotedName() {
        int end = text.indexOf('`', start + 1);
        if (end < 0) {
            throw error("The name that starts here has no closing backtick.", start);
        }
        if (end == start + 1) {
            throw error("There is no name between these backticks.", start);
        }
        kind = Kind.NAME;
        quoted = true;
        name = text.substring(start + 1, end);
        next = end + 1;
    }

    private void readSign(char c) {
        next++;
        kind = Kind.OPERATOR;
        switch (c) {
            case '(' -> kind = Kind.OPEN;
            case ')' -> kind = Kind.CLOSE;
            case ',' -> kind = Kind.COMMA;
            case '=' -> kind = Kind.EQUALS;
            case '~' -> operator = Operator.TILDE;
            case '+' -> operator = Operator.PLUS;
            case '-' -> operator = Operator.MINUS;
            case '/' -> operator = Operator.DIVIDE;
            case ':' -> operator = Operator.COLON;
            case '^' -> operator = Operator.POWER;
            case '*' -> {
                operator = Operator.TIMES;
                if (peek('*')) { // an older spelling of ^ that R still reads
                    next++;
                    operator = Operator.POWER;
                }
            }
            case '|' -> {
                operator = Operator.BAR;
                if (peek('|')) {
                    next++;
                    operator = Operator.DOUBLE_BAR;
                }
            }
            default -> {
                if (!text.startsWith("%in%", start)) {
                    next = text.offsetByCodePoints(start, 1);
                    throw error(
                            "Unexpected character " + describe()
                                    + ". A column name that has other signs than letters, digits, '.' and '_' or does"
                                    + " not begin with a letter goes in backticks.",
                            start);
                }
                operator = Operator.IN;
                next = start + 4;
            }
        }
    }

    private void skipDigits() {
        while (next < text.length() && isDigit(text.charAt(next))) {
            next++;
        }
    }

    private boolean peek(char c) {
        return next < text.length() && text.charAt(next) == c;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The end of the letters, digits, dots and underscores from a place on. */
    private static int endOfName(String text, int from) {
        int end = from;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (!Character.isLetterOrDigit(c) && c != '.' && c != '_') {
                break;
            }
            end++;
        }
        return end;
    }

    /** Whether R reads the name without backticks. */
    static boolean isSyntacticName(String name) {
        char first = name.charAt(0);
        boolean starts = Character.isLetter(first) || first == '.' && (name.length() == 1 || !isDigit(name.charAt(1)));
        return starts && endOfName(name, 0) == name.length() && !isReserved(name);
    }

    static boolean isReserved(String name) {
        return switch (name) {
            case "TRUE",
                    "FALSE",
                    "NULL",
                    "NA",
                    "NaN",
                    "Inf",
                    "if",
                    "else",
                    "for",
                    "while",
                    "repeat",
                    "function",
                    "next",
                    "break",
                    "in" -> true;
            default -> false;
        };
    }
}
