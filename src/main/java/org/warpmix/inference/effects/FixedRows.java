package org.warpmix.inference.effects;

import org.warpmix.crossprod.FixedBasis;
import org.warpmix.model.ModelData;

/** The rows of {@code X R⁻¹}: those of X in the solver's basis, not weighted. */
public final class FixedRows {

    private final double[][] x;
    private final int[] kept;
    private final double[] r;

    public FixedRows(ModelData data, FixedBasis fixed) {
        this.x = data.x();
        this.kept = fixed.kept();
        this.r = fixed.factor();
    }

    /**
     * Reads a row.
     *
     * @param into p numbers; overwritten
     */
    public void copy(int row, double[] into) {
        int p = kept.length;
        for (int j = 0; j < p; j++) {
            double value = x[kept[j]][row];
            for (int k = 0; k < j; k++) {
                value -= r[k + j * p] * into[k];
            }
            into[j] = value / r[j + j * p];
        }
    }
}
