package org.warpmix.many;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.warpmix.fit.Fit;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.WideColumns;

/** Predictors and response columns, made from a seed. */
final class Columns {

    static final String SLOPES = "~ x + f + (x | g)";

    private Columns() {}

    /** 60 rows of 8 groups of unequal sizes: x, a factor f of three levels, weights w, an offset o. */
    static Table predictors() {
        Random random = new Random(3);
        int n = 60;
        double[] x = new double[n];
        double[] w = new double[n];
        double[] o = new double[n];
        String[] f = new String[n];
        String[] g = new String[n];
        for (int i = 0; i < n; i++) {
            x[i] = random.nextGaussian();
            w[i] = 0.5 + random.nextDouble();
            o[i] = 3 * random.nextGaussian();
            f[i] = "abc".substring(i % 3, i % 3 + 1);
            g[i] = "g" + (i * i) % 53 % 8;
        }
        return Table.builder()
                .numeric("x", x)
                .numeric("w", w)
                .numeric("o", o)
                .factor("f", f)
                .factor("g", g)
                .build();
    }

    /** Columns that differ in variances, effects, location and scale. */
    static double[][] responses(Table table, int count, long seed) {
        Random random = new Random(seed);
        int n = table.rows();
        double[] x = ((NumericColumn) table.column("x")).values();
        int[] g = ((FactorColumn) table.column("g")).codes();
        double[][] columns = new double[count][n];
        for (int c = 0; c < count; c++) {
            double[] intercept = random.doubles(8, -1, 1).toArray();
            double[] slope = random.doubles(8, -1, 1).toArray();
            double effect = random.nextGaussian();
            double location = c % 4 == 1 ? 1e6 : 0;
            double unit = c % 5 == 2 ? 1e-3 : 1;
            double none = c % 3 == 0 ? 0 : 1;
            for (int i = 0; i < n; i++) {
                double mean = none * intercept[g[i]] + (effect + slope[g[i]]) * x[i];
                columns[c][i] = location + unit * (mean + random.nextGaussian());
            }
        }
        return columns;
    }

    static ManyResponses many(String formula, Table table, double[][] columns) {
        return ManyResponses.of(ManyResponses.model(formula), table, wide(columns));
    }

    static WideColumns wide(double[][] columns) {
        List<String> names = new ArrayList<>();
        for (int c = 1; c <= columns.length; c++) {
            names.add("V" + c);
        }
        return WideColumns.of(names, columns);
    }

    /** The fit of one column alone. */
    static Fit alone(LinearMixedModel model, Table table, double[] column) {
        return model.fit(ManyResponses.with(model, table, column));
    }
}
