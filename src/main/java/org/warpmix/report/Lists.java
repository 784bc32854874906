package org.warpmix.report;

import org.warpmix.fit.ConditionalModes;
import org.warpmix.fit.Fit;

/** The long parts of a summary, which are there on request: a line per group, a line per row. */
final class Lists {

    private static final int DIGITS = 4;

    private Lists() {}

    /** The conditional modes of each grouping factor, with their standard deviations, which the iterative solver has not. */
    static void conditionalModes(Fit fit, StringBuilder text) {
        for (ConditionalModes modes : fit.conditionalModes()) {
            String[] levels = modes.levels();
            String[] names = modes.names();
            int width = fit.iterativeError().isPresent() ? 1 : 2;
            String[] header = new String[1 + width * names.length];
            String[][] rows = new String[levels.length][header.length];
            header[0] = modes.group();
            for (int j = 0; j < names.length; j++) {
                int column = 1 + width * j;
                header[column] = names[j];
                double[] deviations = new double[levels.length];
                for (int l = 0; l < levels.length; l++) {
                    deviations[l] = width == 1 ? fit.sigma() : modes.standardDeviation(l, j);
                }
                Numbers.Scale scale = Numbers.Scale.of(DIGITS, deviations);
                for (int l = 0; l < levels.length; l++) {
                    rows[l][0] = levels[l];
                    rows[l][column] = scale.text(modes.mode(l, j), deviations[l]);
                }
                if (width == 2) {
                    header[column + 1] = "cond.SD";
                    for (int l = 0; l < levels.length; l++) {
                        rows[l][column + 1] = scale.text(deviations[l], deviations[l]);
                    }
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
