package org.warpmix.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.warpmix.table.Factors;

/** Numbers as text for readers: few digits, R's notation, whatever the locale. */
final class Numbers {

    private static final double SMALLEST_P = 2.2e-16; // R's: what 1 − p could show
    private static final int MOST_DECIMALS = 8;
    private static final int MOST_DIGITS = 9;
    private static final double NEGLIGIBLE = 1e-5;

    private Numbers() {}

    /** With a given number of decimals, e.g. {@code 10.467}. */
    static String fixed(double value, int decimals) {
        return Double.isFinite(value)
                ? new BigDecimal(value)
                        .setScale(decimals, RoundingMode.HALF_EVEN)
                        .toPlainString()
                : special(value);
    }

    /** With a given number of significant digits, in scientific notation where that is shorter. */
    static String significant(double value, int digits) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : special(value);
        }
        int exponent = exponent(value, digits);
        return exponent >= -4 && exponent < MOST_DIGITS
                ? fixed(value, Math.max(0, digits - 1 - exponent))
                : scientific(value, digits);
    }

    /** With no more significant digits than needed, and at most so many. */
    static String shortest(double value, int digits) {
        String text = significant(value, digits);
        return text.indexOf('.') < 0 || text.indexOf('e') >= 0
                ? text
                : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** A p-value: three digits, {@code <2e-16} where there is no telling it from zero. */
    static String p(double p) {
        return p < SMALLEST_P ? "<2e-16" : significant(p, 3);
    }

    /** A share, e.g. {@code 2.5%}. */
    static String percent(double share) {
        return Factors.label(100 * Math.rint(share * 1e6) / 1e6) + "%";
    }

    /** A column of numbers with as many decimals as its smallest needs, see {@link Scale}. */
    static String[] column(int digits, double... values) {
        Scale scale = Scale.of(digits, values);
        String[] column = new String[values.length];
        for (int i = 0; i < column.length; i++) {
            column[i] = scale.text(values[i], values[i]);
        }
        return column;
    }

    /**
     * Common decimals for a column.
     *
     * @param decimals so many that the smallest of the values that decide shows its digits; −1 where numbers that
     *     large or small are better off in scientific notation
     * @param digits significant digits in scientific notation
     */
    record Scale(int decimals, int digits) {

        /**
         * @param digits of the smallest value that is not negligible beside the largest
         * @param deciding the column's values, or those that tell how precise they are
         */
        static Scale of(int digits, double... deciding) {
            double largest = 0;
            for (double value : deciding) {
                largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
            }
            if (largest == 0) {
                return new Scale(digits - 1, digits);
            }
            int top = exponent(largest, digits);
            if (top < -4 || top >= MOST_DIGITS) {
                return new Scale(-1, digits);
            }
            int decimals = 0;
            for (double value : deciding) {
                if (Double.isFinite(value) && Math.abs(value) >= NEGLIGIBLE * largest) {
                    decimals = Math.max(decimals, digits - 1 - exponent(value, digits));
                }
            }
            return new Scale(Math.min(decimals, MOST_DECIMALS), digits);
        }

        /** A value; in scientific notation where the decimals would leave the deciding one less than two digits. */
        String text(double value, double deciding) {
            boolean lost = deciding != 0 && Math.abs(deciding) < Math.pow(10, 1 - decimals);
            return value != 0 && (decimals < 0 || lost)
                    ? scientific(value, digits)
                    : fixed(value, Math.max(0, decimals));
        }
    }

    /** The power of ten of the first digit, after rounding. */
    private static int exponent(double value, int digits) {
        BigDecimal rounded = round(value, digits);
        return rounded.precision() - rounded.scale() - 1;
    }

    private static String scientific(double value, int digits) {
        if (!Double.isFinite(value)) {
            return special(value);
        }
        BigDecimal rounded = round(value, digits);
        int exponent = rounded.precision() - rounded.scale() - 1;
        StringBuilder text = new StringBuilder(rounded.movePointLeft(exponent)
                .setScale(digits - 1, RoundingMode.HALF_EVEN)
                .toPlainString());
        int magnitude = Math.abs(exponent);
        return text.append(exponent < 0 ? "e-" : "e+")
                .append(magnitude < 10 ? "0" : "")
                .append(magnitude)
                .toString();
    }

    private static BigDecimal round(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
    }
}
