package org.warpmix.replicate;

import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseProducts;

/**
 * Permuted responses of many columns on one design, all columns rearranged alike: replicate {@code (k − 1) C + c + 1} is column c
 * of C, counted from 0, under arrangement k, which is that of replicate k of {@link PermutedResponses}. What columns have in
 * common, such as the likeness of neighbours, is kept by that.
 */
public final class PermutedColumns extends RowResponses {

    private final PermutedResponses[] columns;
    private final double[][] means;

    private PermutedColumns(
            Crossproducts statistics,
            ResponseProducts products,
            PermutedResponses[] columns,
            double[][] means,
            long seed) {
        super(statistics, products, null, seed);
        this.columns = columns;
        this.means = means;
    }

    /**
     * Columns under arrangements drawn at random, or under all that there are, one after the other.
     *
     * @param statistics of the model that is fitted to the replicates
     * @param fits of each column's model whose residuals are rearranged, on the same rows; see {@link PermutedResponses#of}
     * @param means what is added to each column's rearranged residuals, n numbers; shared, not to be modified
     * @param factor see {@link PermutedResponses#of}
     * @param enumerated whether the arrangements are gone through
     * @throws IllegalArgumentException where the design does not allow the scheme, saying why
     */
    public static PermutedColumns of(
            PermutationScheme scheme,
            Crossproducts statistics,
            List<FittedModel> fits,
            double[][] means,
            String factor,
            boolean enumerated,
            long seed) {
        ResponseProducts products = ResponseProducts.of(statistics);
        PermutedResponses[] columns = new PermutedResponses[fits.size()];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = PermutedResponses.of(scheme, statistics, products, fits.get(c), factor, enumerated, seed);
        }
        return new PermutedColumns(statistics, products, columns, means, seed);
    }

    /** See {@link PermutedResponses#arrangements}. */
    public long arrangements() {
        return columns[0].arrangements();
    }

    /** See {@link PermutedResponses#tells}. */
    public boolean tells(double[] x) {
        return columns[0].tells(x);
    }

    @Override
    Rows rows() {
        int[] arrangement = new int[columns[0].items()];
        double[][] work = columns[0].work();
        long[] drawn = {0};
        return (random, replicate, y) -> {
            long number = (replicate - 1) / columns.length + 1;
            int c = (int) ((replicate - 1) % columns.length);
            if (number != drawn[0]) {
                random.start(number, 0);
                columns[0].draw(random, number, arrangement);
                drawn[0] = number;
            }
            columns[c].rearranged(arrangement, y, work);
            for (int i = 0; i < y.length; i++) {
                y[i] += means[c][i];
            }
        };
    }
}
