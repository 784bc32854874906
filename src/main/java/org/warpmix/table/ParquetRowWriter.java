package org.warpmix.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of numbers and labels as Parquet: required columns, plainly encoded, one page per column and row group, not compressed (the
 * digits of estimates do not compress). Apache Parquet format 2.10, its metadata in Thrift's compact protocol.
 *
 * <p>Written here, little as it is, because no library streams it so: DuckDB, which reads Parquet for us, wants all rows in a
 * database of its own first and leaves nothing readable on a full disk, and parquet-java comes with Hadoop's classes.
 */
final class ParquetRowWriter extends RowWriter {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBERS_PER_GROUP = 1 << 20;
    private static final int FEWEST_ROWS = 1 << 10;
    private static final int RLE = 3;

    /** A row group in the file: where its columns and its end lie. */
    private record Group(int rows, long[] starts, long end) {}

    private final List<Column> columns;
    private final double[][] gathered;
    private ByteBuffer page;
    private final List<Group> groups = new ArrayList<>();
    private int filled;

    ParquetRowWriter(SeekableByteChannel channel, String file, List<Column> columns) {
        this(channel, file, columns, Math.max(FEWEST_ROWS, NUMBERS_PER_GROUP / columns.size()));
    }

    /** @param rows of a row group */
    ParquetRowWriter(SeekableByteChannel channel, String file, List<Column> columns, int rows) {
        super(channel, file);
        this.columns = List.copyOf(columns);
        gathered = new double[columns.size()][rows];
        page = ByteBuffer.allocate(rows * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    void add(double[][] values, int rows) throws IOException {
        for (int from = 0; from < rows; ) {
            int some = Math.min(rows - from, gathered[0].length - filled);
            for (int c = 0; c < gathered.length; c++) {
                System.arraycopy(values[c], from, gathered[c], filled, some);
            }
            filled += some;
            from += some;
            if (filled == gathered[0].length) {
                writeGroup();
            }
        }
    }

    private void writeGroup() throws IOException {
        begin();
        long[] starts = new long[gathered.length];
        for (int c = 0; c < gathered.length; c++) {
            starts[c] = position();
            fillPage(gathered[c], columns.get(c));
            append(pageHeader(page.remaining(), filled));
            append(page);
        }
        groups.add(new Group(filled, starts, position()));
        filled = 0;
    }

    private void begin() throws IOException {
        if (position() == 0) {
            append(ByteBuffer.wrap(MAGIC));
        }
    }

    private void fillPage(double[] values, Column column) {
        Kind kind = column.kind();
        page.clear();
        if (kind == Kind.LABEL) {
            fillTexts(values, column.labels());
        } else if (kind == Kind.LOGICAL) {
            for (int i = 0; i < filled; i += Byte.SIZE) {
                int bits = 0;
                for (int k = i; k < Math.min(filled, i + Byte.SIZE); k++) {
                    bits |= values[k] != 0 ? 1 << (k - i) : 0;
                }
                page.put((byte) bits);
            }
        } else {
            for (int i = 0; i < filled; i++) {
                if (kind == Kind.WHOLE) {
                    page.putLong((long) values[i]);
                } else {
                    page.putDouble(values[i]);
                }
            }
        }
        page.flip();
    }

    private void fillTexts(double[] values, List<String> labels) {
        List<byte[]> texts = labels.stream()
                .map(label -> label.getBytes(StandardCharsets.UTF_8))
                .toList();
        int bytes = 0;
        for (int i = 0; i < filled; i++) {
            bytes = Math.addExact(bytes, Integer.BYTES + texts.get((int) values[i]).length);
        }
        if (bytes > page.capacity()) {
            page = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        for (int i = 0; i < filled; i++) {
            byte[] text = texts.get((int) values[i]);
            page.putInt(text.length).put(text);
        }
    }

    @Override
    void finish() throws IOException {
        if (filled > 0) {
            writeGroup();
        }
        begin();
        ByteBuffer footer = footer();
        int length = footer.remaining();
        append(footer);
        append(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .flip());
        append(ByteBuffer.wrap(MAGIC));
    }

    /** On a full disk the index needs room: row groups are given up until it fits. */
    @Override
    long salvage() throws IOException {
        filled = 0;
        IOException failed = new IOException("no row group is whole");
        while (!groups.isEmpty()) {
            try {
                cutBackTo(groups.get(groups.size() - 1).end());
                finish();
                return rows();
            } catch (IOException e) {
                failed = e;
                groups.remove(groups.size() - 1);
            }
        }
        cutBackTo(0);
        throw failed;
    }

    private long rows() {
        return groups.stream().mapToLong(Group::rows).sum();
    }

    private static ByteBuffer pageHeader(int bytes, int values) {
        ThriftCompact header = new ThriftCompact();
        header.number(1, 0).number(2, bytes).number(3, bytes);
        header.struct(5)
                .number(1, values)
                .number(2, 0)
                .number(3, RLE)
                .number(4, RLE)
                .end();
        return header.end().bytes();
    }

    /** FileMetaData of the format. */
    private ByteBuffer footer() {
        ThriftCompact meta = new ThriftCompact();
        meta.number(1, 1).structs(2, columns.size() + 1);
        meta.text(4, "rows").number(5, columns.size()).end();
        for (Column column : columns) {
            meta.number(1, type(column)).number(3, 0).text(4, column.name());
            if (column.kind() == Kind.LABEL) {
                meta.number(6, 0); // the bytes are UTF-8
            }
            meta.end();
        }
        meta.longNumber(3, rows()).structs(4, groups.size());
        for (Group group : groups) {
            meta.structs(1, columns.size());
            for (int c = 0; c < columns.size(); c++) {
                boolean last = c + 1 == columns.size();
                long bytes = (last ? group.end() : group.starts()[c + 1]) - group.starts()[c];
                meta.longNumber(2, group.starts()[c]).struct(3);
                meta.number(1, type(columns.get(c))).numbers(2, 0);
                meta.texts(3, columns.get(c).name()).number(4, 0).longNumber(5, group.rows());
                meta.longNumber(6, bytes).longNumber(7, bytes).longNumber(9, group.starts()[c]);
                meta.end().end();
            }
            meta.longNumber(2, group.end() - group.starts()[0]).longNumber(3, group.rows());
            meta.end();
        }
        return meta.text(6, "warpmix").end().bytes();
    }

    private static int type(Column column) {
        return switch (column.kind()) {
            case LOGICAL -> 0;
            case WHOLE -> 2;
            case NUMBER -> 5;
            case LABEL -> 6;
        };
    }
}
