package org.warpmix.likelihood;

import java.util.Arrays;
import org.warpmix.crossprod.Crossproducts;

/**
 * In which order the levels of the grouping factors are eliminated, and where the blocks of the factor go.
 *
 * <p>A node is one level of one factor, q columns wide. While some factor has a block-diagonal Schur complement (no two
 * of its levels meet, directly or through levels already eliminated) the largest such factor is eliminated next, level
 * by level; nested factors all go this way. Of the crossed factors beyond, those levels follow that meet few others
 * ({@link MinimumDegree}): so all of people who move between firms, few or none of lecturers who all have students in common.
 * These are the sparse nodes. What is left is the dense front, which the columns of X and y border.
 *
 * <p>Nodes are numbered in the order of elimination, sparse ones first. The structure of a sparse node is the
 * ascending list of later nodes that its row of the factor has blocks for, fill included.
 */
final class EliminationPlan {

    /** Nodes that no node before them meets: the levels of the factor that goes first, in their order. */
    final int leading;
    /** Number of sparse nodes. */
    final int sparseNodes;
    /** Factor number (in {@link Crossproducts#factors}) of each node. */
    final int[] nodeFactor;
    /** Level of each node. */
    final int[] nodeLevel;
    /** Node of each level, by factor number. */
    final int[][] node;
    /** Number of levels of each factor, by factor number. */
    final int[] levels;
    /** Number of columns of each factor, by factor number. */
    final int[] q;
    /** Position in the front of the first column of each factor that has levels there, by factor number; else −1. */
    final int[] frontStart;
    /** How many levels each factor has in the front. */
    final int[] denseLevels;
    /** Number of random-effect columns in the front. */
    final int frontSize;
    /** Structure of sparse node v: {@code structure[structureStart[v] .. structureStart[v+1]-1]}. */
    final int[] structureStart;

    final int[] structure;
    /** Column offset, within the row of its node, of each entry of {@code structure}. */
    final int[] column;
    /** Total width of the structure of each sparse node. */
    final int[] rowWidth;
    /** First entry of {@code structure} of each sparse node that is a dense one, and its column offset. */
    final int[] firstDense;

    final int[] denseColumn;
    /** Positions in the front of the dense columns of sparse node v: {@code position[positionStart[v] ..]}. */
    final int[] positionStart;

    final int[] position;

    /** Position in the front of each dense node, and behind the last one its size. */
    private final int[] densePosition;

    private EliminationPlan(SymbolicElimination s) {
        leading = s.leading;
        sparseNodes = s.sparseNodes;
        nodeFactor = s.nodeFactor;
        nodeLevel = s.nodeLevel;
        node = s.node;
        levels = s.levels;
        q = s.q;
        frontStart = s.frontStart;
        denseLevels = s.denseLevels;
        densePosition = new int[nodeFactor.length - sparseNodes + 1];
        for (int v = sparseNodes; v < nodeFactor.length; v++) {
            densePosition[v - sparseNodes + 1] = densePosition[v - sparseNodes] + q[nodeFactor[v]];
        }
        frontSize = s.frontSize;
        structureStart = s.structureStart;
        structure = s.structure;
        column = new int[structure.length];
        rowWidth = new int[sparseNodes];
        for (int v = 0; v < sparseNodes; v++) {
            int offset = 0;
            for (int e = structureStart[v]; e < structureStart[v + 1]; e++) {
                column[e] = offset;
                offset += q[factorOf(structure[e])];
            }
            rowWidth[v] = offset;
        }
        firstDense = new int[sparseNodes];
        denseColumn = new int[sparseNodes];
        positionStart = new int[sparseNodes + 1];
        for (int v = 0; v < sparseNodes; v++) {
            int e = structureStart[v];
            while (e < structureStart[v + 1] && isSparse(structure[e])) {
                e++;
            }
            firstDense[v] = e;
            denseColumn[v] = e < structureStart[v + 1] ? column[e] : rowWidth[v];
            positionStart[v + 1] = Math.addExact(positionStart[v], rowWidth[v] - denseColumn[v]);
        }
        position = new int[positionStart[sparseNodes]];
        int next = 0;
        for (int v = 0; v < sparseNodes; v++) {
            for (int e = firstDense[v]; e < structureStart[v + 1]; e++) {
                int first = frontPosition(structure[e]);
                for (int c = 0; c < q[factorOf(structure[e])]; c++) {
                    position[next++] = first + c;
                }
            }
        }
    }

