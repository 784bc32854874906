package org.warpmix.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderErrorsTest {

    @TempDir
    Path folder;

    private static String complaint(byte[] content) {
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        return complaint(() -> TableReader.withDefaults().read(in, "d.csv"));
    }

    private static String complaint(String content) {
        return complaint(content.getBytes(UTF_8));
    }

    private static String complaint(org.junit.jupiter.api.function.Executable reading) {
        String message = assertThrows(TableException.class, reading).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static void assertStarts(String start, String message) {
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void fileNotThereOffersTheNearest() throws IOException {
        Files.writeString(folder.resolve("sleepstudy.csv"), "x\n1\n");
        Path wrong = folder.resolve("sleepstdy.csv");
        assertEquals(
                "No file " + NearestNames.quote(wrong.toString()) + ". Did you mean 'sleepstudy.csv'?",
                complaint(() -> TableReader.withDefaults().read(wrong)));
        Path nowhere = folder.resolve("no").resolve("d.csv");
        assertStarts(
                "No file " + NearestNames.quote(nowhere.toString()) + ": the folder ",
                complaint(() -> TableReader.withDefaults().read(nowhere.toString())));
    }

    @Test
    void folderInsteadOfAFile() {
        assertEquals(
                folder + " is a folder. Name a file in it.",
                complaint(() -> TableReader.withDefaults().read(folder)));
    }

    @Test
    void unreadableFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret.csv"), "x\n1\n");
        assertTrue(file.toFile().setReadable(false));
        assumeFalse(Files.isReadable(file), "root reads everything");
        assertEquals(
                file + ": no permission to read it.",
                complaint(() -> TableReader.withDefaults().read(file)));
    }

    @Test
    void emptyFiles() throws IOException {
        assertStarts("d.csv is empty.", complaint(""));
        assertStarts("d.csv is empty.", complaint("\uFEFF"));
        assertStarts("d.csv is empty.", complaint("\n \r\n\n"));
        assertStarts("d.csv is empty.", complaint(TableReaderDelimitedTest.gzip("")));
    }

    @Test
    void headerOnly() {
        assertEquals("d.csv has a header but no rows.", complaint("x,y\n"));
        assertEquals("d.csv has a header but no rows.", complaint("x,y"));
    }

    @Test
    void raggedRows() {
        assertStarts("d.csv, line 3: 1 field, expected 2 as in the header.", complaint("x,y\n1,2\n3\n"));
        assertStarts("d.csv, line 4: 3 fields, expected 2", complaint("x,y\n1,2\n\n3,4,5\n"));
        assertStarts("d.csv, line 2: 4 fields, expected 2", complaint("x,y\n1,2,3,4\n"));
        // Not row names: the last field is empty, so that one separator is too many.
        assertStarts("d.csv, line 2: 3 fields, expected 2", complaint("x,y\n1,2,\n3,4,\n"));
        assertStarts("d.csv, line 3: 2 fields, expected 3 as in the first row.", complaint("x,y\na,1,2\nb,3\n"));
        // The line where the row begins, though a quoted field spans two.
        assertStarts("d.csv, line 4: 1 field, expected 2", complaint("x,y\n1,\"a\nb\"\n3\n"));
    }

    /** An unquoted decimal comma in the last column looks like row names, but numbers repeat and names do not. */
    @Test
    void decimalCommasAreNotTakenForRowNames() {
        assertStarts("d.csv, line 2: 2 fields, expected 1 as in the header.", complaint("temp\n1,5\n2,5\n"));
        assertStarts(
                "d.csv, line 4: 3 fields, but the header names 2, and the first cannot be row names",
                complaint("day,temp\n1,20,5\n2,21,5\n1,22,0\n"));
    }

    @Test
    void brokenQuotes() {
        assertStarts("d.csv, line 2: ", complaint("x,y\n1,\"a\n2,b\n"));
        assertStarts("d.csv, line 3: ", complaint("x,y\n1,2\n1,\"a\"b\n"));
    }

    @Test
    void namesThatAreThereTwice() {
        assertEquals(
                "d.csv: the header names 'y' twice (fields 1 and 3). Give each column a name of its own.",
                complaint("y,x,y\n1,2,3\n"));
    }

    @Test
    void noNamesAtAll() {
        assertStarts("d.csv names no column.", complaint(",\n1,2\n"));
    }

    @Test
    void unknownColumns() {
        TableReader reader = TableReader.withDefaults().withColumns(List.of("Reaction", "subject"));
        InputStream in = new ByteArrayInputStream("Reaction,Days,Subject\n1,2,3\n".getBytes(UTF_8));
        assertEquals(
                "No column 'subject'. Did you mean 'Subject'?",
                assertThrows(UnknownColumnException.class, () -> reader.read(in, "d.csv"))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> TableReader.withDefaults().withColumns(List.of()));
    }

    @Test
    void badTextNamesItsLine() {
        assertStarts("d.csv, line 3: byte 0xe9 is not UTF-8.", complaint("x\na\ncaf\u00E9\nb\n".getBytes(ISO_8859_1)));
        assertStarts("d.csv, line 2: byte 0xe9", complaint("x\ty\n1\t\u00E9\n".getBytes(ISO_8859_1)));
        // The very first character of a line, and a character cut by the end.
        assertStarts("d.csv, line 2: byte 0xe9", complaint("x\n\u00E9\n".getBytes(ISO_8859_1)));
        byte[] euro = "x\n€".getBytes(UTF_8);
        assertStarts("d.csv, line 2: byte 0xe2", complaint(Arrays.copyOf(euro, euro.length - 1)));
        // Far behind what is read ahead.
        String lines = "12345\n".repeat(50_000);
        assertStarts("d.csv, line 50002: byte 0xe9", complaint(("x\n" + lines + "\u00E9").getBytes(ISO_8859_1)));
    }

    @Test
    void filesThatAreNoText() {
        assertStarts("d.csv, line 2: a zero byte", complaint("x\n1\0\n"));
        assertStarts("d.csv is UTF-16 text.", complaint("x,y\n1,2\n".getBytes(UTF_16)));
        assertStarts("d.csv is a zip or Excel file.", complaint("PK\3\4..."));
        byte[] junk = new byte[100_000];
        new Random(1).nextBytes(junk);
        assertStarts("d.csv, line ", complaint(junk));
    }

    @Test
    void brokenGzip() throws IOException {
        byte[] whole = TableReaderDelimitedTest.gzip("x,y\n" + "1,2\n".repeat(10_000));
        assertStarts(
                "d.csv: the gzip data is cut short or damaged", complaint(Arrays.copyOf(whole, whole.length - 10)));
        assertStarts("d.csv: the gzip data is cut short or damaged", complaint(Arrays.copyOf(whole, 5)));
        byte[] damaged = whole.clone();
        damaged[damaged.length - 6] ^= 1;
        assertStarts("d.csv: the gzip data is cut short or damaged", complaint(damaged));
    }

    @Test
    void aStreamThatFails() {
        InputStream failing = new FilterInputStream(new ByteArrayInputStream("x,y\n1,2\n".getBytes(UTF_8))) {
            @Override
            public int read(byte[] out, int offset, int length) throws IOException {
                int count = super.read(out, offset, length);
                if (count < 0) {
                    throw new IOException("disk on fire");
                }
                return count;
            }
        };
        assertEquals(
                "pipe: reading failed (disk on fire).",
                complaint(() -> TableReader.withDefaults().read(failing, "pipe")));
    }

    @Test
    void outOfMemoryIsNotTheFilesFault() {
        InputStream rows = new ByteArrayInputStream("1\n".repeat(1 << 20).getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                int count = super.read(bytes, offset, length);
                if (count < 0) {
                    throw new OutOfMemoryError("as if");
                }
                return count;
            }
        };
        assertThrows(OutOfMemoryError.class, () -> TableReader.withDefaults().read(rows, "rows"));
    }
}
