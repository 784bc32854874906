package org.warpmix.fit;

import java.util.Arrays;
import java.util.Random;
import org.warpmix.table.Table;

/** One generated data set that the tests change a column at a time: 240 rows, 12 groups g crossed with 8 of h. */
final class Simulated {

    static final int ROWS = 240;
    static final int GROUPS = 12;
    static final int OTHERS = 8;

    final double[] y = new double[ROWS];
    final double[] x = new double[ROWS];
    final double[] w = new double[ROWS];
    int[] g = new int[ROWS];
    int[] h = new int[ROWS];
    String[] names = labels("g", GROUPS);

    Simulated() {
        Random random = new Random(20);
        double[] intercepts = random.doubles(GROUPS, -3, 3).toArray();
        double[] slopes = random.doubles(GROUPS, -1, 1).toArray();
        double[] others = random.doubles(OTHERS, -2, 2).toArray();
        for (int i = 0; i < ROWS; i++) {
            g[i] = Math.min(i % GROUPS, random.nextInt(2 * GROUPS)); // ragged
            h[i] = random.nextInt(OTHERS);
            x[i] = random.nextGaussian();
            w[i] = Math.exp(0.5 * random.nextGaussian());
            y[i] = 10 + 2 * x[i] + intercepts[g[i]] + slopes[g[i]] * x[i] + others[h[i]] + random.nextGaussian();
        }
    }

    static String[] labels(String prefix, int count) {
        String[] labels = new String[count];
        Arrays.setAll(labels, i -> prefix + (char) ('a' + i));
        return labels;
    }

    Table table() {
        return Table.builder()
                .numeric("y", y)
                .numeric("x", x)
                .numeric("w", w)
                .factor("g", g, names)
                .factor("h", h, labels("h", OTHERS))
                .build();
    }
}
