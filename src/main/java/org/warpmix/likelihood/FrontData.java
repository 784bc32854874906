package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/** The data's cross-products of the front: its dense nodes, numbered from 0 in the order of their positions, X̃ and ỹ. */
final class FrontData {

    private final EliminationPlan plan;
    private final int width;

    FrontData(EliminationPlan plan, int width) {
        this.plan = plan;
        this.width = width;
    }

    /** Number of dense nodes. */
    int nodes() {
        return plan.nodeFactor.length - plan.sparseNodes;
    }

    int factor(int node) {
        return plan.nodeFactor[plan.sparseNodes + node];
    }

    int level(int node) {
        return plan.nodeLevel[plan.sparseNodes + node];
    }

    /** Position of a node's first column. */
    int position(int node) {
        return plan.frontPosition(plan.sparseNodes + node);
    }

    /**
     * Writes the columns of a node: its own block, those of the nodes after it that it meets, X̃ and ỹ.
     *
     * @param columns the first of its columns at {@code columns[position]}; all else is left as it is
     */
    void put(Crossproducts statistics, int node, double[][] columns) {
        put(statistics, node, columns, position(node));
    }

    /** @param at where the first of its columns is among {@code columns} */
    void put(Crossproducts statistics, int node, double[][] columns, int at) {
        int f = factor(node);
        int l = level(node);
        int q = plan.q[f];
        int position = position(node);
        LevelProducts products = statistics.factors().get(f);
        for (int j = 0; j < q; j++) {
            double[] target = columns[at + j];
            System.arraycopy(products.g(), (l * q + j) * q, target, position, q);
            for (int x = 0; x < width; x++) {
                target[plan.frontSize + x] = products.b()[j + (l * width + x) * q];
            }
        }
        for (PairProducts pair : statistics.pairs()) { // the places go by factor number, as the two of a pair do
            if (pair.first() == f && plan.frontStart[pair.second()] >= 0) {
                int other = plan.q[pair.second()];
                for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                    int second = plan.node[pair.second()][pair.partner()[e]];
                    if (plan.isSparse(second)) {
                        continue;
                    }
                    int row = plan.frontPosition(second);
                    for (int j = 0; j < other; j++) {
                        for (int i = 0; i < q; i++) {
                            columns[at + i][row + j] = pair.products()[e * q * other + i + j * q];
                        }
                    }
                }
            }
        }
    }

    /** Writes the columns of X̃ and ỹ. */
    void putFixed(Crossproducts statistics, double[][] columns) {
        for (int x = 0; x < width; x++) {
            System.arraycopy(statistics.ww(), x * width, columns[plan.frontSize + x], plan.frontSize, width);
        }
    }
}
