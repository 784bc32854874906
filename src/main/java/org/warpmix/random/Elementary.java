package org.warpmix.random;

/**
 * Logarithm, sine and cosine in additions and multiplications alone: the same bits on every processor, and in a loop over
 * arrays vector instructions, which the calls that {@link Math} makes cannot become.
 *
 * <p>Minimax-like polynomials (interpolation at Chebyshev nodes), errors below two units in the last place.
 */
public final class Elementary {

    private static final double LN2_HIGH = 0x1.62e42fefap-1; // 11 trailing zeros: exact times any exponent
    private static final double LN2_LOW = 0x1.cf79abc9e3b3ap-40;
    private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;
    private static final long ONE = 0x3ff0000000000000L;
    private static final long FRACTION = 0x000fffffffffffffL;

    private Elementary() {}

    /** The number in (0, 1) that 64 random bits stand for: {@code (2⌊x/2¹²⌋ + 1) 2⁻⁵³}, never 0 or 1, symmetric about ½. */
    static double uniform(long x) {
        return (x >>> 11 | 1) * 0x1p-53;
    }

    /** e of {@code u = 2^e (1 + f)} with {@code √½ ≤ 1 + f < √2}, for normal u > 0. */
    public static double exponent(double u) {
        return (Double.doubleToRawLongBits(u) + (ONE - ROOT_HALF) >> 52) - 1023;
    }

    /** f of {@link #exponent}. */
    public static double fraction(double u) {
        long bits = Double.doubleToRawLongBits(u) + (ONE - ROOT_HALF);
        return Double.longBitsToDouble((bits & FRACTION) + ROOT_HALF) - 1;
    }

    /** {@code log(2^e (1 + f))} by the series of {@code log((1+s)/(1−s))}, {@code s = f/(2+f)}. */
    public static double log(double e, double f) {
        double s = f / (2 + f);
        double z = s * s;
        double r = 0x1.39fe606542ddep-3 + z * 0x1.2b584aae78a57p-3;
        r = 0x1.c71c62e5800a1p-3 + z * (0x1.7462b4ab2ef6bp-3 + z * r);
        r = 0x1.5555555555558p-1 + z * (0x1.99999999952e2p-2 + z * (0x1.2492492df148dp-2 + z * r));
        return e * LN2_HIGH + (f - (s * (f - z * r) - e * LN2_LOW));
    }

    static double log(double u) {
        return log(exponent(u), fraction(u));
    }

    /** {@code sin(πf/2)} for |f| ≤ ½. */
    static double sine(double f) {
        double w = f * f;
        double r = 0x1.50783208843ebp-13 + w * (-0x1.e3027dea82bd7p-19 + w * 0x1.e4a9d9166f052p-25);
        r = -0x1.4abbce625be52p-1 + w * (0x1.466bc6775a476p-4 + w * (-0x1.32d2cce500387p-8 + w * r));
        return f * (Math.PI / 2 + w * r);
    }

    /** {@code cos(πf/2)} for |f| ≤ ½. */
    static double cosine(double f) {
        double w = f * f;
        double r = -0x1.a6d1eef479be1p-16 + w * (0x1.f9ce245cada0bp-22 + w * -0x1.b2f3eb054afcdp-28);
        r = 0x1.03c1f081b5ac0p-2 + w * (-0x1.55d3c7e3cb241p-6 + w * (0x1.e1f5068688d5bp-11 + w * r));
        return 1 + w * (-0x1.3bd3cc9be45dep+0 + w * r);
    }

    /** {@code cos(kπ/2)} for k of 0, 1, 2, 3; {@code sin(kπ/2)} is {@link #quarterSine}. */
    static double quarterCosine(double k) {
        return Math.abs(k - 2) - 1;
    }

    static double quarterSine(double k) {
        return 1 - Math.abs(k - 1);
    }
}
