package org.warpmix.likelihood.iterative;

import org.warpmix.crossprod.PairProducts;

/**
 * {@code Z̃_f'Z̃_g} of two grouping factors by the levels of f: level l of f meets {@code partner[e]} of g for e in
 * {@code start[l] .. start[l+1]−1}, with the block at {@code e·q_f·q_g}, column-major.
 */
record Meetings(int qf, int qg, int[] start, int[] partner, double[] products) {

    /** The products with f's levels as rows, whichever of the two factors the pair has first. */
    static Meetings of(PairProducts pair, int f, int levels, int qf, int qg) {
        return pair.first() == f
                ? new Meetings(qf, qg, pair.start(), pair.partner(), pair.products())
                : new Meetings(qg, qf, pair.start(), pair.partner(), pair.products()).transposed(levels);
    }

    private Meetings transposed(int levels) {
        int[] starts = new int[levels + 1];
        for (int level : partner) {
            starts[level + 1]++;
        }
        for (int l = 0; l < levels; l++) {
            starts[l + 1] += starts[l];
        }
        int[] next = starts.clone();
        int[] partners = new int[partner.length];
        double[] turned = new double[products.length];
        for (int l = 0; l + 1 < start.length; l++) {
            for (int e = start[l]; e < start[l + 1]; e++) {
                int place = next[partner[e]]++;
                partners[place] = l;
                for (int b = 0; b < qg; b++) {
                    for (int a = 0; a < qf; a++) {
                        turned[(place * qf + a) * qg + b] = products[(e * qg + b) * qf + a];
                    }
                }
            }
        }
        return new Meetings(qg, qf, starts, partners, turned);
    }

    /**
     * Adds a level's rows of the product with a block of vectors.
     *
     * @param x entry c of row i at {@code from + i·columns + c}; not modified
     * @param out added to, from {@code to}
     */
    void add(int level, double[] x, int from, int columns, double[] out, int to) {
        for (int e = start[level]; e < start[level + 1]; e++) {
            int block = e * qf * qg;
            int at = from + partner[e] * qg * columns;
            for (int b = 0; b < qg; b++) {
                for (int a = 0; a < qf; a++) {
                    Lanes.add(products[block + a + b * qf], x, at + b * columns, out, to + a * columns, columns);
                }
            }
        }
    }
}
