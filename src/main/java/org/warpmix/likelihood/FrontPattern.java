package org.warpmix.likelihood;

/**
 * The dense remainder of a block elimination as plain arrays, for a {@link DenseFront}: what lies in the front, and the rows
 * that the nodes of the one factor that is eliminated have there. Arrays are shared, not to be modified.
 *
 * <p>The front's columns are those of the dense factors level by level, then those of X̃, then ỹ. A level is a block of columns;
 * each column of X̃ and ỹ is a block of its own.
 *
 * @param first first column of each block, and behind the last one the order of the front
 * @param factor for each block the number of its factor among those of the front; −1 for columns of X̃ and ỹ
 * @param baseStart where the entries of each block begin, and behind the last one their number
 * @param baseRow the rows, from the block's first one down, in which its columns have the data's cross-products
 * @param slots columns of the widest block
 * @param baseValue those cross-products, {@code slots} for each entry
 * @param q columns of an eliminated node
 * @param start first column of each node among all nodes' columns, and behind the last one their number
 * @param position the place in the front of each of these columns, ascending within a node, the last p+1 those of X̃ and ỹ
 * @param values P_vN of node v: q rows of {@code start[v+1] − start[v]} numbers from {@code q start[v]} on
 */
public record FrontPattern(
        int[] first,
        int[] factor,
        int[] baseStart,
        int[] baseRow,
        int slots,
        double[] baseValue,
        int q,
        int[] start,
        int[] position,
        double[] values) {

    /** Columns of the front, ỹ included. */
    public int order() {
        return first[factor.length];
    }

    /** Blocks of columns. */
    public int blocks() {
        return factor.length;
    }

    /** Eliminated nodes. */
    public int nodes() {
        return start.length - 1;
    }

    /** First, end and width of the columns of each factor of the front, three numbers each. */
    public int[] factors() {
        int count = 0;
        for (int f : factor) {
            count = Math.max(count, f + 1);
        }
        int[] ranges = new int[3 * count];
        for (int block = factor.length - 1; block >= 0; block--) {
            int f = factor[block];
            if (f >= 0) {
                ranges[3 * f] = first[block];
                ranges[3 * f + 1] = Math.max(ranges[3 * f + 1], first[block + 1]);
                ranges[3 * f + 2] = first[block + 1] - first[block];
            }
        }
        return ranges;
    }
}
