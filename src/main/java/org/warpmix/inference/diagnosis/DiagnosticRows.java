package org.warpmix.inference.diagnosis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.inference.ReplicateFit;
import org.warpmix.table.RowWriter;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/**
 * The diagnostics of each row used as a file, CSV or Parquet by its ending: {@code row, fitted, residual, pearson, scaled,
 * standardised, marginal, marginalStandardised, leverage, cook}, then {@code dfbetas.TERM…}.
 */
public final class DiagnosticRows {

    private DiagnosticRows() {}

    /**
     * Writes the file.
     *
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when it cannot be written
     */
    public static void write(Diagnostics diagnostics, Path file, boolean overwrite) throws IOException {
        Fit fit = diagnostics.fit();
        RowDiagnostics rows = diagnostics.rows();
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("row", Kind.WHOLE));
        for (String name : List.of(
                "fitted",
                "residual",
                "pearson",
                "scaled",
                "standardised",
                "marginal",
                "marginalStandardised",
                "leverage",
                "cook")) {
            columns.add(new Column(name, Kind.NUMBER));
        }
        ReplicateFit.fixedNames(fit).forEach(name -> columns.add(new Column("dfbetas." + name, Kind.NUMBER)));
        int[] numbers = fit.design().data().rows();
        double[] row = new double[numbers.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = numbers[i] + 1;
        }
        List<double[]> values = new ArrayList<>(List.of(
                row,
                fit.fitted(),
                fit.residuals(Residual.CONDITIONAL),
                fit.residuals(Residual.PEARSON),
                fit.residuals(Residual.STANDARDIZED),
                rows.standardized(),
                fit.residuals(Residual.MARGINAL),
                rows.marginalStandardized(),
                rows.leverage(),
                rows.cooksDistance()));
        values.addAll(List.of(rows.dfbetas()));
        try (RowWriter writer = RowWriter.create(file, columns, overwrite)) {
            writer.write(values.toArray(new double[0][]), row.length);
        }
    }
}
