package org.warpmix.table;

import java.math.BigDecimal;

/**
 * Reads decimal numbers as R's {@code type.convert} does: no hexadecimal, no {@code 1d} or {@code 1f}.
 * <p>A mantissa below 2⁵³ and a power of ten up to 10²² are both exact doubles, so one multiplication or division
 * rounds rightly (Clinger 1990). The rest is left to {@link Double#parseDouble}.
 */
final class NumberParser {

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final long EXACT = 1L << 53;
    private static final long ROOM_FOR_A_DIGIT = (Long.MAX_VALUE - 9) / 10;
    private static final int EXPONENT_LIMIT = 100_000;

    private double value;

    /** The number of the last successful {@link #parse}; {@code NaN} where the text said so. */
    double value() {
        return value;
    }

    /**
     * Whether the text is a number.
     * <p>An integer too long for a double to hold exactly is none: it is an identifier, and rounding would put
     * different groups together.
     *
     * @param length at least 1, without surrounding space
     */
    boolean parse(char[] buffer, int offset, int length) {
        int end = offset + length;
        int at = offset;
        boolean negative = buffer[at] == '-';
        if (negative || buffer[at] == '+') {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int decimals = 0;
        boolean point = false;
        boolean overflow = false;
        for (; at < end; at++) {
            int digit = buffer[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits++;
                decimals += point ? 1 : 0;
                if (mantissa > ROOM_FOR_A_DIGIT) {
                    overflow = true;
                } else {
                    mantissa = 10 * mantissa + digit;
                }
            } else if (buffer[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return !point && parseWord(buffer, at, end, negative);
        }
        int exponent = 0;
        boolean scientific = at < end;
        if (scientific) {
            if (buffer[at] != 'e' && buffer[at] != 'E') {
                return false;
            }
            at++;
            boolean down = at < end && buffer[at] == '-';
            if (down || (at < end && buffer[at] == '+')) {
                at++;
            }
            if (at == end) {
                return false;
            }
            for (; at < end; at++) {
                int digit = buffer[at] - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                exponent = Math.min(10 * exponent + digit, EXPONENT_LIMIT);
            }
            exponent = down ? -exponent : exponent;
        }
        int power = exponent - decimals;
        if (!overflow && mantissa <= EXACT && power >= -22 && power <= 22) {
            double magnitude = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power];
            value = negative ? -magnitude : magnitude;
            return true;
        }
        String text = new String(buffer, offset, length);
        value = Double.parseDouble(text);
        boolean integer = !point && !scientific;
        return !integer || new BigDecimal(text).compareTo(new BigDecimal(value)) == 0;
    }

    private boolean parseWord(char[] buffer, int at, int end, boolean negative) {
        if (is("inf", buffer, at, end) || is("infinity", buffer, at, end)) {
            value = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            return true;
        }
        value = Double.NaN;
        return is("nan", buffer, at, end);
    }

    private static boolean is(String word, char[] buffer, int at, int end) {
        if (end - at != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            // Setting bit 5 lowers an ASCII letter in any locale.
            if ((buffer[at + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
