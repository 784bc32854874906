package org.warpmix.formula;

import java.util.ArrayList;
import java.util.List;

/** The functions that a formula may call, with R's names for their parameters. */
public enum Function {
    /** Arithmetic in a formula: {@code I(x^2)}. */
    AS_IS("I", 1, "x"),
    LOG("log", 1, "x", "base"),
    LOG10("log10", 1, "x"),
    LOG2("log2", 1, "x"),
    LOG1P("log1p", 1, "x"),
    EXP("exp", 1, "x"),
    EXPM1("expm1", 1, "x"),
    SQRT("sqrt", 1, "x"),
    ABS("abs", 1, "x"),
    SIN("sin", 1, "x"),
    COS("cos", 1, "x"),
    /** Orthogonal, or raw, polynomials: as many columns as the degree. */
    POLY("poly", 2, "x", "degree", "raw"),
    /** {@code (x − mean) / sd}. */
    SCALE("scale", 1, "x", "center", "scale"),
    FACTOR("factor", 1, "x"),
    AS_FACTOR("as.factor", 1, "x"),
    /** {@code x} minus its mean in the row's group. */
    WITHIN("within", 2, "x", "group"),
    /** The mean of {@code x} in the row's group. */
    BETWEEN("between", 2, "x", "group"),
    /** A known part of the mean: a term with coefficient one. */
    OFFSET("offset", 1, "x");

    private final String symbol;
    private final int required;
    private final List<String> parameters;

    Function(String symbol, int required, String... parameters) {
        this.symbol = symbol;
        this.required = required;
        this.parameters = List.of(parameters);
    }

    /** The name in a formula. */
    public String symbol() {
        return symbol;
    }

    /** Names of the parameters in their order. */
    public List<String> parameters() {
        return parameters;
    }

    /** How many of the parameters must be given. */
    int required() {
        return required;
    }

    /** Whether the value is a factor. */
    public boolean makesFactor() {
        return this == FACTOR || this == AS_FACTOR;
    }

    /** Whether the parameter is {@code TRUE} or {@code FALSE}. */
    boolean takesFlag(String parameter) {
        return this == POLY && parameter.equals("raw")
                || this == SCALE && (parameter.equals("center") || parameter.equals("scale"));
    }

    private static final Function[] ALL = values();

    static Function find(String symbol) {
        for (Function function : ALL) {
            if (function.symbol.equals(symbol)) {
                return function;
            }
        }
        return null;
    }

    static List<String> symbols() {
        List<String> symbols = new ArrayList<>();
        for (Function function : ALL) {
            symbols.add(function.symbol);
        }
        return symbols;
    }
}
