package org.warpmix.table;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.CharBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads tables from CSV, TSV, JSON lines and Parquet.
 *
 * <p>Gzip is recognised by its first bytes, and so is Parquet. {@code .jsonl} and {@code .ndjson} are JSON lines,
 * {@code .tsv} and {@code .tab} are separated by tabs, {@code .csv} by the comma, tab, semicolon or pipe that its
 * first lines agree on; any other file is JSON lines if it begins with a brace, else as {@code .csv}. Text is UTF-8.
 *
 * <p>Empty cells and {@code NA} are missing, quoted or not. A column of a text file is numeric when all other cells
 * are decimal numbers (also {@code 1e5}, {@code Inf}, {@code -Inf}; {@code NaN} is missing; an integer that no double
 * holds exactly is text), logical when all are {@code TRUE}, {@code T}, {@code true}, {@code True} or their opposites,
 * else a factor of the text as it stands, levels sorted by code point. A column that is missing throughout is numeric.
 * Strings of JSON and Parquet stay labels even where they look like numbers; dates and times are factors by their ISO
 * text. Column names are kept exactly; a column without a name is left out. So are R's row names, a first column of
 * distinct texts that the header does not count.
 *
 * <p>Readers are immutable and may be shared.
 */
public final class TableReader {

    private static final TableReader DEFAULTS = new TableReader(null);
    private static final int MAGIC = 4;
    private static final int MOST_FILES = 10_000;

    private final Set<String> wanted;

    private TableReader(Set<String> wanted) {
        this.wanted = wanted;
    }

    /** A reader of all columns. */
    public static TableReader withDefaults() {
        return DEFAULTS;
    }

