package org.warpmix.table;

/**
 * A column of categories.
 *
 * @param codes one per row, an index into {@code levels}; −1 is missing; shared, not copied
 * @param levels distinct labels in their order (for a column read from a file: sorted by Unicode code
 *     point, as R does in the C locale, whatever the locale of the machine); shared, not copied
 * @param logical whether the column is a logical one (levels {@code FALSE}, {@code TRUE}), which
 *     arithmetic takes as 0 and 1
 */
public record FactorColumn(int[] codes, String[] levels, boolean logical) implements Column {

    public FactorColumn(int[] codes, String[] levels) {
        this(codes, levels, false);
    }

    @Override
    public int size() {
        return codes.length;
    }

    @Override
    public boolean isMissing(int row) {
        return codes[row] < 0;
    }

    /** The levels stay, whether or not they occur in these rows. */
    @Override
    public FactorColumn at(int[] rows) {
        int[] some = new int[rows.length];
        for (int i = 0; i < some.length; i++) {
            some[i] = codes[rows[i]];
        }
        return new FactorColumn(some, levels, logical);
    }
}
