package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderParquetTest {

    @TempDir
    Path folder;

    private Path write(String name, String query) throws SQLException {
        Path file = folder.resolve(name);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            String target = file.toString().replace("'", "''");
            statement.execute("COPY (" + query + ") TO '" + target + "' (FORMAT parquet)");
        }
        return file;
    }

    private static double[] numbers(Table table, String name) {
        return ((NumericColumn) table.column(name)).values();
    }

    private static String[] levels(Table table, String name) {
        return ((FactorColumn) table.column(name)).levels();
    }

    @Test
    void numbersOfAllKinds() throws SQLException {
        Table table = TableReader.withDefaults()
                .read(write(
                        "n.parquet",
                        "SELECT * FROM (VALUES (1::TINYINT, 70000::INTEGER, 4000000000::UBIGINT, 0.5::FLOAT, 0.1::DOUBLE,"
                                + " 1.25::DECIMAL(10,2), 1::HUGEINT, NULL),"
                                + " (NULL, NULL, NULL, NULL, 'NaN'::DOUBLE, NULL, NULL, NULL))"
                                + " t(i8, i32, u64, f32, f64, de, i128, none)"));
        assertArrayEquals(new double[] {1, Double.NaN}, numbers(table, "i8"));
        assertArrayEquals(new double[] {70000, Double.NaN}, numbers(table, "i32"));
        assertArrayEquals(new double[] {4e9, Double.NaN}, numbers(table, "u64"));
        assertArrayEquals(new double[] {0.5, Double.NaN}, numbers(table, "f32"));
        assertArrayEquals(new double[] {0.1, Double.NaN}, numbers(table, "f64"));
        assertArrayEquals(new double[] {1.25, Double.NaN}, numbers(table, "de"));
        assertArrayEquals(new double[] {1, Double.NaN}, numbers(table, "i128"));
        assertArrayEquals(new double[] {Double.NaN, Double.NaN}, numbers(table, "none"));
    }

    @Test
    void logicalsTextsDatesAndTimes() throws SQLException {
        Table table = TableReader.withDefaults()
                .read(write(
                        "t.parquet",
                        "SELECT * FROM (VALUES (true, '007', 'b'::ENUM('b', 'a'), DATE '2020-02-01',"
                                + " TIMESTAMP '2020-01-01 01:02:03'),"
                                + " (NULL, NULL, 'a', DATE '2019-12-31', NULL), (false, 'NA', 'b', NULL, NULL))"
                                + " t(l, s, e, d, ts)"));
        FactorColumn l = (FactorColumn) table.column("l");
        assertTrue(l.logical());
        assertArrayEquals(new int[] {1, -1, 0}, l.codes());
        assertArrayEquals(new String[] {"007"}, levels(table, "s"));
        assertArrayEquals(new int[] {0, -1, -1}, ((FactorColumn) table.column("s")).codes());
        assertArrayEquals(new String[] {"a", "b"}, levels(table, "e"));
        assertArrayEquals(new String[] {"2019-12-31", "2020-02-01"}, levels(table, "d"));
        assertArrayEquals(new String[] {"2020-01-01 01:02:03"}, levels(table, "ts"));
    }

    @Test
    void timesWithAZoneAreInUtc() throws SQLException {
        Path file = write("z.parquet", "SELECT TIMESTAMPTZ '2020-01-01 12:00:00+02' z");
        assertArrayEquals(
                new String[] {"2020-01-01 10:00:00+00"},
                levels(TableReader.withDefaults().read(file), "z"));
    }

    @Test
    void rowsKeepTheirOrderOverManyChunks() throws SQLException {
        Path file = write("r.parquet", "SELECT i::INTEGER i, 'g' || (i % 7) g FROM range(300000) t(i)");
        Table table = TableReader.withDefaults().read(file);
        double[] i = numbers(table, "i");
        FactorColumn g = (FactorColumn) table.column("g");
        assertEquals(300_000, table.rows());
        for (int row = 0; row < i.length; row++) {
            assertEquals(row, i[row]);
            assertEquals(row % 7, g.codes()[row]);
        }
    }

    /** A name is a name: not a pattern, not SQL, not a partition; and its neighbours stay unread. */
    @Test
    void oddFileAndColumnNames() throws SQLException, IOException {
        Path odd = Files.createDirectories(folder.resolve("year=2020"));
        write("year=2020/it'sX1Z.parquet", "SELECT 1 wrong");
        Path file = write("year=2020/it's*[1]?.parquet", "SELECT 7 AS \"a b\", 8 AS \"q\"\"; DROP TABLE x;--\"");
        assertEquals(odd, file.getParent());
        Table table = TableReader.withDefaults().read(file);
        assertEquals(List.of("a b", "q\"; DROP TABLE x;--"), table.names());
        assertArrayEquals(new double[] {7}, numbers(table, "a b"));
    }

    @Test
    void contentCountsNotTheExtension() throws SQLException {
        assertArrayEquals(
                new double[] {1}, numbers(TableReader.withDefaults().read(write("p.csv", "SELECT 1 x")), "x"));
    }

    @Test
    void onlyTheColumnsAskedForAreRead() throws SQLException {
        Path file = write("w.parquet", "SELECT 1 x, [1, 2] list, {'a': 1} struct, 2 y");
        TableReader reader = TableReader.withDefaults();
        assertEquals(
                List.of("x", "y"),
                reader.withColumns(List.of("y", "x")).read(file).names());
        TableReader unknown = reader.withColumns(List.of("Y"));
        assertEquals(
                "No column 'Y'. Did you mean 'y'?",
                assertThrows(UnknownColumnException.class, () -> unknown.read(file))
                        .getMessage());
        String message =
                assertThrows(TableException.class, () -> reader.read(file)).getMessage();
        assertTrue(message.contains("column 'list' is of type INTEGER[]"), message);
    }

    @Test
    void brokenFiles() throws SQLException, IOException {
        TableReader reader = TableReader.withDefaults();
        Path cut = folder.resolve("cut.parquet");
        byte[] whole = Files.readAllBytes(write("whole.parquet", "SELECT range x FROM range(1000)"));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        String message =
                assertThrows(TableException.class, () -> reader.read(cut)).getMessage();
        assertTrue(message.startsWith(cut + ": not a Parquet file that can be read (DuckDB: "), message);
        assertFalse(message.contains("\n"));

        Path text = Files.writeString(folder.resolve("text.parquet"), "x,y\n1,2\n");
        message = assertThrows(TableException.class, () -> reader.read(text)).getMessage();
        assertTrue(message.startsWith(text + ": not a Parquet file, as it does not begin with PAR1."), message);

        Path none = write("none.parquet", "SELECT 1 x WHERE false");
        message = assertThrows(TableException.class, () -> reader.read(none)).getMessage();
        assertEquals(none + " has a header but no rows.", message);

        message = assertThrows(TableException.class, () -> reader.read(new ByteArrayInputStream(whole), "pipe"))
                .getMessage();
        assertTrue(message.startsWith("pipe: Parquet can be read from a file only"), message);
    }

    /** Text must be read where DuckDB and Jackson are not there at all, and Parquet must say what is missing. */
    @Test
    void withoutDuckDbOnTheClassPath() throws Exception {
        Path parquet = write("p.parquet", "SELECT 1 x");
        Path csv = Files.writeString(folder.resolve("c.csv"), "x\n1\n");
        URL[] classPath = {
            TableReader.class.getProtectionDomain().getCodeSource().getLocation(),
            de.siegmar.fastcsv.reader.CsvReader.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
        };
        try (URLClassLoader bare = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = bare.loadClass(TableReader.class.getName());
            Object reader = type.getMethod("withDefaults").invoke(null);
            var read = type.getMethod("read", Path.class);
            assertInstanceOf(bare.loadClass(Table.class.getName()), read.invoke(reader, csv));
            Throwable cause = assertThrows(InvocationTargetException.class, () -> read.invoke(reader, parquet))
                    .getCause();
            assertTrue(cause.getMessage().contains("Add org.duckdb:duckdb_jdbc to the class path"), cause.toString());
        }
    }
}
