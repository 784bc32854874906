package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.warpmix.table.RowWriter.Column;
import org.warpmix.table.RowWriter.Kind;

/** What is written reads back, and stays readable when writing fails. */
class RowWriterTest {

    private static final List<Column> COLUMNS = List.of(
            new Column("replicate", Kind.WHOLE),
            new Column("converged", Kind.LOGICAL),
            new Column("beta.größe, \"m\"", Kind.NUMBER));
    private static final int ROWS = 5003;

    @TempDir
    private Path folder;

    private static double[][] values(int rows) {
        Random random = new Random(1);
        double[][] values = new double[COLUMNS.size()][rows];
        for (int i = 0; i < rows; i++) {
            values[0][i] = i + 1 + 0x1p40;
            values[1][i] = i % 3 == 0 ? 1 : 0;
            values[2][i] = i % 100 == 50 ? Double.NaN : random.nextGaussian() * Math.pow(10, i % 40 - 20);
        }
        values[2][1] = Double.POSITIVE_INFINITY;
        values[2][2] = 0.1;
        values[2][3] = -1e300;
        return values;
    }

    /** Writes in blocks of uneven size. */
    private static void write(RowWriter writer, double[][] values) throws IOException {
        int rows = values[0].length;
        int size = 1;
        for (int from = 0; from < rows; from += size, size = size % 700 + 13) {
            int to = Math.min(rows, from + size);
            double[][] block = new double[values.length][];
            for (int c = 0; c < block.length; c++) {
                block[c] = Arrays.copyOfRange(values[c], from, to);
            }
            writer.write(block, to - from);
        }
    }

    private static void assertReadsBack(Path file, double[][] expected, int rows) {
        Table table = TableReader.withDefaults().read(file);
        assertEquals(COLUMNS.stream().map(Column::name).toList(), table.names());
        assertEquals(rows, table.rows());
        assertArrayEquals(Arrays.copyOf(expected[0], rows), ((NumericColumn) table.column("replicate")).values());
        assertArrayEquals(
                Arrays.copyOf(expected[2], rows),
                ((NumericColumn) table.column(COLUMNS.get(2).name())).values());
        FactorColumn converged = (FactorColumn) table.column("converged");
        assertTrue(converged.logical());
        for (int i = 0; i < rows; i++) {
            assertEquals(expected[1][i], converged.codes()[i]);
        }
    }

    @Test
    void csvReadsBack() throws IOException {
        Path file = folder.resolve("rows.csv");
        double[][] values = values(ROWS);
        try (RowWriter writer = RowWriter.create(file, COLUMNS, false)) {
            write(writer, values);
        }
        assertReadsBack(file, values, ROWS);
        List<String> lines = Files.readAllLines(file);
        assertEquals("replicate,converged,\"beta.größe, \"\"m\"\"\"", lines.get(0));
        assertEquals("1099511627778,FALSE,Inf", lines.get(2));
        assertEquals("1099511627779,FALSE,0.1", lines.get(3));
        assertEquals("1099511627827,FALSE,NA", lines.get(51));
    }

    @Test
    void parquetReadsBack() throws IOException {
        Path file = folder.resolve("rows.parquet");
        double[][] values = values(ROWS);
        try (RowWriter writer = RowWriter.create(file, COLUMNS, false)) {
            write(writer, values);
        }
        assertReadsBack(file, values, ROWS);
        try (RowWriter writer = many(Files.newByteChannel(file, StandardOpenOption.WRITE))) {
            write(writer, values);
        }
        assertReadsBack(file, values, ROWS);
    }

    /** Row groups of 250 rows: more of them than a short list takes. */
    private static RowWriter many(SeekableByteChannel channel) {
        return new ParquetRowWriter(channel, "rows.parquet", COLUMNS, 250);
    }

    @Test
    void aCsvOfNoRowsHasItsHeader() throws IOException {
        Path file = folder.resolve("none.csv");
        RowWriter.create(file, COLUMNS, false).close();
        assertEquals(1, Files.readAllLines(file).size());
    }

