package org.warpmix.model;

import java.util.List;

/**
 * New rows in the columns of a fitted model.
 *
 * @param x the columns of X, as many as the fit's
 * @param terms the fit's random terms on the new rows; a level that the fit has not seen has code −1
 * @param offset one number per row, or {@code null} where the model has none
 * @param missing the rows where something is missing: predictions there are {@code NaN}
 */
public record NewRows(double[][] x, List<RandomTerm> terms, double[] offset, boolean[] missing) {

    /** Number of rows. */
    public int n() {
        return missing.length;
    }
}
