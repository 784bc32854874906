package org.warpmix.inference;

import java.util.Arrays;
import java.util.Comparator;

/** How p-values of all pairwise comparisons allow for their number. */
public enum Adjustment {
    /** Tukey: by the distribution of the studentised range; all pairs of k means at once. */
    TUKEY,
    /** Holm 1979, Scand. J. Statist. 6: the smallest p times the number of pairs, the next times one less, and so on. */
    HOLM,
    /** Each comparison by itself. */
    NONE;

    /**
     * Adjusted p-values.
     *
     * @param tests the comparisons; without degrees of freedom where one is not estimable
     * @param means number of means compared
     */
    double[] adjusted(ContrastTest[] tests, int means) {
        double[] p = new double[tests.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = this == TUKEY && tests[i].degrees() > 0
                    ? StudentizedRange.survival(Math.sqrt(2) * Math.abs(tests[i].t()), means, tests[i].degrees())
                    : tests[i].p();
        }
        if (this == HOLM) {
            Integer[] order = new Integer[p.length];
            Arrays.setAll(order, i -> i);
            double[] raw = p.clone();
            Arrays.sort(order, Comparator.comparingDouble(i -> raw[i])); // NaN last
            int estimable = (int)
                    Arrays.stream(raw).filter(value -> !Double.isNaN(value)).count();
            double largest = 0;
            for (int i = 0; i < estimable; i++) {
                largest = Math.max(largest, Math.min(1, (estimable - i) * raw[order[i]]));
                p[order[i]] = largest;
            }
        }
        return p;
    }
}
