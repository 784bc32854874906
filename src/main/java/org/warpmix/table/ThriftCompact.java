package org.warpmix.table;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes structures in Thrift's compact protocol, as much of it as Parquet's metadata takes. Fields are given by number,
 * ascending; what {@link #struct} or an element of {@link #structs} opens, {@link #end} closes.
 */
final class ThriftCompact {

    private static final int INT = 5;
    private static final int LONG = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;
    private static final int SHORT_LIST = 15;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    /** Number of the last field of each structure that is open, innermost first. */
    private final Deque<Integer> last = new ArrayDeque<>();
    /** Elements of a list of structures that are still to come, per structure that is open. */
    private final Deque<Integer> elements = new ArrayDeque<>();

    ThriftCompact() {
        open(0);
    }

    private void open(int more) {
        last.push(0);
        elements.push(more);
    }

    ThriftCompact number(int field, int value) {
        head(field, INT);
        return zigzag(value);
    }

    ThriftCompact longNumber(int field, long value) {
        head(field, LONG);
        return zigzag(value);
    }

    ThriftCompact text(int field, String value) {
        head(field, BINARY);
        return binary(value);
    }

    /** A list of one number. */
    ThriftCompact numbers(int field, int value) {
        list(field, 1, INT);
        return zigzag(value);
    }

    /** A list of one text. */
    ThriftCompact texts(int field, String value) {
        list(field, 1, BINARY);
        return binary(value);
    }

    /** Opens a structure. */
    ThriftCompact struct(int field) {
        head(field, STRUCT);
        open(0);
        return this;
    }

    /** Opens the first of a list's structures; the end of each opens the next. */
    ThriftCompact structs(int field, int size) {
        list(field, size, STRUCT);
        if (size > 0) {
            open(size - 1);
        }
        return this;
    }

    ThriftCompact end() {
        out.write(0);
        last.pop();
        int more = elements.pop();
        if (more > 0) {
            open(more - 1);
        }
        return this;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void head(int field, int type) {
        out.write((field - last.pop()) << 4 | type); // fields are less than 16 apart
        last.push(field);
    }

    private void list(int field, int size, int type) {
        head(field, LIST);
        if (size < SHORT_LIST) {
            out.write(size << 4 | type);
        } else {
            out.write(SHORT_LIST << 4 | type);
            varint(size);
        }
    }

    private ThriftCompact binary(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private ThriftCompact zigzag(long value) {
        varint(value << 1 ^ value >> 63);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
