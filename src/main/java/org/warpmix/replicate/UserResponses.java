package org.warpmix.replicate;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;

/** Responses that are given, replicate i the i-th column: many responses on one design, or simulations made elsewhere. */
public final class UserResponses extends RowResponses {

    private final double[][] columns;

    private UserResponses(Crossproducts statistics, double[][] columns) {
        super(statistics, ResponseProducts.of(statistics), null, 0);
        this.columns = columns;
    }

    /**
     * Given responses.
     *
     * @param columns B columns of n numbers, for the rows that the design uses; shared, not to be modified
     * @throws IllegalArgumentException for no column, or one of another length or with an entry that is no finite number
     */
    public static UserResponses of(Crossproducts statistics, double[][] columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("No response columns are given: nothing to fit.");
        }
        for (int c = 0; c < columns.length; c++) {
            if (columns[c].length != statistics.n()) {
                throw new IllegalArgumentException("Response column " + (c + 1) + " has " + columns[c].length
                        + " rows, the model uses " + statistics.n() + ". Give one number for each row used.");
            }
            for (int i = 0; i < columns[c].length; i++) {
                if (!Double.isFinite(columns[c][i])) {
                    throw new IllegalArgumentException(
                            "Response column " + (c + 1) + " is " + columns[c][i] + " in row " + (i + 1)
                                    + " of those used. All responses share the rows of one design: leave out the row or the column.");
                }
            }
        }
        return new UserResponses(statistics, columns.clone());
    }

    /** Number of columns B. */
    public int count() {
        return columns.length;
    }

    @Override
    Rows rows() {
        return (random, replicate, y) -> {
            if (replicate > columns.length) {
                throw new IllegalArgumentException(
                        "Replicate " + replicate + " of " + columns.length + " response columns. Ask for no more.");
            }
            System.arraycopy(columns[(int) replicate - 1], 0, y, 0, y.length);
        };
    }
}
