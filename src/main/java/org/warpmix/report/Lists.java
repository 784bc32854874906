package org.warpmix.report;

import org.warpmix.fit.ConditionalModes;
import org.warpmix.fit.Fit;

/** The long parts of a summary, which are there on request: a line per group, a line per row. */
final class Lists {

    private static final int DIGITS = 4;

    private Lists() {}

    /** The conditional modes of each grouping factor, with their standard deviations. */
    static void conditionalModes(Fit fit, StringBuilder text) {
        for (ConditionalModes modes : fit.conditionalModes()) {
            String[] levels = modes.levels();
            String[] names = modes.names();
            String[] header = new String[1 + 2 * names.length];
            String[][] rows = new String[levels.length][header.length];
            header[0] = modes.group();
            for (int j = 0; j < names.length; j++) {
                header[1 + 2 * j] = names[j];
                header[2 + 2 * j] = "cond.SD";
                double[] deviations = new double[levels.length];
                for (int l = 0; l < levels.length; l++) {
                    deviations[l] = modes.standardDeviation(l, j);
                }
                Numbers.Scale scale = Numbers.Scale.of(DIGITS, deviations);
                for (int l = 0; l < levels.length; l++) {
                    rows[l][0] = levels[l];
                    rows[l][1 + 2 * j] = scale.text(modes.mode(l, j), deviations[l]);
                    rows[l][2 + 2 * j] = scale.text(deviations[l], deviations[l]);
                }
            }
            TextTable table = new TextTable(1, header);
            for (String[] row : rows) {
                table.add(row);
            }
            text.append("\nRandom effects by ").append(modes.group()).append(":\n");
            table.appendTo(text);
        }
    }

    /** The fitted values of the rows used. */
    static void fittedValues(Fit fit, StringBuilder text) {
        int[] rows = fit.design().data().rows();
        Numbers.Scale scale = Numbers.Scale.of(DIGITS, fit.sigma());
        TextTable table = new TextTable(0, "row", "fitted");
        double[] fitted = fit.fitted();
        for (int i = 0; i < fitted.length; i++) {
            table.add(Integer.toString(rows[i] + 1), scale.text(fitted[i], fit.sigma()));
        }
        text.append("\nFitted values:\n");
        table.appendTo(text);
    }
}
