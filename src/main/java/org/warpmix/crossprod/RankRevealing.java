package org.warpmix.crossprod;

import java.util.Arrays;

/**
 * A triangular factor of X and the response with the dependent columns of X taken out.
 *
 * <p>Columns are taken in their order, each reflected by the Householder vectors of those kept before it; one whose rest
 * is short against its length is left out, as R's {@code qr} does. That the columns come as a triangular factor already
 * changes nothing: it has their lengths and angles.
 *
 * @param kept numbers of the columns kept, ascending
 * @param dropped numbers of the columns left out, ascending
 * @param r the factor of the kept columns with the response last, (kept+1)², column-major; its last diagonal entry is of
 *     no use
 */
record RankRevealing(int[] kept, int[] dropped, double[] r) {

    /**
     * @param r (p+1)×(p+1) upper triangular, column-major, the response last; not modified
     * @param tolerance relative length of the orthogonal rest at which a column is left out
     */
    static RankRevealing of(double[] r, int p, double tolerance) {
        int height = p + 1;
        int[] kept = new int[p];
        int[] dropped = new int[p];
        int rank = 0;
        int out = 0;
        double[][] vectors = new double[p][];
        double[][] columns = new double[height][];
        for (int j = 0; j <= p; j++) {
            double[] column = Arrays.copyOfRange(r, j * height, (j + 1) * height);
            double length = norm(column, 0);
            for (int k = 0; k < rank; k++) {
                reflect(vectors[k], k, column);
            }
            if (j == p) {
                columns[rank] = column;
                break;
            }
            double rest = norm(column, rank);
            if (rest <= tolerance * length) {
                dropped[out++] = j;
                continue;
            }
            double[] vector = column.clone();
            vector[rank] += Math.copySign(rest, column[rank]);
            vectors[rank] = vector;
            reflect(vector, rank, column);
            columns[rank] = column;
            kept[rank++] = j;
        }
        double[] factor = new double[(rank + 1) * (rank + 1)];
        for (int j = 0; j <= rank; j++) {
            System.arraycopy(columns[j], 0, factor, j * (rank + 1), j + 1);
        }
        return new RankRevealing(Arrays.copyOf(kept, rank), Arrays.copyOf(dropped, out), factor);
    }

    /** Applies {@code I − 2vv'/v'v}, v taken from an index on, to a column. */
    private static void reflect(double[] v, int from, double[] column) {
        double dot = 0;
        double square = 0;
        for (int i = from; i < v.length; i++) {
            dot += v[i] * column[i];
            square += v[i] * v[i];
        }
        double factor = 2 * dot / square;
        for (int i = from; i < v.length; i++) {
            column[i] -= factor * v[i];
        }
    }

    private static double norm(double[] a, int from) {
        double sum = 0;
        for (int i = from; i < a.length; i++) {
            sum = Math.hypot(sum, a[i]);
        }
        return sum;
    }
}