    static EliminationPlan of(Crossproducts statistics, SparseLimits limits) {
        return new EliminationPlan(new SymbolicElimination(statistics, limits));
    }

    /** Factor number of a node. */
    int factorOf(int v) {
        return nodeFactor[v];
    }

    boolean isSparse(int v) {
        return v < sparseNodes;
    }

    /** Position in the front of the first column of a dense node. */
    int frontPosition(int v) {
        return densePosition[v - sparseNodes];
    }

    /** Whether a sparse node meets most of the front, from the first of its dense columns on. */
    boolean fillsFront(int v) {
        int size = positionStart[v + 1] - positionStart[v];
        return size == 0 || 5 * size >= 2 * (frontSize - position[positionStart[v]]);
    }

    /** Column offset of a later node in the row of sparse node v, which must have it in its structure. */
    int columnOf(int v, int later) {
        int e = Arrays.binarySearch(structure, structureStart[v], structureStart[v + 1], later);
        return column[e];
    }

    /**
     * Where the columns of v's row that come after entry e lie in the row of that entry's node, which has all of them.
     *
     * @param e a position in {@code structure} within v's range, of a sparse node
     * @param into overwritten, one column offset per column
     * @return how many columns there are
     */
    int laterColumns(int v, int e, int[] into) {
        int node = structure[e];
        int size = 0;
        int there = structureStart[node];
        for (int later = e + 1; later < structureStart[v + 1]; later++) {
            while (structure[there] != structure[later]) {
                there++;
            }
            int end = later + 1 < structureStart[v + 1] ? column[later + 1] : rowWidth[v];
            for (int c = 0; c < end - column[later]; c++) {
                into[size++] = column[there] + c;
            }
        }
        return size;
    }

    /** Position in the front after the last column of a factor; −1 where it has none. */
    int frontEnd(int f) {
        return frontStart[f] < 0 ? -1 : frontStart[f] + denseLevels[f] * q[f];
    }

    /** {@code D'} times a column of the front from the rows of a node on, {@code D = blockdiag(Λ, I)}. */
    void timesLambdaTransposed(double[] column, int position, double[][] lambda) {
        for (int f = 0; f < q.length; f++) {
            int start = Math.max(frontStart[f], position);
            for (int i = 0; i < q[f]; i++) {
                for (int r = i; r < q[f]; r++) {
                    combine(column, start, frontEnd(f), q[f], i, r, lambda[f][r + i * q[f]]);
                }
            }
        }
    }

    /** {@code D} times a column of the front from the rows of a node on. */
    void timesLambda(double[] column, int position, double[][] lambda) {
        for (int f = 0; f < q.length; f++) {
            int start = Math.max(frontStart[f], position);
            for (int i = q[f] - 1; i >= 0; i--) {
                for (int r = i; r >= 0; r--) {
                    combine(column, start, frontEnd(f), q[f], i, r, lambda[f][i + r * q[f]]);
                }
            }
        }
    }

    /** In each block entry i becomes the factor times itself, r = i, or gains the factor times entry r. */
    private static void combine(double[] column, int start, int end, int q, int i, int r, double factor) {
        for (int at = start; at < end && i == r; at += q) {
            column[at + i] *= factor;
        }
        for (int at = start; at < end && i != r; at += q) {
            column[at + i] += factor * column[at + r];
        }
    }
}
