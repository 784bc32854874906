package org.warpmix.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.warpmix.many.ManyResponses;
import org.warpmix.table.Table;
import org.warpmix.table.WideColumns;

/**
 * Time series of a crossed experiment: each subject meets each item, in one of two conditions, half of the subjects per item in
 * either. Effects of subjects, items and errors each follow an autoregression through time.
 *
 * @param table condition, subject, item
 * @param columns the responses, one per point of time
 */
record TimeSeries(Table table, double[][] columns) {

    private static final double LIKENESS = 0.9;

    /** @param effect of the condition in the middle third of the points */
    static TimeSeries of(int subjects, int items, int points, double effect, Random random) {
        int n = subjects * items;
        double[] condition = new double[n];
        String[] subject = new String[n];
        String[] item = new String[n];
        for (int i = 0; i < n; i++) {
            condition[i] = (i / items + i % items) % 2 - 0.5;
            subject[i] = "s" + i / items;
            item[i] = "i" + i % items;
        }
        double[] ofSubject = new double[subjects];
        double[] ofItem = new double[items];
        double[] error = new double[n];
        double[][] columns = new double[points][n];
        for (int t = 0; t < points; t++) {
            step(ofSubject, 0.7, t, random);
            step(ofItem, 0.4, t, random);
            step(error, 1, t, random);
            double here = t >= points / 3 && t < 2 * points / 3 ? effect : 0;
            for (int i = 0; i < n; i++) {
                columns[t][i] = ofSubject[i / items] + ofItem[i % items] + here * condition[i] + error[i];
            }
        }
        Table table = Table.builder()
                .numeric("condition", condition)
                .factor("subject", subject)
                .factor("item", item)
                .build();
        return new TimeSeries(table, columns);
    }

    private static void step(double[] values, double sd, int t, Random random) {
        double kept = t == 0 ? 0 : LIKENESS;
        for (int i = 0; i < values.length; i++) {
            values[i] = kept * values[i] + sd * Math.sqrt(1 - kept * kept) * random.nextGaussian();
        }
    }

    /** The crossed model of each point. */
    ManyResponses many(int threads) {
        List<String> names = new ArrayList<>();
        for (int t = 1; t <= columns.length; t++) {
            names.add("t" + t);
        }
        return ManyResponses.of(
                        ManyResponses.model("~ condition + (1 | subject) + (1 | item)"),
                        table,
                        WideColumns.of(names, columns))
                .withThreads(threads);
    }
}
