package org.warpmix.model;

/**
 * A grouping factor over the rows of a model. Equal to itself only: terms on one factor share the object.
 *
 * @param name as lme4 prints it, e.g. {@code Subject}, {@code cask:batch}
 * @param levels labels of the levels that occur, in their order; an interaction's are joined by a colon
 * @param codes one per row, an index into {@code levels}; −1 only in new data, for a level not seen in the fit
 */
public record GroupingFactor(String name, String[] levels, int[] codes) {

    // A record's own ones would compare the arrays by identity, too, and take 20 ms at their first use.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
