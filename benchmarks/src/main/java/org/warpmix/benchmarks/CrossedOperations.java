package org.warpmix.benchmarks;

import static org.warpmix.benchmarks.GroupedOperations.t;

import org.warpmix.backend.Batch;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.likelihood.Method;

/**
 * What an evaluation of a model with several grouping factors takes on a device: the levels of the factor with most columns are
 * eliminated one by one, those of the others and X are one dense front of order w − 1, y its last column. Operations are counted as in
 * {@link GroupedOperations}, with the triangle of a symmetric product alone.
 *
 * <p>With L levels of q columns of that factor, L_f of q_f of each other, n = w − 1 under REML and the columns of these alone
 * under ML:
 *
 * <pre>
 * levels     L (A, L, V, K as there)
 * S          2L q²w + 2L q t(w)
 * front      D'SD and DHD' 8w Σ L_f t(q_f), LL' (w−1)³/3, its inverse 2n³/3, gradient 2w Σ L_f q_f²
 * Q          2L q t(w) + 2L q²w
 * N          6L q³
 * </pre>
 *
 * @param operations of an evaluation
 * @param bytes at least: S and the weights are written and read once each, K and Q of the levels likewise
 */
record CrossedOperations(double operations, double bytes) {

    static CrossedOperations of(Batch batch) {
        Crossproducts design = batch.statistics();
        LevelProducts apart = design.factors().get(0);
        for (LevelProducts factor : design.factors()) {
            if (columns(factor) > columns(apart)) {
                apart = factor;
            }
        }
        double front = 0;
        double triangles = 0;
        double squares = 0;
        for (LevelProducts factor : design.factors()) {
            if (factor != apart) {
                front += columns(factor);
                triangles += factor.levels() * t(factor.q());
                squares += factor.levels() * (double) factor.q() * factor.q();
            }
        }
        double levels = apart.levels();
        double q = apart.q();
        double order = front + design.p();
        double w = order + 1;
        double n = batch.method() == Method.REML ? order : front;
        double operations = levels * (GroupedOperations.factor(q) + 6 * q * q * q)
                + 4 * levels * q * (q * w + t(w))
                + 8 * w * triangles
                + 2 * w * squares
                + order * order * order / 3
                + 2 * n * n * n / 3;
        return new CrossedOperations(operations, Double.BYTES * 4 * (w * w + levels * q * q));
    }

    private static double columns(LevelProducts factor) {
        return (double) factor.levels() * factor.q();
    }
}
