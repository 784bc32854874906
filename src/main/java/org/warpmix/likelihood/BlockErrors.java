package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The errors of a model with several grouping factors. A row's columns of the sparse nodes are eliminated as
 * {@link BlockFactor} does it, {@code l_N ← l_N − P_Nv K_v l_v} for {@code l_v'K_v l_v}, and what has come to lie in the front
 * meets S there. The first part depends on the levels alone: it is kept for the rows that follow.
 */
final class BlockErrors implements ErrorCovariance {

    private final BlockFactor factor;
    private final Front front;
    private final EliminationPlan plan;
    private final double[][] lambda;
    private final int p;
    /** First column of each factor among the columns that are eliminated; −1 where all its levels are dense. */
    private final int[] first;

    private final int columns;

    /** The levels of the sparse factors that {@link #inner}, {@link #g} and {@link #border} are of. */
    private final int[] known;
    /** What the columns' products with one another come to. */
    private final double[][] inner;
    /** Per column its image in the front, then in X̃; zero but for the touched entries. */
    private final double[][] g;

    private final int[] touched;
    private final boolean[] isTouched;
    private int touchedCount;
    /** The covariance of each column with γ̂ − γ. */
    private final double[][] border;

    private final double[] sparseZ;
    private final double[] image;
    private final int[] position;
    private final double[] value;

    /** @param factor whose front is inverted, with the fixed effects */
    BlockErrors(BlockFactor factor, double[][] lambda) {
        this.factor = factor;
        this.front = factor.front;
        this.plan = factor.plan;
        this.p = factor.width - 1;
        this.lambda = new double[lambda.length][];
        this.first = new int[plan.q.length];
        int sparse = 0;
        int all = p;
        for (int f = 0; f < first.length; f++) {
            this.lambda[f] = lambda[f].clone();
            all += plan.q[f];
            boolean eliminated = plan.denseLevels[f] < plan.levels[f];
            first[f] = eliminated ? sparse : -1;
            sparse += eliminated ? plan.q[f] : 0;
        }
        columns = sparse;
        known = new int[first.length];
        Arrays.fill(known, -1);
        inner = new double[columns][columns];
        g = new double[columns][plan.frontSize + p];
        touched = new int[plan.frontSize + p];
        isTouched = new boolean[plan.frontSize + p];
        border = new double[columns][p];
        sparseZ = new double[columns];
        image = new double[plan.frontSize + p];
        position = new int[all];
        value = new double[all];
    }

    @Override
    public double variance(double[] x, int[] levels, double[][] z, double[] withFixed) {
        if (!isKnown(levels)) {
            eliminate(levels);
        }
        double variance = 0;
        int size = 0;
        for (int f = 0; f < first.length; f++) {
            int q = plan.q[f];
            if (first[f] >= 0) {
                for (int a = 0; a < q; a++) {
                    sparseZ[first[f] + a] = isEliminated(f, levels) ? z[f][a] : 0;
                }
            }
            if (levels[f] < 0) {
                variance += Blocks.unseen(lambda[f], z[f], q);
            } else if (!isEliminated(f, levels)) {
                for (int a = 0; a < q; a++) {
                    position[size] = plan.frontPosition(plan.node[f][levels[f]]) + a;
                    value[size++] = z[f][a];
                }
            }
        }
        int dense = size;
        for (int j = 0; j < p; j++) {
            position[size] = plan.frontSize + j;
            value[size++] = x[j];
        }
        for (int c = 0; c < columns; c++) {
            for (int d = 0; d < columns; d++) {
                variance += sparseZ[c] * inner[c][d] * sparseZ[d];
            }
            for (int j = 0; j < p; j++) {
                variance += 2 * sparseZ[c] * border[c][j] * x[j];
            }
        }
        if (dense > 0) {
            image();
        }
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int k = 0; k < size; k++) {
                sum += front.inverse(position[i], position[k]) * value[k];
            }
            for (int t = 0; i < dense && t < touchedCount; t++) {
                sum += 2 * front.inverse(position[i], touched[t]) * image[touched[t]];
            }
            variance += value[i] * sum;
            if (i >= dense && withFixed != null) {
                withFixed[i - dense] = sum;
            }
        }
        for (int j = 0; withFixed != null && j < p; j++) {
            for (int c = 0; c < columns; c++) {
                withFixed[j] += border[c][j] * sparseZ[c];
            }
        }
        return variance;
    }

    private boolean isEliminated(int f, int[] levels) {
        return levels[f] >= 0 && plan.isSparse(plan.node[f][levels[f]]);
    }

    /** What the row's sparse columns come to in the front. */
    private void image() {
        for (int t = 0; t < touchedCount; t++) {
            double sum = 0;
            for (int c = 0; c < columns; c++) {
                sum += g[c][touched[t]] * sparseZ[c];
            }
            image[touched[t]] = sum;
        }
    }

    private boolean isKnown(int[] levels) {
        for (int f = 0; f < first.length; f++) {
            if (first[f] >= 0 && levels[f] != known[f]) {
                return false;
            }
        }
        return true;
    }

    private void eliminate(int[] levels) {
        for (int c = 0; c < columns; c++) {
            Arrays.fill(inner[c], 0);
            for (int t = 0; t < touchedCount; t++) {
                g[c][touched[t]] = 0;
            }
        }
        for (int t = 0; t < touchedCount; t++) {
            isTouched[touched[t]] = false;
        }
        touchedCount = 0;
        TreeMap<Integer, double[][]> rows = new TreeMap<>(); // nodes come in the order of their elimination
        for (int f = 0; f < first.length; f++) {
            known[f] = levels[f];
            for (int a = 0; isEliminated(f, levels) && a < plan.q[f]; a++) {
                rowsOf(rows, plan.node[f][levels[f]])[a][first[f] + a] = 1;
            }
        }
        while (!rows.isEmpty()) {
            int node = rows.firstKey();
            eliminate(node, rows.remove(node), rows);
        }
        for (int j = 0; j < p && columns > 0; j++) {
            touch(plan.frontSize + j);
        }
        for (int c = 0; c < columns; c++) {
            Arrays.fill(border[c], 0);
            for (int t = 0; t < touchedCount; t++) {
                double sum = 0;
                for (int s = 0; s < touchedCount; s++) {
                    sum += front.inverse(touched[t], touched[s]) * g[c][touched[s]];
                }
                if (touched[t] >= plan.frontSize) {
                    border[c][touched[t] - plan.frontSize] = sum;
                }
                for (int d = 0; d < columns; d++) {
                    inner[d][c] += g[d][touched[t]] * sum;
                }
            }
        }
    }

    private void eliminate(int node, double[][] l, Map<Integer, double[][]> rows) {
        int q = l.length;
        int at = factor.p.pivotStart[node];
        double[][] kl = new double[q][columns];
        for (int i = 0; i < q; i++) {
            for (int r = 0; r < q; r++) {
                subtract(l[r], -factor.k[at + i + r * q], kl[i]);
            }
            for (int c = 0; c < columns; c++) {
                subtract(kl[i], -l[i][c], inner[c]);
            }
        }
        for (int i = 0; i < q; i++) {
            double[] row = factor.p.row[factor.p.rowStart[node] + i];
            for (int e = plan.structureStart[node]; e < plan.firstDense[node]; e++) {
                double[][] target = rowsOf(rows, plan.structure[e]);
                for (int a = 0; a < target.length; a++) {
                    subtract(kl[i], row[plan.column[e] + a], target[a]);
                }
            }
            int from = plan.denseColumn[node] - plan.positionStart[node];
            for (int next = plan.positionStart[node]; next < plan.positionStart[node + 1]; next++) {
                touch(plan.position[next]);
                subtractFront(kl[i], row[from + next], plan.position[next]);
            }
            for (int j = 0; j < p; j++) {
                subtractFront(kl[i], row[plan.rowWidth[node] + j], plan.frontSize + j);
            }
        }
    }

    private double[][] rowsOf(Map<Integer, double[][]> rows, int node) {
        return rows.computeIfAbsent(node, v -> new double[plan.q[plan.factorOf(v)]][columns]);
    }

    private static void subtract(double[] source, double factor, double[] target) {
        for (int c = 0; c < target.length; c++) {
            target[c] -= factor * source[c];
        }
    }

    private void subtractFront(double[] source, double factor, int at) {
        for (int c = 0; c < columns; c++) {
            g[c][at] -= factor * source[c];
        }
    }

    private void touch(int at) {
        if (!isTouched[at]) {
            isTouched[at] = true;
            touched[touchedCount++] = at;
        }
    }
}
