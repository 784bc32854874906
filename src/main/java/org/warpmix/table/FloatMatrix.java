package org.warpmix.table;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.List;

/** A matrix of floats in a file, read by blocks of its columns. */
final class FloatMatrix implements WideColumns {

    /**
     * How the numbers lie in the file.
     *
     * @param start byte of the first one
     * @param bytes of a number, 4 or 8
     * @param byColumn whether a column's numbers are neighbours (Fortran), else a row's (C)
     */
    record Layout(int rows, int columns, long start, int bytes, ByteOrder order, boolean byColumn) {}

    private final FileChannel channel;
    private final Layout layout;
    private final List<String> names;
    private final String source;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    FloatMatrix(FileChannel channel, Layout layout, List<String> names, String source) {
        this.channel = channel;
        this.layout = layout;
        this.names = names;
        this.source = source;
    }

    @Override
    public int rows() {
        return layout.rows;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public void read(int first, double[][] into) {
        try {
            if (layout.byColumn) {
                for (int c = 0; c < into.length; c++) {
                    fetch((long) (first + c) * layout.rows, layout.rows);
                    for (int i = 0; i < layout.rows; i++) {
                        into[c][i] = next();
                    }
                }
                return;
            }
            for (int i = 0; i < layout.rows; i++) {
                fetch((long) i * layout.columns + first, into.length);
                for (double[] column : into) {
                    column[i] = next();
                }
            }
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
    }

    private double next() {
        return layout.bytes == Float.BYTES ? buffer.getFloat() : buffer.getDouble();
    }

    private void fetch(long number, int count) throws IOException {
        int bytes = Math.multiplyExact(count, layout.bytes);
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(layout.order);
        }
        buffer.clear().limit(bytes);
        long at = layout.start + number * layout.bytes;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at + buffer.position());
            if (read < 0) {
                throw new EOFException("the file ends early");
            }
        }
        buffer.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TableException(source + ": closing failed (" + e.getMessage() + ").", e);
        }
    }
}
