package org.warpmix.table;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes rows of numbers to a file as they come, as CSV or Parquet by the file's ending, in memory that does not grow with
 * their number.
 *
 * <p>Where writing fails, say because the disk is full, the file is cut back to its last whole rows and stays readable, and
 * the exception says how many these are. A process that is killed leaves a CSV file with whole rows but for the last, and a
 * Parquet file without the index at its end, which no reader opens.
 */
public abstract class RowWriter implements Closeable {

    /** What the numbers of a column stand for. */
    public enum Kind {
        /** Numbers; NaN is missing. */
        NUMBER,
        /** Whole numbers. */
        WHOLE,
        /** One for true, zero for false. */
        LOGICAL,
        /** Numbers of labels, from 0; the labels are written. */
        LABEL
    }

    /**
     * A column.
     *
     * @param labels what the numbers of a {@link Kind#LABEL} stand for, else empty
     */
    public record Column(String name, Kind kind, List<String> labels) {

        public Column {
            labels = List.copyOf(labels);
        }

        /** A column of numbers. */
        public Column(String name, Kind kind) {
            this(name, kind, List.of());
        }
    }

    /** Writes bytes to a channel, whole rows at a time. */
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    private final SeekableByteChannel channel;
    private final String file;
    private boolean closed;

    RowWriter(SeekableByteChannel channel, String file) {
        this.channel = channel;
        this.file = file;
    }

    /**
     * Starts a file.
     *
     * @param file ends in {@code .csv} or {@code .parquet}
     * @param overwrite whether a file that exists is replaced
     * @throws IllegalArgumentException for another ending, and for a file that exists unless it is to be replaced
     * @throws IOException when the file cannot be written, in one line
     */
    public static RowWriter create(Path file, List<Column> columns, boolean overwrite) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        boolean parquet = name.endsWith(".parquet");
        if (!parquet && !name.endsWith(".csv")) {
            throw new IllegalArgumentException(
                    file + ": rows are written as CSV or Parquet. End the file's name in .csv or .parquet.");
        }
        Set<OpenOption> options = overwrite
                ? Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)
                : Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        SeekableByteChannel channel;
        try {
            channel = Files.newByteChannel(file, options);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(
                    file + " exists. Name another file, or allow to overwrite it (--overwrite).", e);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": there is no folder to write it to.", e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be written (" + reason(e) + ").", e);
        }
        return parquet
                ? new ParquetRowWriter(channel, file.toString(), columns)
                : new CsvRowWriter(channel, file.toString(), columns);
    }

    /**
     * Writes rows.
     *
     * @param values the columns, each of {@code rows} numbers or more; not kept
     * @throws IOException when writing fails: the writer is closed then
     */
    public void write(double[][] values, int rows) throws IOException {
        guarded(() -> add(values, rows));
    }

    /** Writes what is left and closes the file. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            guarded(this::finish);
            closed = true;
            channel.close();
        }
    }

    private void guarded(Write write) throws IOException {
        if (closed) {
            throw new IOException(file + " is closed already.");
        }
        try {
            write.run();
        } catch (IOException e) {
            closed = true;
            long rows = 0;
            try (channel) {
                rows = salvage();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw new IOException(
                    file + ": writing failed (" + reason(e) + "). The file has the first " + rows
                            + " rows; what came after is lost.",
                    e);
        }
    }

    /** Takes rows. */
    abstract void add(double[][] values, int rows) throws IOException;

    /** Writes what is left. */
    abstract void finish() throws IOException;

    /** Cuts the file back to what can be read; the number of rows in it. */
    abstract long salvage() throws IOException;

    /** Writes all of a buffer at the end. */
    final void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    final long position() throws IOException {
        return channel.position();
    }

    final void cutBackTo(long size) throws IOException {
        channel.truncate(size);
        channel.position(size);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
