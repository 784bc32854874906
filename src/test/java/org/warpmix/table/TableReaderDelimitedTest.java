package org.warpmix.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderDelimitedTest {

    @TempDir
    Path folder;

    private static Table read(String text) {
        return TableReader.withDefaults().read(new ByteArrayInputStream(text.getBytes(UTF_8)), "test");
    }

    private static double[] numbers(Table table, String name) {
        return ((NumericColumn) table.column(name)).values();
    }

    private static FactorColumn factor(Table table, String name) {
        return (FactorColumn) table.column(name);
    }

    /** What a spreadsheet in a decimal-comma country writes. */
    @Test
    void byteOrderMarkSemicolonsQuotesAndCrLf() throws IOException {
        Path file = folder.resolve("export.csv");
        Files.writeString(file, "\uFEFF\"y\";\"who, and why\"\r\n1;\"a;\"\"b\"\"\"\r\n-2.5;\"two\r\nlines\"\r\n");
        Table table = TableReader.withDefaults().read(file);
        assertEquals(List.of("y", "who, and why"), table.names());
        assertArrayEquals(new double[] {1, -2.5}, numbers(table, "y"));
        assertArrayEquals(
                new String[] {"a;\"b\"", "two\r\nlines"},
                factor(table, "who, and why").levels());
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "\t", ";", "|"})
    void separatorIsFoundDespiteOthersInQuotes(String separator) {
        String text = "a@b@c\n1@\"x,;|\t,;|\t\"@3\n4@\"y\"@6\n".replace("@", separator);
        Table table = read(text);
        assertEquals(List.of("a", "b", "c"), table.names());
        assertArrayEquals(new double[] {3, 6}, numbers(table, "c"));
        assertArrayEquals(new String[] {"x,;|\t,;|\t", "y"}, factor(table, "b").levels());
    }

    @Test
    void decimalCommasDoNotSplitSemicolonRows() {
        Table table = read("y;x\n1,5;2\n2,5;3\n");
        assertEquals(List.of("y", "x"), table.names());
        assertArrayEquals(new double[] {2, 3}, numbers(table, "x"));
    }

    @Test
    void oneColumnNeedsNoSeparator() {
        assertArrayEquals(new double[] {1, 2}, numbers(read("y\n1\n2\n"), "y"));
    }

    /** What is read ahead ends within a row, which must not count as one of fewer fields. */
    @Test
    void separatorOfLongFiles() {
        String row = "1;" + "x".repeat(30_000) + ";2,5;3\n";
        Table table = read("a;b;c;d(u,v,w,x,y)\n" + row + row + row);
        assertEquals(List.of("a", "b", "c", "d(u,v,w,x,y)"), table.names());
    }

    @Test
    void tsvExtensionMeansTabs() throws IOException {
        Path file = folder.resolve("d.TSV");
        Files.writeString(file, "a,b,c\tx\n1,2,3\t4\n");
        assertEquals(
                List.of("a,b,c", "x"), TableReader.withDefaults().read(file).names());
    }

    @Test
    void namesAreTextAndKeptExactly() {
        String sql = "Robert\"); DROP TABLE x;--";
        Table table = read("\"" + sql.replace("\"", "\"\"") + "\", spaced ,it's\n1,2,3\n");
        assertEquals(List.of(sql, " spaced ", "it's"), table.names());
        assertArrayEquals(new double[] {1}, numbers(table, sql));
    }

    @Test
    void emptyAndNaAreMissingQuotedOrNot() {
        Table table = read("x,f,none\n1,a,NA\n,\"\",\nNA,\"NA\",\" \"\n NA ,NaN,\"\"\n");
        assertArrayEquals(new double[] {1, Double.NaN, Double.NaN, Double.NaN}, numbers(table, "x"));
        FactorColumn f = factor(table, "f");
        assertArrayEquals(new String[] {"NaN", "a"}, f.levels());
        assertArrayEquals(new int[] {1, -1, -1, 0}, f.codes());
        assertTrue(f.isMissing(1));
        assertTrue(table.column("none").isMissing(3));
        assertEquals(4, numbers(table, "none").length);
    }

    @Test
    void numbersAsRReadsThem() {
        Table table = read("x\n 1.5 \n1e5\n-1E-2\n+.5\n5.\nInf\n-inf\nNaN\n0.1\n");
        double[] expected = {
            1.5, 1e5, -0.01, 0.5, 5, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 0.1
        };
        assertArrayEquals(expected, numbers(table, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1d",
                "1f",
                "0x10",
                "1e",
                "e5",
                ".",
                "-",
                "1,000",
                "1_0",
                "1 2",
                "--1",
                "١",
                "infinit",
                "9007199254740993"
            })
    void notANumber(String text) {
        FactorColumn column = factor(read("x\n1\n\"" + text + "\"\n"), "x");
        assertEquals(text, column.levels()[column.codes()[1]]);
        assertEquals("1", column.levels()[column.codes()[0]]);
    }

    @Test
    void longIntegersThatADoubleHoldsAreNumbers() {
        assertArrayEquals(
                new double[] {0x1p53, 1e20}, numbers(read("x\n9007199254740992\n100000000000000000000\n"), "x"));
    }

    @Test
    void aWordAfterMillionRowsKeepsTheTextOfAllNumbers() throws IOException {
        StringBuilder text = new StringBuilder("id,y\n");
        int rows = 1_000_000;
        for (int i = 0; i < rows; i++) {
            text.append(i % 2 == 0 ? "007" : i % 3 == 0 ? "" : "7.0")
                    .append(',')
                    .append(i)
                    .append('\n');
        }
        Table table = read(text.append("x,0\n").toString());
        FactorColumn id = factor(table, "id");
        assertArrayEquals(new String[] {"007", "7.0", "x"}, id.levels());
        assertArrayEquals(new int[] {0, 1, 0, -1, 0, 1}, Arrays.copyOf(id.codes(), 6));
        assertEquals(0, id.codes()[rows - 2]);
        assertEquals(2, id.codes()[rows]);
        assertEquals(rows - 1, numbers(table, "y")[rows - 1]);
    }

    @Test
    void logicals() {
        Table table = read("a,b,c\nTRUE,T,T\nfalse,NA,M\n");
        FactorColumn a = factor(table, "a");
        assertTrue(a.logical());
        assertArrayEquals(new String[] {"FALSE", "TRUE"}, a.levels());
        assertArrayEquals(new int[] {1, 0}, a.codes());
        assertTrue(factor(table, "b").logical());
        assertArrayEquals(new int[] {1, -1}, factor(table, "b").codes());
        assertFalse(factor(table, "c").logical());
        assertArrayEquals(new String[] {"M", "T"}, factor(table, "c").levels());
    }

    @Test
    void levelsAreInCodePointOrderInAnyLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            String[] levels = factor(read("f\nı\n\uFFFD\ni\n\uD83D\uDE00\nI\na\nB\nTITLE\n"), "f")
                    .levels();
            assertArrayEquals(new String[] {"B", "I", "TITLE", "a", "i", "ı", "\uFFFD", "\uD83D\uDE00"}, levels);
            assertArrayEquals(new double[] {Double.POSITIVE_INFINITY}, numbers(read("x\nINF\n"), "x"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void rowNamesAreLeftOut() {
        assertEquals(List.of("x"), read("\"\",\"x\"\n\"1\",10\n\"2\",20\n").names());
        Table shorter = read("\"x\",\"y\"\n\"r1\",10,1\n\"r2\",20,2\n");
        assertEquals(List.of("x", "y"), shorter.names());
        assertArrayEquals(new double[] {10, 20}, numbers(shorter, "x"));
        assertArrayEquals(new double[] {1, 2}, numbers(shorter, "y"));
    }

    @Test
    void aTrailingSeparatorMakesNoColumn() {
        assertEquals(List.of("x", "y"), read("x,y,\n1,2,\n3,4,\n").names());
    }

    @Test
    void onlyTheColumnsAskedForAreRead() {
        Table table = TableReader.withDefaults()
                .withColumns(List.of("c", "a"))
                .read(new ByteArrayInputStream("a,b,b,c\n1,x,y,3\n".getBytes(UTF_8)), "test");
        assertEquals(List.of("a", "c"), table.names());
        assertArrayEquals(new double[] {3}, numbers(table, "c"));
    }

    @Test
    void blankLinesAreNoRowsAndTheLastLineNeedsNoBreak() {
        assertEquals(2, read("x,y\n\n1,2\n\n3,4").rows());
    }

    @Test
    void gzipIsSeenByItsContent() throws IOException {
        Path file = folder.resolve("plainly.csv");
        Files.write(file, gzip("x,y\n1,2\n"));
        assertArrayEquals(new double[] {2}, numbers(TableReader.withDefaults().read(file), "y"));
    }

    /** Block gzip, as genomics tools write it, is a row of gzip members; a pipe often has none of the next at hand. */
    @Test
    void allMembersOfGzipAreReadFromAPipe() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(gzip("x,y\n1,2\n"));
        members.writeBytes(gzip("3,4\n"));
        InputStream pipe = new ByteArrayInputStream(members.toByteArray()) {
            @Override
            public synchronized int read(byte[] out, int offset, int length) {
                return super.read(out, offset, Math.min(length, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        assertEquals(2, TableReader.withDefaults().read(pipe, "pipe").rows());
    }

    @Test
    void dashIsStandardInput() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("a|b\n1|2\n".getBytes(UTF_8)));
            assertEquals(List.of("a", "b"), TableReader.withDefaults().read("-").names());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void theStreamIsLeftOpen() {
        boolean[] closed = {false};
        InputStream in = new ByteArrayInputStream("x\n1\n".getBytes(UTF_8)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertEquals(1, TableReader.withDefaults().read(in, "test").rows());
        assertFalse(closed[0]);
    }

    /** One row per subject and one column per gene: the header alone is longer than what is read ahead. */
    @Test
    void aWideTable() {
        int width = 30_000;
        StringBuilder header = new StringBuilder("g");
        StringBuilder row = new StringBuilder("a,b;c");
        for (int i = 1; i < width; i++) {
            header.append('\t').append("gene").append(i);
            row.append('\t').append(i);
        }
        Table table = read(header.append('\n').append(row).append('\n').toString());
        assertEquals(width, table.names().size());
        assertArrayEquals(new double[] {width - 1}, numbers(table, "gene" + (width - 1)));
    }

    /** More than the text buffers hold, so that characters of several bytes fall on their seams. */
    @Test
    void longTextOfWideCharacters() {
        String cell = "a€\uD83D\uDE00".repeat(40_000);
        FactorColumn f = factor(read("f,x\n" + cell + ",1\n" + cell + "b,2\n"), "f");
        assertArrayEquals(new String[] {cell, cell + "b"}, f.levels());
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
