package org.warpmix.formula;

import java.util.List;

/**
 * A random-effects term as written, {@code (terms | group)} or {@code (terms || group)}.
 *
 * @param terms what varies over the group
 * @param groups one grouping factor; more where it is nested, {@code a/b}, the innermost first
 * @param correlated whether it has a single bar
 * @param text without the parentheses, in R's spacing
 */
public record RandomBar(Terms terms, List<Group> groups, boolean correlated, String text) {

    public RandomBar {
        groups = List.copyOf(groups);
    }
}
