package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.linalg.Lapack;

/**
 * Rows that sparse nodes have in the front, collected until there are enough of them to work on the front at the speed of
 * dense matrices.
 */
final class FrontPanel {

    private final EliminationPlan plan;
    private final int order;
    private final double[][] rows;
    private final double[][] products;
    private final Lapack lapack;
    private int size;
    private int first;

    /** For rows of at most {@code largest} per node. */
    FrontPanel(EliminationPlan plan, int order, int largest, Lapack lapack) {
        this.plan = plan;
        this.order = order;
        this.lapack = lapack;
        this.rows = new double[Math.max(lapack.panelRows(), largest)][order];
        this.products = new double[rows.length][order];
        clear();
    }

    /** How many rows there is room for. */
    int capacity() {
        return rows.length;
    }

    void clear() {
        size = 0;
        first = order;
    }

    boolean isFull() {
        return size == rows.length;
    }

    /**
     * Takes in the dense part of a node's row, the columns of W included, each entry at its position of the front.
     *
     * @param source laid out as the rows of the node; copied
     */
    void add(int node, double[] source) {
        double[] row = rows[size++];
        Arrays.fill(row, 0);
        int from = plan.denseColumn[node];
        int start = plan.positionStart[node];
        int end = plan.positionStart[node + 1];
        for (int next = start; next < end; next++) {
            row[plan.position[next]] = source[from++];
        }
        System.arraycopy(source, from, row, plan.frontSize, order - plan.frontSize);
        first = Math.min(first, start == end ? plan.frontSize : plan.position[start]);
    }

    /** Subtracts the rows' products with themselves from the lower triangle of a front, given by columns; empties. */
    void subtractProducts(double[][] front) {
        if (size > 0) {
            lapack.subtractProducts(rows, size, first, front, order);
        }
        clear();
    }

    /**
     * {@code −C T} for the rows C and a lower triangular T, whose column i multiplies entry i of a row.
     *
     * @param t columns, of which entries up to {@code used} count; zero above their diagonal
     */
    void multiply(double[][] t, int used) {
        if (size > 0 && used > first) {
            lapack.multiply(rows, size, first, t, used, products);
        }
    }

    /** Adds what {@link #multiply} made of row r to a row of the node it came from. */
    void addProduct(int r, int node, double[] target, int borders) {
        int to = plan.denseColumn[node];
        for (int next = plan.positionStart[node]; next < plan.positionStart[node + 1]; next++) {
            target[to++] += products[r][plan.position[next]];
        }
        for (int x = 0; x < borders; x++) {
            target[to++] += products[r][plan.frontSize + x];
        }
    }
}