    @Test
    void parquetOfNoRowsIsRead() throws IOException {
        Path file = folder.resolve("none.parquet");
        RowWriter.create(file, COLUMNS, false).close();
        String message = assertThrows(
                        TableException.class, () -> TableReader.withDefaults().read(file))
                .getMessage();
        assertTrue(message.contains("no rows"), message);
    }

    @Test
    void anExistingFileIsKeptUnlessItMayBeReplaced() throws IOException {
        Path file = folder.resolve("rows.csv");
        Files.writeString(file, "precious");
        String message = assertThrows(IllegalArgumentException.class, () -> RowWriter.create(file, COLUMNS, false))
                .getMessage();
        assertEquals(file + " exists. Name another file, or allow to overwrite it (--overwrite).", message);
        assertEquals("precious", Files.readString(file));
        RowWriter.create(file, COLUMNS, true).close();
        assertFalse(Files.readString(file).contains("precious"));
    }

    @Test
    void filesThatCannotBe() {
        Path other = folder.resolve("rows.xlsx");
        assertEquals(
                other + ": rows are written as CSV or Parquet. End the file's name in .csv or .parquet.",
                assertThrows(IllegalArgumentException.class, () -> RowWriter.create(other, COLUMNS, false))
                        .getMessage());
        Path nowhere = folder.resolve("none").resolve("rows.csv");
        assertEquals(
                nowhere + ": there is no folder to write it to.",
                assertThrows(IOException.class, () -> RowWriter.create(nowhere, COLUMNS, false))
                        .getMessage());
    }

    @Test
    void onAFullDiskCsvKeepsWholeRows() throws IOException {
        Path file = folder.resolve("rows.csv");
        double[][] values = values(ROWS);
        RowWriter writer = new CsvRowWriter(new SmallDisk(file, 100_000), "rows.csv", COLUMNS);
        String message =
                assertThrows(IOException.class, () -> write(writer, values)).getMessage();
        int rows = Files.readAllLines(file).size() - 1;
        assertTrue(rows > 1000 && rows < ROWS, () -> rows + " rows");
        assertEquals(
                "rows.csv: writing failed (No space left on device). The file has the first " + rows
                        + " rows; what came after is lost.",
                message);
        assertReadsBack(file, values, rows);
        writer.close(); // as try-with-resources does: nothing more happens
        assertReadsBack(file, values, rows);
    }

    /** Whatever is missing: a page, a piece of the index, or everything but the first row group. */
    @Test
    void onAFullDiskParquetKeepsWholeRowGroups() throws IOException {
        double[][] values = values(ROWS);
        Path whole = folder.resolve("whole.parquet");
        RowWriter all = many(Files.newByteChannel(whole, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        write(all, values);
        all.close();
        long size = Files.size(whole);
        for (long space : new long[] {size - 1, size - 100, size - 3000, size / 2, 4 * 4200}) {
            Path file = folder.resolve(space + ".parquet");
            RowWriter writer = many(new SmallDisk(file, space));
            String message = assertThrows(IOException.class, () -> {
                        write(writer, values);
                        writer.close();
                    })
                    .getMessage();
            int rows = TableReader.withDefaults().read(file).rows();
            assertTrue(rows % 250 == 0 && rows < ROWS, () -> rows + " rows");
            assertTrue(message.contains("The file has the first " + rows + " rows;"), message);
            assertReadsBack(file, values, rows);
        }
        RowWriter none = many(new SmallDisk(folder.resolve("none.parquet"), 100));
        assertTrue(assertThrows(IOException.class, () -> write(none, values))
                .getMessage()
                .contains("The file has the first 0 rows;"));
    }

    /** A file on a disk that is full after some bytes. */
    private static final class SmallDisk implements SeekableByteChannel {
        private final SeekableByteChannel file;
        private final long space;

        SmallDisk(Path file, long space) throws IOException {
            this.file = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            this.space = space;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long left = space - file.position();
            if (left <= 0) {
                throw new IOException("No space left on device");
            }
            int limit = source.limit();
            source.limit((int) Math.min(limit, source.position() + left));
            int written = file.write(source);
            source.limit(limit);
            return written;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public SeekableByteChannel position(long to) throws IOException {
            file.position(to);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public SeekableByteChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
