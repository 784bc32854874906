package org.warpmix.formula;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as R prints them: the fewest of 15 significant digits, fixed unless scientific is shorter. */
final class NumberText {

    private NumberText() {}

    static String of(double value) {
        if (value == (int) value && Math.abs(value) < 1e5) {
            return Integer.toString((int) value);
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(15)).stripTrailingZeros();
        String digits = rounded.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        String fixed = rounded.toPlainString();
        StringBuilder scientific = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            scientific.append('.').append(digits, 1, digits.length());
        }
        scientific.append(exponent < 0 ? "e-" : "e+");
        scientific.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent));
        return fixed.length() <= scientific.length() ? fixed : scientific.toString();
    }
}
