package org.warpmix.table;

/**
 * One named-elsewhere column of a {@link Table}: numbers or a factor.
 *
 * <p>Columns are immutable by contract: the arrays behind them are shared, never copied, and must not be
 * changed after they were handed over.
 */
public sealed interface Column permits NumericColumn, FactorColumn {

    /** Number of rows, missing ones included. */
    int size();

    /**
     * Whether the value of a row is missing.
     *
     * @param row 0-based
     */
    boolean isMissing(int row);

    /**
     * The column on some rows.
     *
     * @param rows 0-based numbers, in the order wanted
     */
    Column at(int[] rows);
}
