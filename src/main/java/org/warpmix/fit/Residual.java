package org.warpmix.fit;

/** Kinds of residuals. */
public enum Residual {
    /** Response minus conditional mean, {@code y − (offset + Xβ + Zb)}. */
    CONDITIONAL,
    /** Response minus marginal mean, {@code y − (offset + Xβ)}. */
    MARGINAL,
    /** Conditional residual times the square root of its prior weight, {@code √w (y − ŷ)}: variance σ². */
    PEARSON,
    /** Pearson residual over σ. */
    STANDARDIZED
}
