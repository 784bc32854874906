package org.warpmix.many;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Against R 4.2's {@code p.adjust(p, "BH")} and {@code "BY"}. */
class FalseDiscoveryTest {

    private static final double[] P = {0.01, 0.04, Double.NaN, 0.03, 0.005, 0.8, 0.04};

    @Test
    void benjaminiAndHochberg() {
        double[] q = {0.03, 0.048, Double.NaN, 0.048, 0.03, 0.8, 0.048};
        assertArrayEquals(q, FalseDiscovery.BH.adjust(P), 1e-12);
    }

    @Test
    void benjaminiAndYekutieli() {
        double harmonic = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0 + 1 / 6.0;
        double[] q = {0.03, 0.048, Double.NaN, 0.048, 0.03, 0.8, 0.048};
        for (int i = 0; i < q.length; i++) {
            q[i] = Math.min(1, harmonic * q[i]);
        }
        q[2] = Double.NaN;
        assertArrayEquals(q, FalseDiscovery.BY.adjust(P), 1e-12);
    }

    /** One of six above one half: a share of 2 · 2/6 true hypotheses. */
    @Test
    void storey() {
        double share = 2 / 3.0;
        double[] q = {share * 0.03, share * 0.048, Double.NaN, share * 0.048, share * 0.03, share * 0.8, share * 0.048};
        assertArrayEquals(q, FalseDiscovery.STOREY.adjust(P), 1e-12);
    }
}
