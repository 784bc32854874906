package org.warpmix.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** How much memory the columns of a table would take, guessed from its file before it is read. */
public final class TableSize {

    /** Numbers of 8 bytes, in arrays that grow, and once more in the matrices of a model. */
    private static final long BYTES_OF_A_CELL = 24;

    private static final double SHARE = 0.8;
    private static final int HEAD = 1 << 16;
    /** How much larger than its file a table may be: no file that is smaller by this is looked at. */
    private static final long MOST_PACKED = 100;

    private static final long PACKED_TEXT = 5;

    private TableSize() {}

    /**
     * Whether some columns of a file are likely to take more than this virtual machine may have; false where it cannot be told.
     *
     * @param data a file's name, or {@code -}
     */
    public static boolean exceedsMemory(String data, Collection<String> columns) {
        Path file = Path.of(data);
        double memory = SHARE * Runtime.getRuntime().maxMemory();
        try {
            if (!Files.isRegularFile(file) || Files.size(file) < memory / MOST_PACKED) {
                return false;
            }
            double rows = TableReader.isParquet(file) ? parquetRows(file, columns) : textRows(file);
            return rows * columns.size() * BYTES_OF_A_CELL > memory;
        } catch (IOException e) {
            return false; // reading will say what is wrong
        }
    }

    private static double parquetRows(Path file, Collection<String> columns) {
        try (ParquetTotals totals = ParquetTotals.open(List.of(file), columns, 1)) {
            return totals.rows();
        }
    }

    /** From the length of the first lines. */
    private static double textRows(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD);
            boolean packed = head.length > 1 && (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B;
            if (packed) {
                try (InputStream plain = new GZIPInputStream(Files.newInputStream(file))) {
                    head = plain.readNBytes(HEAD);
                }
            }
            int lines = 0;
            for (byte character : head) {
                lines += character == '\n' ? 1 : 0;
            }
            return (packed ? PACKED_TEXT : 1) * Files.size(file) * (double) lines / Math.max(1, head.length);
        }
    }
}
