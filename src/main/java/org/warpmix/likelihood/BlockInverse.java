package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Columns;
import org.warpmix.linalg.SmallCholesky;

/**
 * The inverse on the pattern of a {@link BlockFactor}: selected inversion, from the last node to the first.
 *
 * <p>With {@code Y = L_v⁻ᵀ (row of v)} and N the structure of v (with the columns of X̃ where these are taken in),
 * {@code (A⁻¹)_vN = −Y (A⁻¹)_NN} and {@code (A⁻¹)_vv = (L_v L_v')⁻¹ − (A⁻¹)_vN Y'}: Takahashi's recursion by blocks.
 * With X̃ taken in, the inverse is that of the matrix bordered by the fixed effects, whose log determinant is
 * log|A| + log|M|, as REML needs it.
 */
final class BlockInverse {

    private static final int TILE = 32;

    private final BlockFactor factor;
    private final EliminationPlan plan;
    /** {@code (A⁻¹)_vv}, laid out as the pivots of the factor. */
    final double[] diagonal;
    /** {@code (A⁻¹)_vN}, laid out as the rows of the factor. */
    final double[] row;
    /** Inverse of the front, both triangles; it takes the place of the factor's. */
    final double[] front;

    private final double[] y;
    private final int[] positions;
    private final double[][] columns;
    private final double[] sum;
    private final double[] factors;
    private boolean columnsCurrent;
    private int borders;

    BlockInverse(BlockFactor factor) {
        this.factor = factor;
        this.plan = factor.plan;
        this.diagonal = new double[factor.pivot.length];
        this.row = new double[factor.row.length];
        this.front = factor.front;
        int longest = 0;
        int widest = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            longest = Math.max(longest, factor.rowStart[v + 1] - factor.rowStart[v]);
            widest = Math.max(widest, plan.rowWidth[v]);
        }
        y = new double[longest];
        positions = new int[widest + factor.width];
        columns = new double[factor.frontOrder][];
        sum = new double[factor.frontOrder];
        factors = new double[factor.frontOrder];
    }

    /**
     * Inverts; the front of the factor is overwritten, so its solution must have been taken before.
     *
     * @param withFixed whether the columns of X̃ border the matrix
     */
    void invert(boolean withFixed) {
        borders = withFixed ? factor.width - 1 : 0;
        int order = plan.frontSize + borders;
        int ld = factor.frontOrder;
        columnsCurrent = false;
        factor.lapack.invert(front, order, ld);
        mirror(front, order, ld);
        for (int v = plan.sparseNodes - 1; v >= 0; v--) {
            invertNode(v);
        }
    }

    /** Copies the lower triangle to the upper one, in tiles that stay in cache. */
    private static void mirror(double[] a, int order, int ld) {
        for (int tileJ = 0; tileJ < order; tileJ += TILE) {
            for (int tileI = tileJ; tileI < order; tileI += TILE) {
                for (int j = tileJ; j < Math.min(tileJ + TILE, order); j++) {
                    for (int i = Math.max(tileI, j + 1); i < Math.min(tileI + TILE, order); i++) {
                        a[j + i * ld] = a[i + j * ld];
                    }
                }
            }
        }
    }

    private void invertNode(int v) {
        int q = plan.q[plan.factorOf(v)];
        int length = plan.rowWidth[v] + factor.width;
        int used = plan.rowWidth[v] + borders;
        int at = factor.rowStart[v];
        double[] l = factor.pivot;
        int atL = factor.pivotStart[v];
        for (int a = q - 1; a >= 0; a--) {
            int target = a * length;
            System.arraycopy(factor.row, at + target, y, target, used);
            for (int r = a + 1; r < q; r++) {
                double scale = l[atL + r + a * q];
                for (int c = 0; c < used; c++) {
                    y[target + c] -= scale * y[r * length + c];
                }
            }
            double scale = 1 / l[atL + a + a * q];
            for (int c = 0; c < used; c++) {
                y[target + c] *= scale;
            }
        }
        for (int a = 0; a < q; a++) {
            Arrays.fill(row, at + a * length, at + a * length + used, 0);
        }
        int dense = factor.firstDense(v);
        for (int e = plan.structureStart[v]; e < dense; e++) {
            throughNode(v, q, e, length);
        }
        throughFront(v, q, length);
        SmallCholesky.invert(l, atL, q, diagonal, atL);
        for (int i = 0; i < q; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int c = 0; c < used; c++) {
                    sum += row[at + i * length + c] * y[j * length + c];
                }
                diagonal[atL + i + j * q] -= sum;
                diagonal[atL + j + i * q] = diagonal[atL + i + j * q];
            }
        }
    }

    /** −Y (A⁻¹)_NN for the dense part of N. */
    private void throughFront(int v, int q, int length) {
        int denseColumn = factor.denseColumn(v);
        int size = factor.frontPositions(v, borders, positions);
        if (size == 0) {
            return;
        }
        boolean contiguous = positions[size - 1] - positions[0] == size - 1;
        for (int a = 0; a < q; a++) {
            int target = factor.rowStart[v] + a * length + denseColumn;
            int scales = a * length + denseColumn;
            if (contiguous) {
                int first = positions[0];
                Arrays.fill(sum, first, first + size, 0);
                System.arraycopy(y, scales, factors, 0, size);
                Columns.subtract(sum, frontColumns(), first, factors, size, first, first + size);
                for (int j = 0; j < size; j++) {
                    row[target + j] += sum[first + j];
                }
                continue;
            }
            for (int i = 0; i < size; i++) {
                int source = positions[i] * factor.frontOrder;
                double scale = y[scales + i];
                for (int j = 0; j < size; j++) {
                    row[target + j] -= scale * front[source + positions[j]];
                }
            }
        }
    }

    /** The inverse of the front with each column an array of its own, see {@link Columns}. */
    private double[][] frontColumns() {
        if (!columnsCurrent) {
            int order = plan.frontSize + borders;
            for (int j = 0; j < order; j++) {
                if (columns[j] == null) {
                    columns[j] = new double[factor.frontOrder];
                }
                System.arraycopy(front, j * factor.frontOrder, columns[j], 0, order);
            }
            columnsCurrent = true;
        }
        return columns;
    }

    /** −Y (A⁻¹)_NN for the pairs of N of which entry e, a sparse node, is the earlier. */
    private void throughNode(int v, int q, int e, int length) {
        int node = plan.structure[e];
        int width = plan.q[plan.factorOf(node)];
        int nodeLength = plan.rowWidth[node] + factor.width;
        int later = plan.laterColumns(v, e, positions);
        int firstLater = plan.rowWidth[v] - later;
        for (int a = 0; a < q; a++) {
            int target = factor.rowStart[v] + a * length;
            int source = a * length;
            for (int r = 0; r < width; r++) {
                double scale = y[source + plan.column[e] + r];
                for (int c = 0; c < width; c++) {
                    row[target + plan.column[e] + c] -= scale * diagonal[factor.pivotStart[node] + r + c * width];
                }
                int nodeRow = factor.rowStart[node] + r * nodeLength;
                double back = 0;
                for (int i = 0; i < later; i++) {
                    double value = row[nodeRow + positions[i]];
                    row[target + firstLater + i] -= scale * value;
                    back += y[source + firstLater + i] * value;
                }
                for (int k = 0; k < borders; k++) {
                    double value = row[nodeRow + plan.rowWidth[node] + k];
                    row[target + plan.rowWidth[v] + k] -= scale * value;
                    back += y[source + plan.rowWidth[v] + k] * value;
                }
                row[target + plan.column[e] + r] -= back;
            }
        }
    }
}
