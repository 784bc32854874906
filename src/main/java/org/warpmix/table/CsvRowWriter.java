package org.warpmix.table;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as CSV, written as {@link TableWriter} writes them; logicals are {@code TRUE} and {@code FALSE}. */
final class CsvRowWriter extends RowWriter {

    private static final int ENOUGH = 1 << 16;

    private final List<Column> columns;
    private final StringBuilder lines = new StringBuilder(2 * ENOUGH);
    private long gathered;
    private long rows;
    private long end;

    CsvRowWriter(SeekableByteChannel channel, String file, List<Column> columns) throws IOException {
        super(channel, file);
        this.columns = List.copyOf(columns);
        StringWriter header = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(header)) {
            csv.writeRecord(columns.stream().map(Column::name).toList());
        }
        lines.append(header);
    }

    @Override
    void add(double[][] values, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < columns.size(); c++) {
                if (c > 0) {
                    lines.append(',');
                }
                Column column = columns.get(c);
                switch (column.kind()) {
                    case LOGICAL -> lines.append(values[c][i] != 0 ? "TRUE" : "FALSE");
                    case LABEL -> appendText(column.labels().get((int) values[c][i]));
                    default -> TableWriter.appendNumber(values[c][i], lines);
                }
            }
            lines.append('\n');
            gathered++;
            if (lines.length() >= ENOUGH) {
                finish();
            }
        }
    }

    private void appendText(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        lines.append(plain ? text : '"' + text.replace("\"", "\"\"") + '"');
    }

    @Override
    void finish() throws IOException {
        append(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8)));
        lines.setLength(0);
        rows += gathered;
        gathered = 0;
        end = position();
    }

    @Override
    long salvage() throws IOException {
        cutBackTo(end);
        return rows;
    }
}
