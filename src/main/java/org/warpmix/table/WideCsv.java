package org.warpmix.table;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Copies columns of numbers from delimited text to a temporary file of doubles, row by row, since text has to be gone through by
 * rows and is wanted by columns. The file goes when it is closed.
 */
final class WideCsv extends AbstractBaseCsvCallbackHandler<Boolean> {

    private final UnaryOperator<List<String>> choose;
    private final String source;
    private final FileChannel channel;
    private final NumberParser parser = new NumberParser();
    private List<String> header;
    private List<String> chosen;
    /** By field the place of its number in the row, or −1. */
    private int[] place;

    private List<String> firstRow = new ArrayList<>();
    private ByteBuffer row;
    private int rows;
    private long line;

    private WideCsv(UnaryOperator<List<String>> choose, String source, FileChannel channel) {
        this.choose = choose;
        this.source = source;
        this.channel = channel;
    }

    static WideColumns copy(Utf8Reader text, boolean tabs, UnaryOperator<List<String>> choose, String source)
            throws IOException {
        char separator = tabs ? '\t' : SeparatorSniffer.sniff(text.head(), text.complete());
        Path file = Files.createTempFile("warpmix", ".columns");
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        boolean done = false;
        try {
            WideCsv copier = new WideCsv(choose, source, channel);
            copier.run(text, separator);
            FloatMatrix.Layout layout = new FloatMatrix.Layout(
                    copier.rows, copier.chosen.size(), 0, Double.BYTES, ByteOrder.LITTLE_ENDIAN, false);
            WideColumns columns = new FloatMatrix(channel, layout, copier.chosen, source);
            done = true;
            return columns;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private void run(Utf8Reader text, char separator) throws IOException {
        CsvReader.CsvReaderBuilder format = CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false);
        try (CsvReader<Boolean> csv = format.build(this, text);
                CloseableIterator<Boolean> records = csv.iterator()) {
            while (records.hasNext()) {
                records.next();
            }
        } catch (CsvParseException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalArgumentException || cause instanceof UncheckedIOException) {
                    throw (RuntimeException) cause;
                }
            }
            throw new TableException(source + ", line " + line + ": " + e.getMessage(), e);
        }
        if (header == null) {
            throw TableReader.empty(source);
        }
        if (rows == 0) {
            throw TableReader.noRows(source);
        }
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        line = startingLineNumber;
        if (row != null) {
            row.clear();
        }
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        if (place == null) {
            firstRow.add(new String(buffer, offset, length));
        } else if (index < place.length && place[index] >= 0) {
            row.putDouble(place[index] * Double.BYTES, number(index, buffer, offset, length));
        }
    }

    @Override
    protected Boolean buildRecord() {
        if (getRecordType() == RecordType.EMPTY) {
            return Boolean.FALSE;
        }
        if (header == null) {
            header = firstRow;
            firstRow = new ArrayList<>();
            return Boolean.TRUE;
        }
        if (place == null) {
            begin();
        }
        if (getFieldCount() != place.length) {
            throw new TableException(source + ", line " + line + ": " + getFieldCount() + " fields, expected "
                    + place.length + ". A field that holds the separator must be quoted.");
        }
        rows++;
        row.clear();
        try {
            while (row.hasRemaining()) {
                channel.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Columns of " + source + " are copied to " + System.getProperty("java.io.tmpdir")
                            + ", and writing there failed (" + e.getMessage() + ").",
                    e);
        }
        return Boolean.TRUE;
    }

    /** Chooses the columns; the first row tells whether R's row names stand before them. */
    private void begin() {
        if (firstRow.size() == header.size() + 1) {
            header.add(0, "");
        }
        chosen = choose.apply(header.stream().filter(name -> !name.isEmpty()).toList());
        Map<String, Integer> places = new HashMap<>();
        for (String name : chosen) {
            places.put(name, places.size());
        }
        place = new int[header.size()];
        Arrays.fill(place, -1);
        boolean[] seen = new boolean[chosen.size()];
        for (int i = 0; i < place.length; i++) {
            Integer at = places.get(header.get(i));
            if (at != null) {
                if (seen[at]) {
                    throw new TableException(source + ": the header names " + NearestNames.quote(header.get(i))
                            + " twice. Give each column a name of its own.");
                }
                seen[at] = true;
                place[i] = at;
            }
        }
        row = ByteBuffer.allocate(Math.multiplyExact(chosen.size(), Double.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < Math.min(place.length, firstRow.size()); i++) {
            if (place[i] >= 0) {
                char[] cell = firstRow.get(i).toCharArray();
                row.putDouble(place[i] * Double.BYTES, number(i, cell, 0, cell.length));
            }
        }
        firstRow = null;
    }

    private double number(int field, char[] buffer, int offset, int length) {
        int from = offset;
        int to = offset + length;
        while (from < to && buffer[from] <= ' ') {
            from++;
        }
        while (from < to && buffer[to - 1] <= ' ') {
            to--;
        }
        if (from == to || to - from == 2 && buffer[from] == 'N' && buffer[from + 1] == 'A') {
            return Double.NaN;
        }
        if (!parser.parse(buffer, from, to - from)) {
            throw new TableException(source + ", line " + line + ": response column "
                    + NearestNames.quote(header.get(field)) + " has "
                    + NearestNames.quote(new String(buffer, from, to - from))
                    + "; a response is numbers. Leave the column out of the pattern, or write NA for what is missing.");
        }
        return parser.value();
    }
}
