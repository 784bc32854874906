package org.warpmix.crossprod;

import java.util.List;

/**
 * Where the statistics of a response lie in one flat vector: all that a replicate of a design changes.
 *
 * <p>For a response ỹ, in the solver's coordinates and divided by its unit, in this order:
 * <ol>
 *   <li>with one grouping factor, class by class of {@link GroupClasses}: where {@link GroupClasses#summed} keeps sums, for
 *       each pair a ≤ b of columns of Z̃ in its order the entries (x_0,y), …, (x_{p−1},y), (y,y) of S_ab; else q entries
 *       {@code Z̃_j'ỹ} for each level of the class in its order;
 *   <li>with several, factor by factor: q entries {@code Z̃_l'ỹ} for each level in its order;
 *   <li>{@code X̃'ỹ}, p entries, then {@code ỹ'ỹ};
 *   <li>shift (p entries) and unit: the response that was reduced to these statistics is {@code X̃ shift + unit ỹ}. Taking the
 *       part that X̃ explains and the length out of a response first keeps its digits, wherever it lies.
 * </ol>
 */
public final class ResponseLayout {

    private final int[] starts;
    private final int p;

    private ResponseLayout(int[] starts, int p) {
        this.starts = starts;
        this.p = p;
    }

    /** The layout of a design. */
    public static ResponseLayout of(Crossproducts statistics) {
        int p1 = statistics.p() + 1;
        GroupClasses classes = statistics.classes();
        List<LevelProducts> factors = statistics.factors();
        int parts = classes == null ? factors.size() : classes.classes();
        int[] starts = new int[parts + 1];
        for (int i = 0; i < parts; i++) {
            int size;
            if (classes == null) {
                size = factors.get(i).levels() * factors.get(i).q();
            } else {
                int q = classes.products().q();
                size = classes.summed(i) == null ? classes.size(i) * q : q * (q + 1) / 2 * p1;
            }
            starts[i + 1] = starts[i] + size;
        }
        return new ResponseLayout(starts, statistics.p());
    }

    /** Length of the vector. */
    public int size() {
        return unit() + 1;
    }

    /** First entry of class c of a design with one grouping factor. */
    public int groupClass(int c) {
        return starts[c];
    }

    /** First entry of factor f of a design with several. */
    public int factor(int f) {
        return starts[f];
    }

    /** First of the p entries {@code X̃'ỹ}. */
    public int xy() {
        return starts[starts.length - 1];
    }

    /** The entry {@code ỹ'ỹ}. */
    public int yy() {
        return xy() + p;
    }

    /** First of the p entries of the shift. */
    public int shift() {
        return yy() + 1;
    }

    /** The entry of the unit. */
    public int unit() {
        return shift() + p;
    }
}
