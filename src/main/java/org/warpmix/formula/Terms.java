package org.warpmix.formula;

import java.util.List;

/**
 * A linear predictor.
 *
 * @param intercept whether it has an intercept
 * @param terms in R's order: by number of variables, then as they appear
 * @param offsets the arguments of {@code offset(…)}
 */
public record Terms(boolean intercept, List<Term> terms, List<Expression> offsets) {

    public Terms {
        terms = List.copyOf(terms);
        offsets = List.copyOf(offsets);
    }
}
