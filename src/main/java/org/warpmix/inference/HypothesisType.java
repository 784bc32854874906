package org.warpmix.inference;

/** What a term's row in an analysis of variance tests, as SAS numbers it. */
public enum HypothesisType {
    /** Sequential: the term beyond those before it in the formula. */
    I,
    /** The term beyond all others that do not contain it. */
    II,
    /** The term where those that contain it are averaged over their levels with equal weights; the coding does not matter. */
    III;

    /** The type of a number from 1 to 3. */
    public static HypothesisType of(int number) {
        return values()[number - 1];
    }
}
