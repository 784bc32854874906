package org.warpmix.crossprod;

/**
 * Cross-products by level of one grouping factor, in the solver's bases.
 *
 * <p>For level j: {@code G_j = Z̃_j'Z̃_j} (q×q) and {@code B_j = Z̃_j'[X̃_j ỹ_j]} (q×(p+1)), rows weighted.
 *
 * @param block the factor and its columns
 * @param width p+1
 * @param g {@code G_j} at {@code j*q*q}, column-major
 * @param b {@code B_j} at {@code j*q*width}, column-major
 * @param rows number of rows of each level
 */
public record LevelProducts(RandomBlock block, int width, double[] g, double[] b, int[] rows) {

    /** Number of random-effect columns q. */
    public int q() {
        return block.columns();
    }

    /** Number of levels J. */
    public int levels() {
        return rows.length;
    }

    /** The same levels with another response, whose q products of each level lie one after the other. */
    LevelProducts withResponse(double[] response, int from) {
        double[] replaced = b.clone();
        for (int level = 0; level < levels(); level++) {
            System.arraycopy(response, from + level * q(), replaced, (level + 1) * q() * width - q(), q());
        }
        return new LevelProducts(block, width, g, replaced, rows);
    }
}
