package org.warpmix.model;

import java.util.List;

/**
 * How the columns of X that belong to one fixed-effects term come about: each is a product of one column per variable,
 * those of the first variable changing fastest.
 *
 * @param name as in the formula, e.g. {@code recipe:temp}
 * @param variables in the order of the term
 */
public record TermCoding(String name, List<Coding> variables) {

    public TermCoding {
        variables = List.copyOf(variables);
    }

    /**
     * The columns of a variable within a term.
     *
     * @param text the variable as in the formula
     * @param levels of a factor; nothing for numbers
     * @param full whether a factor has an indicator per level rather than contrasts
     * @param columns for a factor the value of each column at each level; for numbers one empty array per column
     */
    public record Coding(String text, String[] levels, boolean full, double[][] columns) {

        /** Whether it is a factor. */
        public boolean isFactor() {
            return levels != null;
        }
    }

    /** Number of columns of the term. */
    public int count() {
        int count = 1;
        for (Coding variable : variables) {
            count *= variable.columns.length;
        }
        return count;
    }

    /** Whether all variables of another term are in this one. */
    public boolean hasAll(List<Coding> others) {
        for (Coding other : others) {
            if (indexOf(other.text) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Position of a variable, −1 where the term does not have it. */
    public int indexOf(String text) {
        for (int v = 0; v < variables.size(); v++) {
            if (variables.get(v).text.equals(text)) {
                return v;
            }
        }
        return -1;
    }
}
