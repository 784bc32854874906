package org.warpmix.crossprod;

/**
 * The triangular factor of a tall matrix whose rows arrive in blocks, by Householder reflections.
 *
 * <p>Each block is stacked under the factor so far and the pair is reduced again, so the memory is that of one
 * block, and R is as accurate as that of a QR of all rows at once (no cross-products are formed).
 */
final class StreamingQr {

    private final int columns;
    private final double[] r;
    private double[] stacked = new double[0];

    StreamingQr(int columns) {
        this.columns = columns;
        this.r = new double[columns * columns];
    }

    /**
     * Takes in rows.
     *
     * @param block column-major, {@code rows} × columns with leading dimension {@code ld}; not modified
     */
    void add(double[] block, int rows, int ld) {
        int height = columns + rows;
        if (stacked.length < height * columns) {
            stacked = new double[height * columns];
        }
        for (int j = 0; j < columns; j++) {
            System.arraycopy(r, j * columns, stacked, j * height, columns);
            System.arraycopy(block, j * ld, stacked, j * height + columns, rows);
        }
        reduce(stacked, height, columns);
        for (int j = 0; j < columns; j++) {
            System.arraycopy(stacked, j * height, r, j * columns, j + 1);
        }
    }

    /** The factor, columns × columns, column-major, upper triangular; signs of its rows are arbitrary. */
    double[] r() {
        return r.clone();
    }

    /** Reduces a column-major matrix to upper triangular form in place, without pivoting. */
    private static void reduce(double[] a, int height, int columns) {
        for (int j = 0; j < Math.min(columns, height - 1); j++) {
            reflect(a, height, j, columns);
        }
    }

    /**
     * Applies to columns {@code j..columns-1} the reflection that clears column j below row j.
     */
    static void reflect(double[] a, int height, int j, int columns) {
        int at = j * height;
        double largest = 0;
        for (int i = j; i < height; i++) {
            largest = Math.max(largest, Math.abs(a[at + i]));
        }
        if (largest == 0) {
            return;
        }
        double sum = 0;
        for (int i = j; i < height; i++) {
            double scaled = a[at + i] / largest;
            sum += scaled * scaled;
        }
        double alpha = -Math.copySign(largest * Math.sqrt(sum), a[at + j]);
        double head = a[at + j] - alpha;
        double factor = 1 / (alpha * head); // H = I + v v' / (alpha * head), v = (head, a_below)
        for (int c = j + 1; c < columns; c++) {
            int other = c * height;
            double dot = head * a[other + j];
            for (int i = j + 1; i < height; i++) {
                dot += a[at + i] * a[other + i];
            }
            double weight = dot * factor;
            a[other + j] += weight * head;
            for (int i = j + 1; i < height; i++) {
                a[other + i] += weight * a[at + i];
            }
        }
        a[at + j] = alpha;
        for (int i = j + 1; i < height; i++) {
            a[at + i] = 0;
        }
    }
}
