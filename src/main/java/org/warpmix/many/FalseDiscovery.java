package org.warpmix.many;

import java.util.Arrays;

/** How p-values of many tests become q-values: a test with q ≤ 0.05 is among those of which 5 % are expected to be false. */
public enum FalseDiscovery {
    /** Independent or positively dependent tests. Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57(1). */
    BH,
    /** Tests of any dependence. Benjamini and Yekutieli 2001, doi:10.1214/aos/1013699998. */
    BY,
    /**
     * As BH, times the share of true hypotheses, {@code (1 + #{p > ½}) / (m/2)}, at most 1. Storey 2002,
     * doi:10.1111/1467-9868.00346, with λ = ½.
     */
    STOREY;

    private static final double LAMBDA = 0.5;

    /**
     * The q-values.
     *
     * @param p NaN where there is no test, which counts for nothing; not modified
     */
    public double[] adjust(double[] p) {
        int m = 0;
        int large = 0;
        double[] sorted = new double[p.length];
        for (double value : p) {
            if (!Double.isNaN(value)) {
                sorted[m++] = value;
                large += value > LAMBDA ? 1 : 0;
            }
        }
        Arrays.sort(sorted, 0, m);
        double factor = switch (this) {
            case BH -> m;
            case BY -> m * harmonic(m);
            case STOREY -> Math.min(m, (1 + large) / (1 - LAMBDA));
        };
        double[] least = new double[m]; // by rank
        double q = 1;
        for (int k = m - 1; k >= 0; k--) {
            q = Math.min(q, factor * sorted[k] / (k + 1));
            least[k] = q;
        }
        double[] adjusted = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            // of equal p-values any will do: they have the q of the last of them
            adjusted[i] = Double.isNaN(p[i]) ? Double.NaN : least[Arrays.binarySearch(sorted, 0, m, p[i])];
        }
        return adjusted;
    }

    private static double harmonic(int m) {
        double sum = 0;
        for (int k = m; k > 0; k--) {
            sum += 1.0 / k;
        }
        return sum;
    }
}
