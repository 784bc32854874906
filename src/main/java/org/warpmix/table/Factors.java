package org.warpmix.table;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;

/** Makes factors: of labels, and of numbers that stand for groups. */
public final class Factors {

    /** As many digits as R's {@code as.character} gives. */
    private static final MathContext DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);

    private static final double INTEGER_LIMIT = 0x1p31;
    private static final double FIFTEEN_DIGITS = 1e15;
    private static final double EXACT_LIMIT = 0x1p53;

    private Factors() {}

    /**
     * The factor of labels, its levels sorted by Unicode code point.
     *
     * @param labels one per row; {@code null} is missing
     */
    public static FactorColumn fromLabels(String... labels) {
        Dictionary dictionary = new Dictionary();
        int[] codes = new int[labels.length];
        for (int row = 0; row < labels.length; row++) {
            codes[row] = labels[row] == null ? -1 : dictionary.code(labels[row]);
        }
        return dictionary.toFactor(codes);
    }

    /**
     * The column as a factor, as a grouping variable needs it.
     * <p>A factor stays itself. Numbers become levels in numeric order, labelled as {@link #label} does, or, where
     * all are whole and of magnitude below 2³¹, with plain digits: R reads such a column as integers. Numbers of one
     * label (0.3 and 0.1 + 0.2) are one level, as in R.
     */
    public static FactorColumn of(Column column) {
        return column instanceof FactorColumn factor ? factor : ofNumbers(((NumericColumn) column).values());
    }

    /**
     * The label of a number as R's {@code as.character} writes it.
     * <p>The shortest decimal that equals the number to 15 significant digits, in fixed notation unless scientific
     * notation is shorter: {@code 0.2}, {@code 123456}, {@code 1e+05}, {@code 1.5e-10}, {@code Inf}. Other than in R,
     * a whole number that 15 digits do not hold but a double does (to 2⁵³) is written in full, so that long
     * identifiers stay apart.
     */
    public static String label(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        if (value == 0) {
            return "0";
        }
        double magnitude = Math.abs(value);
        if (magnitude >= FIFTEEN_DIGITS && magnitude <= EXACT_LIMIT && value == Math.rint(value)) {
            return Long.toString((long) value);
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        int digits = rounded.precision();
        int exponent = digits - rounded.scale() - 1;
        int scientific = (digits > 1 ? digits + 1 : 1) + (Math.abs(exponent) >= 100 ? 5 : 4);
        int decimals = Math.max(0, digits - 1 - exponent);
        int fixed = Math.max(exponent, 0) + 1 + (decimals > 0 ? decimals + 1 : 0);
        return fixed <= scientific ? rounded.toPlainString() : scientific(rounded, exponent);
    }

    private static String scientific(BigDecimal rounded, int exponent) {
        StringBuilder text = new StringBuilder(rounded.unscaledValue().toString());
        int first = rounded.signum() < 0 ? 1 : 0;
        if (text.length() > first + 1) {
            text.insert(first + 1, '.');
        }
        text.append(exponent < 0 ? "e-" : "e+");
        int magnitude = Math.abs(exponent);
        return text.append(magnitude < 10 ? "0" : "").append(magnitude).toString();
    }

    private static FactorColumn ofNumbers(double[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        boolean whole = true;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                whole &= value == Math.rint(value);
            }
        }
        boolean integers = whole && -INTEGER_LIMIT < min && max < INTEGER_LIMIT;
        // A counting array beats hashing where the range is not much wider than the rows are many.
        boolean dense = integers && max - min < Math.max(1 << 16, 4.0 * values.length);
        return dense && min <= max ? ofDenseIntegers(values, (int) min, (int) max) : ofAny(values, integers);
    }

    private static FactorColumn ofDenseIntegers(double[] values, int min, int max) {
        int[] rank = new int[max - min + 1];
        for (double value : values) {
            if (!Double.isNaN(value)) {
                rank[(int) value - min] = 1;
            }
        }
        String[] levels = new String[rank.length];
        int count = 0;
        for (int i = 0; i < rank.length; i++) {
            if (rank[i] == 1) {
                levels[count] = Integer.toString(min + i);
                rank[i] = count++;
            }
        }
        int[] codes = new int[values.length];
        for (int row = 0; row < values.length; row++) {
            codes[row] = Double.isNaN(values[row]) ? -1 : rank[(int) values[row] - min];
        }
        return new FactorColumn(codes, Arrays.copyOf(levels, count));
    }

    private static FactorColumn ofAny(double[] values, boolean integers) {
        DistinctNumbers distinct = new DistinctNumbers();
        int[] codes = new int[values.length];
        for (int row = 0; row < values.length; row++) {
            codes[row] = Double.isNaN(values[row]) ? -1 : distinct.code(values[row]);
        }
        double[] sorted = distinct.sorted();
        String[] levels = new String[sorted.length];
        int[] rank = new int[sorted.length];
        int count = 0;
        for (double value : sorted) {
            String label = integers ? Integer.toString((int) value) : label(value);
            if (count == 0 || !label.equals(levels[count - 1])) {
                levels[count++] = label;
            }
            rank[distinct.code(value)] = count - 1;
        }
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] >= 0) {
                codes[row] = rank[codes[row]];
            }
        }
        return new FactorColumn(codes, Arrays.copyOf(levels, count));
    }
}
