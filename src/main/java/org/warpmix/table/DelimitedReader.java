package org.warpmix.table;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads CSV and its kin (RFC 4180), field by field into columns, without a string for each cell: as one table or in pieces.
 */
final class DelimitedReader extends AbstractBaseCsvCallbackHandler<Boolean> {

    private final String source;
    private final Set<String> wanted;
    private final Pieces pieces;
    private List<String> header;
    private List<String> buffered = new ArrayList<>();
    private ColumnBuilder[] builders;
    private int fieldsPerRow;
    private long rows;
    private long handedOn;
    private Dictionary rowNames;
    private long line;

    private DelimitedReader(String source, Set<String> wanted, Pieces pieces) {
        this.source = source;
        this.wanted = wanted;
        this.pieces = pieces;
    }

    static void read(Utf8Reader text, char separator, Set<String> wanted, String source, Pieces pieces) {
        DelimitedReader reader = new DelimitedReader(source, wanted, pieces);
        CsvReader.CsvReaderBuilder format = CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false);
        try (CsvReader<Boolean> csv = format.build(reader, text);
                CloseableIterator<Boolean> records = csv.iterator()) {
            while (records.hasNext()) {
                records.next();
            }
        } catch (CsvParseException e) {
            throw reader.explain(e);
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
        reader.finish();
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
        line = startingLineNumber;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        if (builders == null) {
            buffered.add(new String(buffer, offset, length));
        } else if (index == 0 && rowNames != null) {
            if (handedOn == 0) { // later ones would fill the memory
                rowNames.code(buffer, offset, length);
            }
        } else if (index < builders.length && builders[index] != null) {
            builders[index].add(buffer, offset, length);
        }
    }

    @Override
    protected Boolean buildRecord() {
        if (getRecordType() == RecordType.EMPTY) {
            return Boolean.FALSE;
        }
        if (header == null) {
            header = buffered;
            buffered = new ArrayList<>();
        } else {
            if (builders == null) {
                firstRow();
            }
            if (getFieldCount() != fieldsPerRow) {
                throw ragged();
            }
            rows++;
            if (rowNames != null && handedOn == 0 && rowNames.size() < rows) {
                throw new TableException(source + ", line " + line + ": " + fieldsPerRow
                        + " fields, but the header names "
                        + (fieldsPerRow - 1) + ", and the first cannot be row names, as its text came before. A field"
                        + " that holds the separator must be quoted.");
            }
            if (rows - handedOn >= pieces.most()) {
                handOn();
                builders = newBuilders();
            }
        }
        return Boolean.TRUE;
    }

    /** Only the first row tells whether the header leaves out a column of row names. */
    private void firstRow() {
        int fields = buffered.size();
        // An empty last field would be a separator too many rather than row names; and of a single number with a
        // decimal comma nothing must be taken for row names.
        boolean longer = fields == header.size() + 1 && header.size() > 1;
        if (longer && !buffered.get(fields - 1).isEmpty()) {
            rowNames = new Dictionary();
            rowNames.code(buffered.get(0));
            header.add(0, "");
        }
        fieldsPerRow = header.size();
        checkHeader();
        builders = newBuilders();
        for (int i = 0; i < Math.min(fields, fieldsPerRow); i++) {
            if (builders[i] != null) {
                char[] cell = buffered.get(i).toCharArray();
                builders[i].add(cell, 0, cell.length);
            }
        }
        buffered = null;
    }

    private void checkHeader() {
        TableReader.requireKnown(wanted, header);
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            Integer earlier = isRead(i) ? seen.put(header.get(i), i) : null;
            if (earlier != null) {
                throw new TableException(
                        source + ": the header names " + NearestNames.quote(header.get(i)) + " twice (fields "
                                + (earlier + 1) + " and " + (i + 1) + "). Give each column a name of its own.");
            }
        }
    }

    /** A column without a name (row names, a trailing separator) cannot be asked for. */
    private boolean isRead(int field) {
        String name = header.get(field);
        return !name.isEmpty() && (wanted == null || wanted.contains(name));
    }

    private ColumnBuilder[] newBuilders() {
        ColumnBuilder[] fresh = new ColumnBuilder[header.size()];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = isRead(i) ? pieces.builder(header.get(i)) : null;
        }
        return fresh;
    }

    private void handOn() {
        Table.Builder table = Table.builder();
        for (int i = 0; i < builders.length; i++) {
            if (builders[i] != null) {
                table.column(header.get(i), builders[i].finish());
                builders[i] = null;
            }
        }
        pieces.accept(TableReader.requireColumns(table.build(), source));
        handedOn = rows;
    }

    private void finish() {
        if (header == null) {
            throw TableReader.empty(source);
        }
        if (builders == null) {
            TableReader.requireKnown(wanted, header);
            pieces.none(source);
        } else if (rows > handedOn) {
            handOn();
        }
    }

    private TableException ragged() {
        return new TableException(source + ", line " + line + ": " + fields(getFieldCount()) + ", expected "
                + fieldsPerRow + (rowNames != null ? " as in the first row" : " as in the header")
                + ". A field that holds the separator must be quoted.");
    }

    private static String fields(int count) {
        return count == 1 ? "1 field" : count + " fields";
    }

    /** FastCSV wraps what is thrown while it reads; its own complaints are about quotes. */
    private RuntimeException explain(CsvParseException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TableException || cause instanceof UnknownColumnException) {
                return (RuntimeException) cause;
            }
            if (cause instanceof Error error) {
                throw error; // out of memory is not the file's fault
            }
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new TableException(
                source + ", line " + line + ": " + root.getMessage()
                        + ". A quoted field ends with a quote just before the separator; a quote in it is doubled.",
                e);
    }
}
