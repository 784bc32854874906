package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.RandomBlock;

/** The random effects of one grouping factor on the rows, in the given columns and units of the data. */
final class FactorEffects {

    private final String name;
    private final int[] codes;
    private final double[][] z;
    private final int levels;

    private FactorEffects(RandomBlock block) {
        this.name = block.factor().name();
        this.codes = block.factor().codes();
        this.levels = block.levels();
        this.z = block.terms().stream()
                .flatMap(term -> List.of(term.z()).stream())
                .toArray(double[][]::new);
    }

    /** Factor by factor, in the order of the statistics. */
    static List<FactorEffects> of(Crossproducts statistics) {
        List<FactorEffects> effects = new ArrayList<>();
        for (LevelProducts factor : statistics.factors()) {
            effects.add(new FactorEffects(factor.block()));
        }
        return effects;
    }

    /** For each factor an array of q zeros per level. */
    static double[][] arrays(List<FactorEffects> effects) {
        double[][] arrays = new double[effects.size()][];
        Arrays.setAll(
                arrays, f -> new double[effects.get(f).levels * effects.get(f).q()]);
        return arrays;
    }

    /**
     * {@code b ← F b}, level by level.
     *
     * @param factor q×q column-major; not modified
     */
    static void multiply(double[] factor, int q, double[] b) {
        double[] product = new double[q];
        for (int level = 0; level < b.length; level += q) {
            for (int i = 0; i < q; i++) {
                double sum = 0;
                for (int a = 0; a < q; a++) {
                    sum += factor[i + a * q] * b[level + a];
                }
                product[i] = sum;
            }
            System.arraycopy(product, 0, b, level, q);
        }
    }

    /** Name of the factor. */
    String name() {
        return name;
    }

    /** Number of levels J. */
    int levels() {
        return levels;
    }

    /** Number of columns q. */
    int q() {
        return z.length;
    }

    /**
     * {@code y += Zb}.
     *
     * @param b q effects of each level one after the other; not modified
     */
    void add(double[] b, double[] y) {
        int q = z.length;
        for (int a = 0; a < q; a++) {
            double[] column = z[a];
            for (int i = 0; i < y.length; i++) {
                y[i] += column[i] * b[codes[i] * q + a];
            }
        }
    }

    /**
     * {@code b = Z'W^½y}.
     *
     * @param weights the diagonal of W, or {@code null}
     * @param b overwritten
     */
    void multiplyTransposed(double[] y, double[] weights, double[] b) {
        int q = z.length;
        Arrays.fill(b, 0);
        for (int i = 0; i < y.length; i++) {
            double value = weights == null ? y[i] : Math.sqrt(weights[i]) * y[i];
            for (int a = 0; a < q; a++) {
                b[codes[i] * q + a] += z[a][i] * value;
            }
        }
    }
}
