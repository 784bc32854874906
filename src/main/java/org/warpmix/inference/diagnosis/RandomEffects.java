package org.warpmix.inference.diagnosis;

/** Whose mean is predicted. */
public enum RandomEffects {
    /** That of a row's own groups: fixed and random effects. */
    ALL,
    /** That of the population: fixed effects only. */
    NONE
}
