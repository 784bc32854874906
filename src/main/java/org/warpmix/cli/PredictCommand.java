package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Collection;
import org.warpmix.fit.Fit;
import org.warpmix.inference.diagnosis.PredictedRows;
import org.warpmix.inference.diagnosis.PredictionInterval;
import org.warpmix.inference.diagnosis.Predictions;
import org.warpmix.inference.diagnosis.RandomEffects;
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

    private static final double LEVEL = 0.95;

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
        spec.addOption(Usage.value(
                "--random", "WHICH", "Random effects in the prediction: " + Usage.list(RandomEffects.values())));
        spec.addOption(Usage.flag("--population", "Leave the random effects out: --random none."));
        spec.addOption(Usage.flag("--allow-new-levels", "Groups that the fit has not seen have an effect of zero."));
        spec.addOption(Usage.value(
                "--interval",
                "TYPE",
                "Add standard errors and limits: confidence, of the mean; prediction, of a further observation"
                        + " (without random effects: in a group not seen)."));
        spec.addOption(Usage.value("--level", "L", "Level of the intervals; by default " + LEVEL + "."));
        spec.addOption(Usage.value("--out", "FILE", "Write the CSV there instead of to standard output."));
        spec.addOption(Usage.flag("--overwrite", "Let --out replace a file."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        ModelRequest model = ModelRequest.of(request);
        String target = Usage.text(request, "--out");
        String newData = Usage.text(request, "--newdata");
        boolean population = population(request);
        PredictionInterval interval = interval(request);
        double level = Usage.level(request, LEVEL);
        Output.checkNew(target, request);
        if ("-".equals(newData) && model.data().equals("-")) {
            throw Usage.wrong(request, "--newdata: only one of the two tables can come from standard input.");
        }

        Table table = newData == null ? model.table() : null;
        Fit fit = newData == null ? model.fit(table) : model.fit();
        Predictions predictions = Predictions.of(fit)
                .withRandomEffects(population ? RandomEffects.NONE : RandomEffects.ALL)
                .withNewLevels(Usage.has(request, "--allow-new-levels"))
                .withInterval(interval == null ? PredictionInterval.CONFIDENCE : interval);
        boolean errors = interval != null;
        Prediction prediction =
                newData == null ? ofUsedRows(fit, table, predictions, errors) : ofNewRows(newData, predictions, errors);

        if (model.json() != null) {
            Output.write(model.json(), out, writer -> {
                PredictionJson json = new PredictionJson(fit, prediction.rows, population);
                if (interval == null) {
                    json.write(prediction.fitted, writer);
                } else {
                    json.write(prediction.errors, interval, level, writer);
                }
            });
        }
        if (target != null || !Output.STANDARD.equals(model.json())) {
            Table csv = prediction.table(model.columns(), level);
            Output.write(target == null ? Output.STANDARD : target, out, writer -> TableWriter.writeCsv(csv, writer));
        }
        if (!model.quiet()) {
            if (interval != null) {
                err.println("warpmix: note: limits at level " + level + ", t with " + fit.residualDegrees()
                        + " degrees of freedom; theta is taken as known, so that with few groups they are too narrow.");
            }
            for (String warning : fit.warnings()) {
                err.println("warpmix: note: " + warning);
            }
        }
    }

    private static boolean population(ParseResult request) {
        RandomEffects effects = Usage.choice(request, "--random", RandomEffects.values());
        boolean population = Usage.has(request, "--population");
        if (population && Usage.has(request, "--random") && effects == RandomEffects.ALL) {
            throw Usage.wrong(request, "--population leaves the random effects out, and --random all takes them in.");
        }
        return population || effects == RandomEffects.NONE;
    }

    private static PredictionInterval interval(ParseResult request) {
        if (Usage.has(request, "--interval")) {
            return Usage.choice(request, "--interval", PredictionInterval.values());
        }
        if (Usage.has(request, "--level")) {
            throw Usage.wrong(request, "--level is for --interval confidence or prediction.");
        }
        return null;
    }

    private static Prediction ofUsedRows(Fit fit, Table table, Predictions predictions, boolean errors) {
        int[] rows = fit.design().data().rows();
        return errors
                ? new Prediction(table, rows, predictions.ofUsedRows())
                : new Prediction(table, rows, predictions.meansOfUsedRows(), null);
    }

    private static Prediction ofNewRows(String file, Predictions predictions, boolean errors) {
        Table table = TableReader.withDefaults().read(file);
        int[] rows = new int[table.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        try {
            return errors
                    ? new Prediction(table, rows, predictions.of(table))
                    : new Prediction(table, rows, predictions.meansOf(table), null);
        } catch (DesignException | UnknownColumnException e) {
            throw new IllegalArgumentException("--newdata " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Predictions beside the rows that they are for.
     *
     * @param rows 0-based numbers of the table's rows
     * @param fitted one per row
     * @param errors of the predictions, or {@code null} where not asked for
     */
    private record Prediction(Table source, int[] rows, double[] fitted, PredictedRows errors) {

        Prediction(Table source, int[] rows, PredictedRows errors) {
            this(source, rows, errors.fitted(), errors);
        }

        Table table(Collection<String> columns, double level) {
            double[] numbers = new double[rows.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = rows[i] + 1;
            }
            Table.Builder table = Table.builder().numeric(free("row", columns), numbers);
            for (String column : columns) {
                source.find(column).ifPresent(values -> table.column(column, values.at(rows)));
            }
            table.numeric(free("fitted", columns), fitted);
            if (errors != null) {
                table.numeric(free("se", columns), errors.standardErrors());
                table.numeric(free("lower", columns), errors.lower(level));
                table.numeric(free("upper", columns), errors.upper(level));
            }
            return table.build();
        }

        /** The name, with dots before it while a column has it. */
        private static String free(String name, Collection<String> taken) {
            return taken.contains(name) ? free("." + name, taken) : name;
        }
    }
}
