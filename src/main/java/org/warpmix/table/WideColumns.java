package org.warpmix.table;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * Columns of numbers on common rows, read some at a time: there may be more of them than memory holds. An instance serves one
 * thread.
 */
public interface WideColumns extends Closeable {

    /** Number of rows. */
    int rows();

    /** Names of the columns in their order. */
    List<String> names();

    /**
     * Reads consecutive columns.
     *
     * @param first 0-based
     * @param into {@code into[c]}, of {@link #rows} numbers, is overwritten by column {@code first + c}; NaN is missing
     * @throws TableException when reading fails
     */
    void read(int first, double[][] into);

    /** Gives back the file; what is left by a program that ends goes with it. */
    @Override
    void close();

    /** Columns that are in memory already. */
    static WideColumns of(List<String> names, double[][] columns) {
        return new WideColumns() {
            @Override
            public int rows() {
                return columns.length == 0 ? 0 : columns[0].length;
            }

            @Override
            public List<String> names() {
                return names;
            }

            @Override
            public void read(int first, double[][] into) {
                for (int c = 0; c < into.length; c++) {
                    System.arraycopy(columns[first + c], 0, into[c], 0, into[c].length);
                }
            }

            @Override
            public void close() {}
        };
    }

    /** Whether a file is a matrix of numbers as NumPy saves it, {@code .npy}. */
    static boolean isMatrix(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    /**
     * The columns of a NumPy file, {@code .npy} of 32 or 64 bit floats in either order of memory and of bytes: each index behind
     * the first one is a column, in C's order, named V1, V2 and so on.
     *
     * @throws TableException when it cannot be read, in one line
     */
    static WideColumns ofMatrix(Path file) {
        return NpyReader.open(file);
    }

    /**
     * Some columns of a file: Parquet, in which each block of columns is looked up as it is asked for, or CSV and its kin, which are
     * copied to a temporary file of doubles first. Other files are read to memory.
     *
     * @param choose from the names in the file those of the columns wanted, at least one
     * @throws TableException when it cannot be read, or a column has what is no number
     */
    static WideColumns open(String file, UnaryOperator<List<String>> choose) {
        if (!file.equals("-") && Files.isRegularFile(Path.of(file))) {
            Path path = Path.of(file);
            try (InputStream in = Files.newInputStream(path)) {
                InputStream plain = new BufferedInputStream(in, 1 << 16);
                plain.mark(4);
                byte[] magic = plain.readNBytes(4);
                plain.reset();
                if (Arrays.equals(magic, new byte[] {'P', 'A', 'R', '1'})) {
                    return WideParquet.open(path.toAbsolutePath(), choose, file);
                }
                if (magic.length > 1 && magic[0] == 0x1F && (magic[1] & 0xFF) == 0x8B) {
                    plain = new GZIPInputStream(plain, 1 << 16);
                }
                String name = file.toLowerCase(Locale.ROOT);
                if (!name.contains(".jsonl") && !name.contains(".ndjson")) {
                    return WideCsv.copy(new Utf8Reader(plain, file), name.contains(".tsv"), choose, file);
                }
            } catch (IOException e) {
                throw new TableException(file + ": reading failed (" + e.getMessage() + ").", e);
            }
        }
        return of(TableReader.withDefaults().read(file), choose, file);
    }

    /** Some columns of a table. */
    static WideColumns of(Table table, UnaryOperator<List<String>> choose, String source) {
        List<String> chosen = choose.apply(table.names());
        double[][] columns = new double[chosen.size()][];
        for (int c = 0; c < columns.length; c++) {
            if (!(table.column(chosen.get(c)) instanceof NumericColumn numbers)) {
                throw new TableException(source + ": response column " + NearestNames.quote(chosen.get(c))
                        + " has text in it; a response is numbers. Leave it out of the pattern.");
            }
            columns[c] = numbers.values();
        }
        return of(chosen, columns);
    }
}
