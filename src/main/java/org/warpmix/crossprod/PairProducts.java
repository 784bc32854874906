package org.warpmix.crossprod;

import java.util.Arrays;
import org.warpmix.model.ModelData;

/**
 * Cross-products between the levels of two grouping factors, for the pairs of levels that share rows.
 *
 * <p>Compressed by the first factor's level: level l of the first meets {@code partner[e]} for e in
 * {@code start[l] .. start[l+1]-1}, ascending, with block {@code Z̃_l'Z̃_m} (q₁×q₂, column-major) at {@code e*q₁*q₂}.
 *
 * @param first number of the first factor in {@link Crossproducts#factors}
 * @param second number of the second
 * @param start length J₁+1
 * @param partner levels of the second factor
 * @param products the blocks
 */
public record PairProducts(int first, int second, int[] start, int[] partner, double[] products) {

    /** Number of pairs of levels that meet. */
    public int size() {
        return partner.length;
    }

    static PairProducts of(ModelData data, int first, RandomBlock one, int second, RandomBlock other) {
        int[] codes = one.factor().codes();
        int[] partners = other.factor().codes();
        int[] rowStart = new int[one.levels() + 1];
        for (int code : codes) {
            rowStart[code + 1]++;
        }
        for (int l = 0; l < one.levels(); l++) {
            rowStart[l + 1] += rowStart[l];
        }
        int[] byLevel = new int[data.n()];
        int[] next = Arrays.copyOf(rowStart, one.levels());
        for (int row = 0; row < data.n(); row++) {
            byLevel[next[codes[row]]++] = row;
        }
        int[] start = new int[one.levels() + 1];
        int[] met = distinctPartners(byLevel, rowStart, partners, other.levels(), start);
        int q1 = one.columns();
        int q2 = other.columns();
        if ((long) met.length * q1 * q2 > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "Grouping factors " + one.factor().name() + " and "
                            + other.factor().name() + " meet in " + met.length + " pairs of levels, " + q1 + "×" + q2
                            + " cross-products each: more than 16 GB. Drop a random slope of one of them.");
        }
        double[] products = new double[met.length * q1 * q2];
        int[] place = new int[other.levels()];
        for (int l = 0; l < one.levels(); l++) {
            for (int e = start[l]; e < start[l + 1]; e++) {
                place[met[e]] = e;
            }
            for (int r = rowStart[l]; r < rowStart[l + 1]; r++) {
                int row = byLevel[r];
                double weight = data.weights() == null ? 1 : data.weights()[row];
                int at = place[partners[row]] * q1 * q2;
                for (int c = 0; c < q2; c++) {
                    double value = other.z()[c][row] * weight;
                    for (int a = 0; a < q1; a++) {
                        products[at + a + c * q1] += one.z()[a][row] * value;
                    }
                }
            }
        }
        BasisChange left = new BasisChange(one.innerBasis(), q1);
        BasisChange right = new BasisChange(other.innerBasis(), q2);
        for (int e = 0; e < met.length; e++) {
            left.left(products, e * q1 * q2, q2);
            right.right(products, e * q1 * q2, q1);
        }
        return new PairProducts(first, second, start, met, products);
    }

    private static int[] distinctPartners(int[] byLevel, int[] rowStart, int[] partners, int levels, int[] start) {
        int[] seenBy = new int[levels];
        Arrays.fill(seenBy, -1);
        int[] met = new int[1024];
        int size = 0;
        for (int l = 0; l + 1 < rowStart.length; l++) {
            for (int r = rowStart[l]; r < rowStart[l + 1]; r++) {
                int partner = partners[byLevel[r]];
                if (seenBy[partner] != l) {
                    seenBy[partner] = l;
                    if (size == met.length) {
                        met = Arrays.copyOf(met, size + (size >> 1));
                    }
                    met[size++] = partner;
                }
            }
            start[l + 1] = size;
            Arrays.sort(met, start[l], size);
        }
        return Arrays.copyOf(met, size);
    }
}
