package org.warpmix.crossprod;

import org.warpmix.model.ModelData;

/**
 * What each level of a single grouping factor adds to the sums over all rows: needed where levels are taken a number of times.
 *
 * @param ww {@code W_j'W_j} of {@code W = [X̃ ỹ]}, its lower triangle packed column by column, one level after the other
 * @param logWeights {@code Σ log w_i} over the rows of each level
 */
public record LevelSquares(double[] ww, double[] logWeights) {

    /**
     * One pass over the rows.
     *
     * @param data what the statistics were made of
     */
    public static LevelSquares of(ModelData data, Crossproducts statistics) {
        int p1 = statistics.p() + 1;
        int triangle = p1 * (p1 + 1) / 2;
        int[] codes = data.terms().get(0).factor().codes();
        int levels = statistics.factors().get(0).levels();
        double[] ww = new double[levels * triangle];
        double[] logWeights = new double[levels];
        double[] w = new double[FixedBasis.BLOCK * p1];
        for (int from = 0; from < data.n(); from += FixedBasis.BLOCK) {
            int rows = Math.min(FixedBasis.BLOCK, data.n() - from);
            statistics.fixed().rows(from, rows, w);
            for (int i = 0; i < rows; i++) {
                int at = codes[from + i] * triangle;
                for (int k = 0; k < p1; k++) {
                    for (int l = k; l < p1; l++) {
                        ww[at++] += w[k * FixedBasis.BLOCK + i] * w[l * FixedBasis.BLOCK + i];
                    }
                }
                if (data.weights() != null) {
                    logWeights[codes[from + i]] += Math.log(data.weights()[from + i]);
                }
            }
        }
        return new LevelSquares(ww, logWeights);
    }
}