    /**
     * A reader of these columns only; the others cost neither memory nor parsing, and may be of any type.
     *
     * @param names at least one; a table that lacks one of them is an {@link UnknownColumnException} on reading
     */
    public TableReader withColumns(Collection<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("No columns to read were named. Name at least one.");
        }
        return new TableReader(new LinkedHashSet<>(names));
    }

    /**
     * Reads what the command line names: a file, or {@code -} for standard input.
     *
     * @throws TableException when it cannot be read
     */
    public Table read(String file) {
        return file.equals("-") ? read(System.in, "standard input") : read(Path.of(file));
    }

    /**
     * Reads a file.
     *
     * @throws TableException when it cannot be read, in one line: what is wrong, where, and the way out
     * @throws UnknownColumnException when it lacks a column of {@link #withColumns}
     */
    public Table read(Path file) {
        List<Table> whole = new ArrayList<>(1);
        read(file, in -> in, Pieces.whole(whole::add));
        return whole.get(0);
    }

    /**
     * Reads a file in pieces.
     *
     * @param counted put around the file's stream
     */
    void read(Path file, UnaryOperator<InputStream> counted, Pieces pieces) {
        String source = file.toString();
        if (Files.notExists(file)) {
            throw new TableException(notThere(file));
        }
        if (Files.isDirectory(file)) {
            throw new TableException(source + " is a folder. Name a file in it.");
        }
        if (!Files.isReadable(file)) {
            throw new TableException(source + ": no permission to read it.");
        }
        try (InputStream in = counted.apply(Files.newInputStream(file))) {
            read(in, file, source, pieces);
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
    }

    /**
     * Reads delimited text or JSON lines from a stream, told apart by the content; Parquet needs a file.
     *
     * @param in not closed
     * @param source what messages call it
     * @throws TableException when it cannot be read
     * @throws UnknownColumnException when it lacks a column of {@link #withColumns}
     */
    public Table read(InputStream in, String source) {
        return read(in, null, source);
    }

    private Table read(InputStream in, Path file, String source) {
        List<Table> whole = new ArrayList<>(1);
        read(in, file, source, Pieces.whole(whole::add));
        return whole.get(0);
    }

    void read(InputStream in, Path file, String source, Pieces pieces) {
        try {
            InputStream plain = new PeekingStream(in);
            byte[] magic = peek(plain);
            boolean gzip = startsWith(magic, 0x1F, 0x8B);
            if (gzip) {
                plain = new PeekingStream(new GZIPInputStream(plain, 1 << 16));
                magic = peek(plain);
            }
            String name = file == null ? "" : extension(file.getFileName().toString(), gzip);
            if (startsWith(magic, 'P', 'A', 'R', '1')) {
                if (file == null || gzip) {
                    throw new TableException(source + ": Parquet can be read from a file only, and not from gzip."
                            + " Unpack it and name the file.");
                }
                readParquet(file, source, pieces);
                return;
            }
            refuse(magic, name, source);
            readText(new Utf8Reader(plain, source), name, source, pieces);
        } catch (EOFException | ZipException e) {
            throw Utf8Reader.badGzip(source, e);
        } catch (IOException e) {
            throw new TableException(source + ": reading failed (" + e.getMessage() + ").", e);
        }
    }

    /** Whether a file begins as Parquet does; false where it cannot be read. */
    public static boolean isParquet(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return startsWith(in.readNBytes(MAGIC), 'P', 'A', 'R', '1');
        } catch (IOException e) {
            return false;
        }
    }

    private void readText(Utf8Reader text, String extension, String source, Pieces pieces) {
        CharBuffer head = text.head();
        int first = 0;
        while (first < head.length() && Character.isWhitespace(head.charAt(first))) {
            first++;
        }
        if (first == head.length() && text.complete()) {
            throw empty(source);
        }
        boolean json = switch (extension) {
            case "jsonl", "ndjson" -> true;
            case "csv", "tsv", "tab" -> false;
            // A JSON array is no table, but its reader says so best.
            default -> head.charAt(first) == '{' || head.charAt(first) == '[';
        };
        if (json) {
            JsonLinesReader.read(text, wanted, source, pieces);
            return;
        }
        boolean tabs = extension.equals("tsv") || extension.equals("tab");
        char separator = tabs ? '\t' : SeparatorSniffer.sniff(head, text.complete());
        DelimitedReader.read(text, separator, wanted, source, pieces);
    }

    private void readParquet(Path file, String source, Pieces pieces) {
        withDuckDb(source, () -> {
            ParquetReader.read(file.toAbsolutePath(), wanted, source, pieces);
            return null;
        });
    }

    /** Does what needs DuckDB, and says what to do where it is not there. */
    static <T> T withDuckDb(String source, Supplier<T> work) {
        try {
            return work.get();
        } catch (NoClassDefFoundError e) {
            throw new TableException(
                    source + ": reading Parquet needs DuckDB. Add org.duckdb:duckdb_jdbc to the class"
                            + " path, or convert the file to CSV.",
                    e);
        } catch (UnsatisfiedLinkError | ExceptionInInitializerError e) {
            throw new TableException(
                    source + ": DuckDB, which reads Parquet, does not start here (" + e
                            + "). It unpacks a library into java.io.tmpdir, which must allow programs; or convert the"
                            + " file to CSV.",
                    e);
        }
    }

    private static void refuse(byte[] magic, String extension, String source) {
        if (magic.length == 0) {
            throw empty(source);
        }
        if (extension.equals("parquet")) {
            throw new TableException(source + ": not a Parquet file, as it does not begin with PAR1. Name a CSV file"
                    + " .csv and JSON lines .jsonl.");
        }
        if (startsWith(magic, 'P', 'K', 3, 4)) {
            throw new TableException(source + " is a zip or Excel file. Unpack it, or save the sheet as CSV.");
        }
        if (startsWith(magic, 0xFF, 0xFE) || startsWith(magic, 0xFE, 0xFF)) {
            throw new TableException(
                    source + " is UTF-16 text. Save it as UTF-8, for example with" + " iconv -f UTF-16 -t UTF-8.");
        }
    }

    static TableException empty(String source) {
        return new TableException(source + " is empty. Expected a header line and rows.");
    }

    static TableException noRows(String source) {
        return new TableException(source + " has a header but no rows.");
    }

    static void requireKnown(Set<String> wanted, Collection<String> names) {
        if (wanted != null) {
            Set<String> known = new LinkedHashSet<>(names);
            known.remove("");
            for (String name : wanted) {
                if (!known.contains(name)) {
                    throw new UnknownColumnException(name, known);
                }
            }
        }
    }

    static Table requireColumns(Table table, String source) {
        if (table.names().isEmpty()) {
            throw new TableException(source + " names no column. Expected a header line with column names.");
        }
        return table;
    }

    private static String extension(String name, boolean gzip) {
        String lower = name.toLowerCase(Locale.ROOT);
        String plain = gzip && lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
        return plain.substring(plain.lastIndexOf('.') + 1);
    }

    private static String notThere(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        String start = "No file " + NearestNames.quote(file.toString());
        if (folder == null || !Files.isDirectory(folder)) {
            return start + ": the folder " + folder + " is not there either.";
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (names.size() < MOST_FILES && !name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (IOException e) {
            return start + ".";
        }
        names.sort(null);
        return start + ". " + NearestNames.hint(file.getFileName().toString(), names);
    }

    private static byte[] peek(InputStream in) throws IOException {
        in.mark(MAGIC);
        byte[] magic = in.readNBytes(MAGIC);
        in.reset();
        return magic;
    }

    private static boolean startsWith(byte[] magic, int... expected) {
        if (magic.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((magic[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Says of a pipe whether more follows, which GZIPInputStream asks before it looks for another gzip member. */
    private static final class PeekingStream extends BufferedInputStream {

        PeekingStream(InputStream in) {
            super(in, 1 << 16);
        }

        @Override
        public synchronized int available() throws IOException {
            mark(1);
            boolean ended = read() < 0;
            reset();
            return ended ? 0 : super.available();
        }
    }
}
