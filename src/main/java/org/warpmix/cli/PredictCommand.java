package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Collection;
import org.warpmix.fit.Fit;
import org.warpmix.model.DesignException;
import org.warpmix.report.PredictionJson;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;
import org.warpmix.table.TableWriter;
import org.warpmix.table.UnknownColumnException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix predict}: fits a model and predicts the means of rows. */
final class PredictCommand {

    static final String NAME = "predict";

    private PredictCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix predict DATA FORMULA [OPTION …]",
                "Fits a linear mixed model and predicts the mean of rows. What comes out is CSV: the number of each"
                        + " row, the columns that the model uses, and the prediction.",
                "warpmix predict examples/sleepstudy.csv \"Reaction ~ Days + (Days | Subject)\" \\",
                "    --newdata examples/sleepstudy-new.csv --allow-new-levels");
        ModelRequest.addTo(spec);
        spec.addOption(Usage.value("--newdata", "FILE", "Rows to predict; without it, those used in the fit."));
        spec.addOption(Usage.flag("--population", "Leave the random effects out."));
        spec.addOption(Usage.flag("--allow-new-levels", "Groups that the fit has not seen have an effect of zero."));
        spec.addOption(Usage.value("--out", "FILE", "Write the CSV there instead of to standard output."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        ModelRequest model = ModelRequest.of(request);
        String target = Usage.text(request, "--out");
        String newData = Usage.text(request, "--newdata");
        boolean population = Usage.has(request, "--population");
        Output.checkNew(target, request);
        if ("-".equals(newData) && model.data().equals("-")) {
            throw Usage.wrong(request, "--newdata: only one of the two tables can come from standard input.");
        }

        Table table = model.table();
        Fit fit = model.fit(table);
        Prediction prediction;
        if (newData == null) {
            prediction = ofUsedRows(fit, table, population);
        } else {
            prediction = ofNewRows(fit, newData, population, Usage.has(request, "--allow-new-levels"));
        }

        if (model.json() != null) {
            Output.write(
                    model.json(),
                    out,
                    writer -> PredictionJson.write(fit, prediction.rows, prediction.fitted, population, writer));
        }
        if (target != null || !Output.STANDARD.equals(model.json())) {
            Table csv = prediction.table(model.columns());
            Output.write(target == null ? Output.STANDARD : target, out, writer -> TableWriter.writeCsv(csv, writer));
        }
        if (!model.quiet()) {
            for (String warning : fit.warnings()) {
                err.println("warpmix: note: " + warning);
            }
        }
    }

    private static Prediction ofUsedRows(Fit fit, Table table, boolean population) {
        int[] rows = fit.design().data().rows();
        double[] fitted = fit.fitted();
        if (population) {
            double[] all = fit.predictPopulation(table);
            for (int i = 0; i < rows.length; i++) {
                fitted[i] = all[rows[i]];
            }
        }
        return new Prediction(table, rows, fitted);
    }

    private static Prediction ofNewRows(Fit fit, String file, boolean population, boolean allowNewLevels) {
        Table table = TableReader.withDefaults().read(file);
        int[] rows = new int[table.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        try {
            double[] fitted = population ? fit.predictPopulation(table) : fit.predict(table, allowNewLevels);
            return new Prediction(table, rows, fitted);
        } catch (DesignException | UnknownColumnException e) {
            throw new IllegalArgumentException("--newdata " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Predictions beside the rows that they are for.
     *
     * @param rows 0-based numbers of the table's rows
     * @param fitted one per row
     */
    private record Prediction(Table source, int[] rows, double[] fitted) {

        Table table(Collection<String> columns) {
            double[] numbers = new double[rows.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = rows[i] + 1;
            }
            Table.Builder table = Table.builder().numeric(free("row", columns), numbers);
            for (String column : columns) {
                source.find(column).ifPresent(values -> table.column(column, values.at(rows)));
            }
            return table.numeric(free("fitted", columns), fitted).build();
        }

        /** The name, with dots before it while a column has it. */
        private static String free(String name, Collection<String> taken) {
            return taken.contains(name) ? free("." + name, taken) : name;
        }
    }
}
