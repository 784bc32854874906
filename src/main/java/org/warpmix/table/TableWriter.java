package org.warpmix.table;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes tables as CSV that {@link TableReader} reads back.
 *
 * <p>Numbers are the shortest text that reads back as the same number, whole ones without decimals; missing values are
 * {@code NA}; fields are quoted where they must be.
 */
public final class TableWriter {

    private static final double WHOLE = 0x1p53;

    private TableWriter() {}

    /**
     * Writes a header and the rows.
     *
     * @param out flushed, not closed
     */
    public static void writeCsv(Table table, Writer out) throws IOException {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
        List<String> names = table.names();
        csv.writeRecord(names);
        Column[] columns = new Column[names.size()];
        for (int c = 0; c < columns.length; c++) {
            columns[c] = table.column(names.get(c));
        }
        String[] fields = new String[columns.length];
        for (int row = 0; row < table.rows(); row++) {
            for (int c = 0; c < fields.length; c++) {
                fields[c] = field(columns[c], row);
            }
            csv.writeRecord(fields);
        }
        csv.flush();
    }

    private static String field(Column column, int row) {
        if (column.isMissing(row)) {
            return "NA";
        }
        if (column instanceof FactorColumn factor) {
            return factor.levels()[factor.codes()[row]];
        }
        StringBuilder text = new StringBuilder();
        appendNumber(((NumericColumn) column).values()[row], text);
        return text.toString();
    }

    /** A number as text, NaN as {@code NA}. */
    static void appendNumber(double value, StringBuilder text) {
        if (value == Math.rint(value) && Math.abs(value) <= WHOLE) {
            text.append((long) value);
        } else if (Double.isNaN(value)) {
            text.append("NA");
        } else if (Double.isInfinite(value)) {
            text.append(value > 0 ? "Inf" : "-Inf");
        } else {
            text.append(value);
        }
    }
}
