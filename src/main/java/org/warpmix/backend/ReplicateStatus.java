package org.warpmix.backend;

/** How the fit of one replicate ended. */
public enum ReplicateStatus {
    /** The search met its tolerance at a minimum; singular or not. */
    CONVERGED,
    /** The search ended without meeting its tolerance; the estimates are the best found. */
    NOT_CONVERGED,
    /** There are no estimates: the criterion has no value, such as where X loses rank or the response is constant. */
    FAILED
}
