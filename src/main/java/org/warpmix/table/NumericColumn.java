package org.warpmix.table;

/**
 * A column of numbers.
 *
 * @param values one per row; {@code NaN} is missing; shared, not copied
 */
public record NumericColumn(double[] values) implements Column {

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public boolean isMissing(int row) {
        return Double.isNaN(values[row]);
    }

    @Override
    public NumericColumn at(int[] rows) {
        double[] some = new double[rows.length];
        for (int i = 0; i < some.length; i++) {
            some[i] = values[rows[i]];
        }
        return new NumericColumn(some);
    }
}
