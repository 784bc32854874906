package org.warpmix.likelihood;

/** What is minimised: −2 times the likelihood, or −2 times the likelihood of the error contrasts. */
public enum Method {
    /** Maximum likelihood: fits with different fixed effects can be compared; variances are biased downwards. */
    ML,
    /** Restricted maximum likelihood: variances allow for the fixed effects having been estimated. */
    REML
}
