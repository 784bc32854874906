package org.warpmix.inference;

import org.apache.commons.statistics.distribution.FDistribution;

/**
 * The test that several linear combinations of the fixed effects are all zero.
 *
 * @param f {@code scaling · (Lβ)'(L V L')⁻¹(Lβ) / numerator}
 * @param numerator degrees of freedom: the rank of L; zero where there is nothing to test
 * @param denominator degrees of freedom; {@code NaN} where they cannot be told
 * @param scaling Kenward and Roger's factor; 1 elsewhere
 */
public record FTest(double f, int numerator, double denominator, double scaling) {

    /** The test of nothing. */
    static final FTest EMPTY = new FTest(Double.NaN, 0, Double.NaN, 1);

    /** The p-value; {@code NaN} where there is no distribution to compare with. */
    public double p() {
        return numerator == 0 || !(denominator > 0) || !(f >= 0)
                ? Double.NaN
                : FDistribution.of(numerator, denominator).survivalProbability(f);
    }
}
