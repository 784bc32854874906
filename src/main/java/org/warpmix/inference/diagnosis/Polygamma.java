package org.warpmix.inference.diagnosis;

/**
 * Digamma ψ and its first and third derivative, by {@code ψ⁽ᵏ⁾(x) = ψ⁽ᵏ⁾(x+1) − (−1)ᵏ k!/xᵏ⁺¹} up to x ≥ 12 and the asymptotic
 * series there. NIST Digital Library of Mathematical Functions, 5.15.
 */
final class Polygamma {

    private static final double LARGE = 12;

    private Polygamma() {}

    /** ψ, ψ' and ψ''' at x > 0. */
    static double[] of(double x) {
        double[] psi = new double[3];
        double at = x;
        for (; at < LARGE; at++) {
            psi[0] -= 1 / at;
            psi[1] += 1 / (at * at);
            psi[2] += 6 / (at * at * at * at);
        }
        double r = 1 / at;
        double s = r * r;
        psi[0] += Math.log(at) - r / 2 - s * (1.0 / 12 - s * (1.0 / 120 - s * (1.0 / 252 - s / 240)));
        psi[1] += r + s / 2 + r * s * (1.0 / 6 - s * (1.0 / 30 - s * (1.0 / 42 - s / 30)));
        psi[2] += 2 * r * s + 3 * s * s + r * s * s * (2 - s * (1 - s * (4.0 / 3 - s * 3)));
        return psi;
    }
}
