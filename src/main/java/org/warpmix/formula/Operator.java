package org.warpmix.formula;

/** The binary operators, with R's precedence: a higher one binds tighter. */
public enum Operator {
    TILDE("~", 1, true),
    BAR("|", 2, true),
    DOUBLE_BAR("||", 2, true),
    PLUS("+", 3, true),
    MINUS("-", 3, true),
    TIMES("*", 4, true),
    DIVIDE("/", 4, false),
    IN("%in%", 5, true),
    COLON(":", 6, false),
    POWER("^", 8, false);

    /** A sign binds tighter than {@code :} and looser than {@code ^}: {@code -x^2} is {@code -(x^2)}. */
    static final int SIGN_PRECEDENCE = 7;

    private final String symbol;
    private final int precedence;
    private final boolean spaced;

    Operator(String symbol, int precedence, boolean spaced) {
        this.symbol = symbol;
        this.precedence = precedence;
        this.spaced = spaced;
    }

    public String symbol() {
        return symbol;
    }

    int precedence() {
        return precedence;
    }

    /** Whether R's deparse puts blanks around it. */
    boolean spaced() {
        return spaced;
    }
}
