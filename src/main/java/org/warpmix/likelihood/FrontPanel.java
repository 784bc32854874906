package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Columns;

/**
 * Rows whose products with themselves are to be subtracted from a dense front, collected until there are enough of them to
 * do so column by column at vector speed. Each row covers the front from some position to its end.
 */
final class FrontPanel {

    private static final int ROWS = 64;

    private final double[] front;
    private final int order;
    private final double[][] rows = new double[ROWS][];
    private final double[] column;
    private final double[] factors = new double[ROWS];
    private int size;
    private int first;

    /**
     * @param front the lower triangle that is subtracted from, order×order, column-major
     */
    FrontPanel(double[] front, int order) {
        this.front = front;
        this.order = order;
        this.column = new double[order];
        this.first = order;
    }

    /**
     * Takes in rows that reach from a position of the front to its end.
     *
     * @param source row r starts at {@code from + r*stride}; copied
     */
    void add(double[] source, int from, int stride, int count, int position) {
        for (int r = 0; r < count; r++) {
            if (size == ROWS) {
                flush();
            }
            if (rows[size] == null) {
                rows[size] = new double[order];
            }
            Arrays.fill(rows[size], 0, position, 0);
            System.arraycopy(source, from + r * stride, rows[size], position, order - position);
            first = Math.min(first, position);
            size++;
        }
    }

    /** Subtracts what has been collected. */
    void flush() {
        for (int j = first; j < order && size > 0; j++) {
            for (int r = 0; r < size; r++) {
                factors[r] = rows[r][j];
            }
            Arrays.fill(column, j, order, 0);
            Columns.subtract(column, rows, 0, factors, size, j, order);
            int target = j * order;
            for (int i = j; i < order; i++) {
                front[target + i] += column[i];
            }
        }
        size = 0;
        first = order;
    }
}
