package org.warpmix.benchmarks;

import org.warpmix.backend.Batch;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.replicate.LevelNoise;
import org.warpmix.replicate.ParametricStatistics;
import org.warpmix.replicate.SummedNoise;

/**
 * What {@code drawParametric} and {@code refit} have to do for a replicate of a model with one grouping factor, counted from the
 * sizes as the loops of {@code draw.cu}, {@code grouped.cuh} and {@code search.cuh} run. A multiplication and an addition are two
 * operations, a root, a division or a logarithm is one, though it takes a GPU ten or more. What the threads of a team all do counts
 * once, their reductions not at all.
 *
 * <p>With q columns of Z, p of X, w = p + 1, {@code t(n) = n(n+1)/2}, {@code e(n) = n(n+1)(n+2)/6},
 * {@code s(n) = n(n+1)(2n+1)/6}, an evaluation takes
 *
 * <pre>
 * each class, twice: GΛ 2s(q), Λ'GΛ 2e(q), LL' 2e(q−1) + t(q−1) + 3q, V q³, K 2q t(q)
 * each class summed: M 2t(q)t(w), Q 2t(q)t(w) + t(q)
 * each level singly: M 2wq² + 2q t(w), Q 2w²q + w² + 2w t(q)
 * each class: R 2q³, JG − QR' 2q³ + q², N 2q t(q), logarithm 1
 * once: M_XX and γ 2e(p−1) + 5t(p−1) + 7p, weights 2t(p) + t(p−1) + 2p + 1, under REML 2e(p−1) + t(p−1) + 2e(p) + p/8 more,
 *       gradient 2s(q), BFGS with X parameters 4X² + 8t(X) + 10X
 * </pre>
 *
 * <p>and a draw, with the variates of {@link SummedNoise} and {@link LevelNoise}: 37 operations a normal (half a pair of Box and Muller:
 * logarithm 25, two polynomials 29, scaling and turning 18, a root and a division), 15 a chi-square beside its normal, two for each
 * coefficient. Random bits are integer operations: ten rounds of two high and two low products, four exclusive ors and two sums are 100 a
 * block of Philox, which has the bits of two normals.
 *
 * @param evaluation operations of an evaluation
 * @param draw operations in double precision of a draw
 * @param integer operations of a draw on 32-bit integers
 * @param statisticsBytes that a draw writes and each of the two passes of an evaluation reads, unless a cache has them
 * @param estimatesBytes that a refit writes and the host gets
 */
record GroupedOperations(
        double evaluation, double draw, double integer, double statisticsBytes, double estimatesBytes) {

    private static final double NORMAL = 37;
    private static final double CHI_SQUARE = 15;
    private static final double PHILOX = 100;

    /** @param batch of {@link ParametricStatistics} */
    static GroupedOperations of(Batch batch) {
        Crossproducts design = batch.statistics();
        int parameters = batch.start().length;
        double[] draw = draw((ParametricStatistics) batch.source(), design);
        int statistics = ResponseLayout.of(design).yy() + 1;
        int estimates = 4 + parameters + design.p();
        return new GroupedOperations(
                evaluation(design, parameters, batch.method() == Method.REML),
                draw[0],
                draw[1],
                Double.BYTES * statistics,
                Double.BYTES * estimates);
    }

    private static double evaluation(Crossproducts design, int parameters, boolean reml) {
        GroupClasses classes = design.classes();
        double q = classes.products().q();
        double p = design.p();
        double w = p + 1;
        double sum = 0;
        for (int c = 0; c < classes.classes(); c++) {
            sum += 2 * factor(q) + 4 * q * q * q + q * q + 2 * q * t(q) + 1;
            sum += classes.summed(c) != null
                    ? 4 * t(q) * t(w) + t(q)
                    : classes.size(c) * (2 * w * q * q + 2 * q * t(w) + 2 * w * w * q + w * w + 2 * w * t(q));
        }
        sum += 2 * e(p - 1) + 5 * t(p - 1) + 7 * p + 2 * t(p) + t(p - 1) + 2 * p + 1;
        if (reml) {
            sum += 2 * e(p - 1) + t(p - 1) + 2 * e(p) + p / 8;
        }
        double x = parameters;
        return sum + 2 * s(q) + 4 * x * x + 8 * t(x) + 10 * x;
    }

    /** A, its factor, V and K of a class or a level. */
    static double factor(double q) {
        return 2 * s(q) + 2 * e(q) + 2 * e(q - 1) + t(q - 1) + 3 * q + q * q * q + 2 * q * t(q);
    }

    /** Operations in double precision, then those on integers. */
    private static double[] draw(ParametricStatistics source, Crossproducts design) {
        GroupClasses classes = design.classes();
        double q = classes.products().q();
        double p = design.p();
        double normals = 0;
        double chiSquares = 0;
        double sum = 0;
        for (int c = 0; c < classes.classes(); c++) {
            LevelNoise noise = source.levels()[c];
            SummedNoise summed = source.sums()[c];
            double rank = noise.rank();
            if (summed != null) {
                double zetas = summed.rows() * rank;
                double count = zetas + t(rank);
                normals += zetas;
                sum += 2 * summed.rows() * t(rank) + t(q) * (2 * p * zetas + 2 * count) + 2 * p * zetas + 2 * count;
                for (int j = 0; j < rank && j < summed.wishart(); j++) {
                    chiSquares++;
                    normals += rank - j; // one of them the chi-square's
                    sum += 2 * t(rank - j);
                }
            } else {
                normals += classes.size(c) * rank;
                sum += classes.size(c) * (2 * q * rank + 2 * p * rank + 2 * t(rank) + 2 * rank);
            }
        }
        double free = p == 0 ? 0 : source.outside().length / p;
        normals += free + 1;
        chiSquares++;
        sum += 2 * free + 2 * p * free + 4 * p + 4;
        double blocks = Math.ceil(normals / 2) + Math.ceil(chiSquares / 2);
        return new double[] {sum + NORMAL * normals + CHI_SQUARE * chiSquares, PHILOX * blocks};
    }

    static double t(double n) {
        return n * (n + 1) / 2;
    }

    static double e(double n) {
        return n * (n + 1) * (n + 2) / 6;
    }

    static double s(double n) {
        return n * (n + 1) * (2 * n + 1) / 6;
    }
}
