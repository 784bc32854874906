package org.warpmix.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderJsonLinesTest {

    @TempDir
    Path folder;

    private static Table read(String text) {
        return TableReader.withDefaults().read(new ByteArrayInputStream(text.getBytes(UTF_8)), "test");
    }

    private static String complaint(String text) {
        return assertThrows(TableException.class, () -> read(text)).getMessage();
    }

    @Test
    void keysMayComeInAnyOrderOrNotAtAll() {
        Table table = read("{\"y\": 1.5, \"g\": \"b\"}\n{\"g\": \"a\", \"z\": true}\n\n{\"y\": null, \"z\": false}\n");
        assertEquals(List.of("y", "g", "z"), table.names());
        assertArrayEquals(new double[] {1.5, Double.NaN, Double.NaN}, ((NumericColumn) table.column("y")).values());
        FactorColumn g = (FactorColumn) table.column("g");
        assertArrayEquals(new String[] {"a", "b"}, g.levels());
        assertArrayEquals(new int[] {1, 0, -1}, g.codes());
        FactorColumn z = (FactorColumn) table.column("z");
        assertTrue(z.logical());
        assertArrayEquals(new int[] {-1, 1, 0}, z.codes());
    }

    @Test
    void stringsStayLabels() {
        Table table = read("""
                {"id": "007", "t": "T", "mixed": 1.50, "na": "NA"}
                {"id": "10", "t": "T", "mixed": "x", "na": ""}
                """);
        assertArrayEquals(new String[] {"007", "10"}, ((FactorColumn) table.column("id")).levels());
        assertFalse(((FactorColumn) table.column("t")).logical());
        assertArrayEquals(new String[] {"1.50", "x"}, ((FactorColumn) table.column("mixed")).levels());
        assertTrue(table.column("na").isMissing(0));
        assertTrue(table.column("na").isMissing(1));
    }

    @Test
    void numbersThatPythonWrites() {
        Table table = read("{\"y\": NaN}\n{\"y\": -Infinity}\n{\"y\": 1e-3}\n");
        assertArrayEquals(
                new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e-3},
                ((NumericColumn) table.column("y")).values());
    }

    @Test
    void onlyTheColumnsAskedForAreRead() throws IOException {
        Path file = folder.resolve("d.ndjson");
        Files.writeString(file, "{\"y\": 1, \"nested\": {\"y\": [2]}, \"x\": 3}\n");
        TableReader reader = TableReader.withDefaults();
        assertEquals(List.of("x"), reader.withColumns(List.of("x")).read(file).names());
        TableReader unknown = reader.withColumns(List.of("X1"));
        assertEquals(
                "No column 'X1'. Did you mean 'x'?",
                assertThrows(UnknownColumnException.class, () -> unknown.read(file))
                        .getMessage());
    }

    @Test
    void complaintsNameTheLine() {
        assertTrue(complaint("{\"y\": 1}\n{\"y\": }\n").startsWith("test, line 2: bad JSON (Unexpected character"));
        assertTrue(complaint("{\"y\": 1}\n{\"y\": 1").startsWith("test, line 2: bad JSON (Unexpected end-of-input"));
        assertTrue(complaint("{\"y\": 1}\n\n7\n").startsWith("test, line 3: '7' where an object"));
        assertTrue(complaint("{\"y\": 1}\n{\"y\": [1, 2]}\n").startsWith("test, line 2: the value of 'y' is not"));
        assertTrue(complaint("{\"y\": 1, \"y\": 2}\n").startsWith("test, line 1: the key 'y' comes twice"));
        assertTrue(complaint("[{\"y\": 1}]").startsWith("test, line 1: a JSON array."));
        assertTrue(complaint("{}\n").startsWith("test names no column."));
    }
}
