package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideColumnsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"<f4, False, 1", "<f8, True, 1", ">f4, True, 2", ">f8, False, 3"})
    void readsNumpyFiles(String type, String fortran, int version) throws IOException {
        boolean byColumn = fortran.equals("True");
        int rows = 3;
        int columns = 5;
        ByteBuffer numbers = ByteBuffer.allocate(rows * columns * 8)
                .order(type.startsWith("<") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        for (int e = 0; e < rows * columns; e++) {
            int row = byColumn ? e % rows : e / columns;
            int column = byColumn ? e / rows : e % columns;
            double value = row == 1 && column == 2 ? Double.NaN : 10 * column + row + 0.25;
            if (type.endsWith("4")) {
                numbers.putFloat((float) value);
            } else {
                numbers.putDouble(value);
            }
        }
        Path file = npy(version, type, fortran, "(3, 5)", numbers.flip());
        try (WideColumns matrix = WideColumns.ofMatrix(file)) {
            assertEquals(3, matrix.rows());
            assertEquals(List.of("V1", "V2", "V3", "V4", "V5"), matrix.names());
            double[][] some = new double[2][3];
            matrix.read(2, some);
            assertArrayEquals(new double[] {20.25, Double.NaN, 22.25}, some[0]);
            assertArrayEquals(new double[] {30.25, 31.25, 32.25}, some[1]);
            matrix.read(4, new double[1][3]);
        }
    }

    @Test
    void allIndicesBehindTheFirstAreColumns() throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(12 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int e = 0; e < 12; e++) {
            numbers.putFloat(e);
        }
        Path file = npy(1, "<f4", "False", "(2, 2, 3)", numbers.flip());
        try (WideColumns matrix = WideColumns.ofMatrix(file)) {
            double[][] column = new double[1][2];
            matrix.read(4, column);
            assertArrayEquals(new double[] {4, 10}, column[0]);
        }
    }

    @Test
    void saysWhatIsWrongWithNumpyFiles() throws IOException {
        ByteBuffer two = ByteBuffer.allocate(16);
        assertEquals(
                "x.npy: numbers of type '<i8'; 32 and 64 bit floats can be read. Save the matrix by numpy.save(file,"
                        + " matrix.astype('float32')).",
                message(npy(1, "<i8", "False", "(1, 2)", two)));
        assertEquals(
                "x.npy: an array of shape [2]; expected rows and columns. Save matrix.reshape(rows, -1).",
                message(npy(1, "<f8", "False", "(2,)", two)));
        assertTrue(message(npy(1, "<f8", "False", "(2, 2)", two)).contains("It is cut short"));
        assertTrue(message(Files.writeString(folder.resolve("x.npy"), "a,b\n1,2\n"))
                .startsWith("x.npy: not a NumPy file"));
        assertTrue(message(folder.resolve("none.npy")).startsWith("No file"));
    }

    private String message(Path file) {
        TableException e = assertThrows(TableException.class, () -> WideColumns.ofMatrix(file));
        return e.getMessage().replace(folder + "/", "");
    }

    private Path npy(int version, String type, String fortran, String shape, ByteBuffer numbers) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }   \n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0, (byte) header.length(), 0});
        if (version > 1) {
            bytes.write(new byte[2]);
        }
        bytes.write(header.getBytes(StandardCharsets.US_ASCII));
        byte[] values = new byte[numbers.remaining()];
        numbers.get(values);
        bytes.write(values);
        return Files.write(folder.resolve("x.npy"), bytes.toByteArray());
    }

    @Test
    void readsCsv() throws IOException {
        String text = "g,v1,v2,z\na,1.5,NA,7\nb,,\"-3e2\",8\n";
        check(Files.writeString(folder.resolve("x.csv"), text));
        check(Files.writeString(folder.resolve("x.tsv"), text.replace(',', '\t')));
        // R's row names stand before the header's columns
        check(Files.writeString(folder.resolve("r.csv"), "g,v1,v2,z\n\"1\",a,1.5,NA,7\n\"2\",b,,-300,8\n"));
        Path packed = folder.resolve("x.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        check(packed);
        check(Files.writeString(
                folder.resolve("x.jsonl"),
                "{\"g\":\"a\",\"v1\":1.5,\"v2\":null}\n{\"g\":\"b\",\"v1\":null,\"v2\":-300}\n"));
    }

    @Test
    void readsParquet() throws IOException {
        Path file = folder.resolve("x.parquet");
        List<RowWriter.Column> columns = List.of(
                new RowWriter.Column("v1", RowWriter.Kind.NUMBER),
                new RowWriter.Column("g", RowWriter.Kind.LABEL, List.of("a", "b")),
                new RowWriter.Column("v2", RowWriter.Kind.NUMBER));
        try (RowWriter writer = RowWriter.create(file, columns, false)) {
            writer.write(new double[][] {{1.5, Double.NaN}, {0, 1}, {Double.NaN, -300}}, 2);
        }
        check(file);
    }

    private static List<String> allV(List<String> names) {
        return new ColumnPattern("v*").choose(names, Set.of());
    }

    private static void check(Path file) {
        try (WideColumns columns = WideColumns.open(file.toString(), WideColumnsTest::allV)) {
            assertEquals(List.of("v1", "v2"), columns.names());
            assertEquals(2, columns.rows());
            double[][] both = new double[2][2];
            columns.read(0, both);
            assertArrayEquals(new double[] {1.5, Double.NaN}, both[0]);
            assertArrayEquals(new double[] {Double.NaN, -300}, both[1]);
            double[][] second = new double[1][2];
            columns.read(1, second);
            assertArrayEquals(both[1], second[0]);
        }
    }

    @Test
    void saysWhatIsWrongWithCsv() throws IOException {
        assertCsv("g,v1\na,1\nb,one\n", "line 3: response column 'v1' has 'one'; a response is numbers.");
        assertCsv("g,v1\na,1,2,3\n", "line 2: 4 fields, expected 2.");
        assertCsv("v1,v1\n1,2\n", "the header names 'v1' twice.");
        assertCsv("v1,v2\n", "has a header but no rows.");
        assertCsv("g,h\na,1\n", "No column matches 'v*'. Known names: 'g', 'h'.");
    }

    private void assertCsv(String text, String expected) throws IOException {
        String file = Files.writeString(folder.resolve("x.csv"), text).toString();
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> WideColumns.open(file, WideColumnsTest::allV));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v*|v1 v2 v10 v:3",
                "v?|v1 v2",
                "v2:v:3|v2 v10 v:3",
                "g2, v1|v1 g2",
                "v:3|v:3",
                "*|v1 v2 v10 v:3 g2"
            })
    void patternsChooseColumns(String pattern, String expected) {
        List<String> names = List.of("x", "v1", "v2", "v10", "v:3", "g2");
        assertEquals(List.of(expected.split(" ")), new ColumnPattern(pattern).choose(names, Set.of("x")));
    }

    @Test
    void saysWhatIsWrongWithPatterns() {
        List<String> names = List.of("v1", "v2");
        for (String pattern : List.of("v3", "v2:v1", "w*", "v1:v9", "")) {
            assertThrows(
                    IllegalArgumentException.class, () -> new ColumnPattern(pattern).choose(names, Set.of()), pattern);
        }
    }
}
