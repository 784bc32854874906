package org.warpmix.table;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A table in one or several files that is read piece by piece, so that it may be larger than memory: its rows are those of the
 * files in their order. Formats and what cells mean are {@link TableReader}'s.
 *
 * <p>What a column holds is settled by its first values; where a later piece contradicts (numbers, and then a text), the files
 * are read again from the start with that column as labels, which is what the table as a whole would have. A thread of its own
 * reads ahead by a piece or two.
 */
public final class TableScan {

    private static final int AHEAD = 2;

    private final List<Path> files;
    private final TableReader reader;
    private final int rows;
    private final LongConsumer progress;

    private TableScan(List<Path> files, TableReader reader, int rows, LongConsumer progress) {
        this.files = files;
        this.reader = reader;
        this.rows = rows;
        this.progress = progress;
    }

    /**
     * A scan of some columns.
     *
     * @param files at least one; {@code -} is standard input
     */
    public static TableScan of(List<Path> files, Collection<String> columns) {
        TableReader reader = TableReader.withDefaults().withColumns(columns);
        return new TableScan(List.copyOf(files), reader, Pieces.ROWS, bytes -> {});
    }

    /** Lets somebody know how many bytes of the files ({@link DataFiles#bytes}) have been read. */
    public TableScan withProgress(LongConsumer listener) {
        return new TableScan(files, reader, rows, listener);
    }

    /** Chooses how many rows a piece has. */
    public TableScan withRows(int number) {
        return new TableScan(files, reader, number, progress);
    }

    /**
     * Reads the files into a consumer.
     *
     * @param fresh makes a consumer that has seen nothing: called anew where the files have to be read again
     * @return the one that has seen every piece
     * @throws TableException naming the file and the place in it
     */
    public <C extends Consumer<Table>> C into(Supplier<C> fresh) {
        Set<String> labels = new HashSet<>();
        while (true) {
            C consumer = fresh.get();
            try {
                new Run(labels).into(consumer);
                return consumer;
            } catch (Pieces.Unsettled e) {
                if (files.contains(DataFiles.STANDARD_INPUT)) {
                    throw new TableException("standard input: the column " + NearestNames.quote(e.column())
                            + " does not go on as it began (numbers, truth values and other text are mixed), and it cannot"
                            + " be read twice. Save it to a file.");
                }
                labels.add(e.column());
            }
        }
    }

    /** Nobody takes any more. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }

    /** One reading of all files. */
    private final class Run implements Runnable {

        private final BlockingQueue<Object> queue = new ArrayBlockingQueue<>(AHEAD);
        private final Object end = new Object();
        private final Set<String> labels;
        private volatile boolean stopped;
        private long bytes;

        Run(Set<String> labels) {
            this.labels = Set.copyOf(labels);
        }

        void into(Consumer<Table> consumer) {
            Thread thread = new Thread(this, "warpmix-scan");
            thread.setDaemon(true);
            thread.start();
            try {
                for (Object next = queue.take(); next != end; next = queue.take()) {
                    if (next instanceof RuntimeException failure) {
                        throw failure;
                    }
                    if (next instanceof Error error) {
                        throw error;
                    }
                    consumer.accept((Table) next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TableException("Reading was interrupted.", e);
            } finally {
                stopped = true;
                queue.clear();
            }
        }

        @Override
        public void run() {
            try {
                Pieces pieces = Pieces.of(rows, labels, this::put);
                for (Path file : files) {
                    read(file, pieces);
                }
                offer(end);
            } catch (Stopped e) {
                return; // nobody takes any more
            } catch (RuntimeException | Error e) {
                offer(e);
            }
        }

        private void read(Path file, Pieces pieces) {
            try {
                if (file.equals(DataFiles.STANDARD_INPUT)) {
                    reader.read(System.in, null, "standard input", pieces);
                    return;
                }
                long before = bytes;
                reader.read(file, Counted::new, pieces);
                bytes = before + Files.size(file);
                progress.accept(bytes);
            } catch (UnknownColumnException e) {
                throw files.size() == 1 ? e : new TableException(file + ": " + e.getMessage(), e);
            } catch (IOException e) {
                throw new TableException(file + ": reading failed (" + e.getMessage() + ").", e);
            }
        }

        private void put(Object item) {
            offer(item);
            if (stopped) {
                throw new Stopped();
            }
        }

        private void offer(Object item) {
            try {
                boolean taken = false;
                while (!stopped && !taken) { // until there is room, or nobody takes any more
                    taken = queue.offer(item, 100, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TableException("Reading was interrupted.", e);
            }
        }

        /** Tells how far the stream of a text file is. */
        private final class Counted extends FilterInputStream {

            Counted(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                int value = super.read();
                count(value < 0 ? 0 : 1);
                return value;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                count(Math.max(count, 0));
                return count;
            }

            private void count(int more) {
                bytes += more;
                progress.accept(bytes);
            }
        }
    }
}
