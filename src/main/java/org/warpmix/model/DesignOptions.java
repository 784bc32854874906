package org.warpmix.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model needs besides formula and table. Immutable: {@code DesignOptions.defaults().withWeights("w")}.
 *
 * @param contrasts by the name of a factor column; treatment contrasts for the others. They hold in the random
 *     terms, too
 * @param weights column of prior weights, {@code Var(ε_i) = σ² / w_i}, or {@code null}. A row of weight zero is
 *     left out and counted as dropped
 * @param offset column that is added to the mean, or {@code null}
 */
public record DesignOptions(Map<String, Contrast> contrasts, String weights, String offset) {

    private static final DesignOptions DEFAULTS = new DesignOptions(Map.of(), null, null);

    public DesignOptions {
        contrasts = contrasts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(contrasts));
    }

    /** Treatment contrasts, no weights, no offset. */
    public static DesignOptions defaults() {
        return DEFAULTS;
    }

    public DesignOptions withContrast(String column, Contrast contrast) {
        Map<String, Contrast> more = new LinkedHashMap<>(contrasts);
        more.put(column, contrast);
        return new DesignOptions(more, weights, offset);
    }

    public DesignOptions withWeights(String column) {
        return new DesignOptions(contrasts, column, offset);
    }

    public DesignOptions withOffset(String column) {
        return new DesignOptions(contrasts, weights, column);
    }
}
