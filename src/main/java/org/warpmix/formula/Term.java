package org.warpmix.formula;

import java.util.List;

/**
 * One term of a linear predictor: a variable or an interaction of several. The intercept is no term.
 *
 * @param factors the variables, columns or calls, in the order in which the formula first names them
 */
public record Term(List<Expression> factors) {

    public Term {
        factors = List.copyOf(factors);
    }

    /** The term as R names it, e.g. {@code recipe:temp}. */
    public String name() {
        if (factors.size() == 1) {
            return factors.get(0).text();
        }
        StringBuilder name = new StringBuilder();
        for (Expression factor : factors) {
            name.append(name.length() == 0 ? "" : ":");
            factor.appendTo(name);
        }
        return name.toString();
    }
}
