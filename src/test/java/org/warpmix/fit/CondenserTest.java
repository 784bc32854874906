package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.warpmix.table.DataFiles;
import org.warpmix.table.Table;
import org.warpmix.table.TableReader;

/** Files that are read once and not kept give the fit of one table in memory. */
class CondenserTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep_rs_reml",
                "cake_sum_reml",
                "pastes_nested_reml",
                "arabidopsis_nested_ml",
                "verbagg_slopes_ml",
                "s01_rs_ml",
                "s07_max_ml",
                "s09_weights_reml"
            })
    void partsInText(String id) throws IOException {
        ReferenceCase one = ReferenceCase.named(id);
        List<String> lines = Files.readAllLines(source(one));
        int third = lines.size() / 3;
        for (int part = 0; part < 3; part++) {
            List<String> some = lines.subList(1 + part * third, part == 2 ? lines.size() : 1 + (part + 1) * third);
            String text = lines.get(0) + "\n" + String.join("\n", some) + "\n";
            try (OutputStream out = part == 1
                    ? new GZIPOutputStream(Files.newOutputStream(folder.resolve("part-1.csv.gz")))
                    : Files.newOutputStream(folder.resolve("part-" + part + ".csv"))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        assertSame(one.model(), one.table(), "part-*", one.theta());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep_log_reml",
                "sleep_quadre_ml",
                "sleep_factor_reml",
                "cake_full_reml",
                "cake_slope_reml",
                "cake_crossed_ml",
                "pastes_explicit_reml",
                "verbagg_slopes_ml",
                "arabidopsis_reml",
                "arabidopsis_nested_ml",
                "milk_ml",
                "s01_ri_reml",
                "s01_rs_ml",
                "s07_max_ml",
                "s09_weights_reml",
                "s11_four_reml"
            })
    void partsInParquet(String id) throws IOException, SQLException {
        ReferenceCase one = ReferenceCase.named(id);
        String rows = "(SELECT *, row_number() OVER () AS row_ FROM read_csv('" + source(one) + "', nullstr='NA'))";
        write("whole.parquet", "SELECT * FROM " + rows);
        for (int part = 0; part < 3; part++) {
            write("part-" + part + ".parquet", "SELECT * FROM " + rows + " WHERE row_ % 3 = " + part);
        }
        assertSame(one.model(), memory("whole.parquet"), "part-*.parquet", one.theta());
    }

    /** What sums in double precision would lose: the rows are then taken in one by one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "y ~ x + near + (1 | g)",
                "y ~ x + far + (far | g)",
                "y ~ offbyf + f + (1 | g)",
                "big ~ x + (1 | g)",
                "y ~ x + I(x + 1) + f + (x | g)",
                "y ~ steady * f + (1 | g)",
                "y ~ log(pos) + sqrt(pos) + abs(x) + x / pos + (1 | g) + (1 | f)"
            })
    void badlyScaled(String formula) throws IOException, SQLException {
        String u = "hash(i, %d) %% 1000003 / 1000003.0";
        String query = "SELECT *, CAST(x + 1e-6 * v AS DOUBLE) AS near, CAST(1e7 + v AS DOUBLE) AS far,"
                + " CAST(ascii(f) * 1000 + 1e-2 * v AS DOUBLE) AS offbyf, CAST(1e7 + y AS DOUBLE) AS big,"
                + " CAST(0.1 * (i // 40) AS DOUBLE) AS steady, CAST(1 + v AS DOUBLE) AS pos FROM (SELECT i, CAST(i // 40 AS INTEGER) AS g,"
                + " chr(CAST(97 + i % 3 AS INTEGER)) AS f, CAST(" + String.format(u, 1) + " AS DOUBLE) AS x, CAST("
                + String.format(u, 2)
                + " AS DOUBLE) AS v, CAST(" + String.format(u, 3)
                + " + hash(i // 40) % 1003 / 1003.0 AS DOUBLE) AS y FROM range(2000) t(i))";
        write("part.parquet", query);
        LinearMixedModel model = LinearMixedModel.of(formula);
        Table table = memory("part.parquet");
        assertSame(model, table, "part.parquet", model.fit(table).theta());
    }

    /** Missing values of every kind, weights of zero, levels that come late, names that look like code. */
    @Test
    void missingValues() throws IOException, SQLException {
        String rows =
                "SELECT * FROM (VALUES (1.5, 'a', 1.0, 2.0), (2.5, 'b', 1.0, 1.0), ('NaN'::DOUBLE, 'a', 1.0, 1.0), (3.5, NULL, 1.0, 1.0),"
                        + " (0.5, ' ', 1.0, 1.0), (0.25, 'NA', 1.0, 1.0), (4.5, 'b', 0.0, 7.0), (1.0, 'a', NULL, 1.0), (7.0, 'z', 2.0, 1.0),"
                        + " (5.0, 'z', 1.0, 2.0), (6.0, 'a', 0.5, 3.0), (3.0, 'b', 1.0, 4.0), (8.0, 'c', 1.0, 4.0), (7.5, 'c', 1.0, 1.5))"
                        + " t(\"y'\\\"\"; DROP\", \"g h\", w, o)";
        write("a.parquet", rows.replace("\\", ""));
        LinearMixedModel model = LinearMixedModel.of("`y'\\\"; DROP` ~ 1 + (1 | `g h`)".replace("\\", ""))
                .withWeights("w")
                .withOffset("o");
        Table table = memory("a.parquet");
        assertEquals(6, model.fit(table).dropped());
        assertSame(model, table, "a.parquet", model.fit(table).theta());
    }

    /** Numbers first and a label at last: what the column is in the whole table, labels as they were written. */
    @Test
    void aColumnThatTurnsOutToBeAFactor() throws IOException {
        StringBuilder text = new StringBuilder("y,g,x\n");
        for (int i = 0; i < 150_000; i++) {
            text.append(i * 7919 % 1009)
                    .append(",0")
                    .append(i % 7)
                    .append(',')
                    .append(i % 3)
                    .append('\n');
        }
        text.append("3,late,two\n4,late,1\n5,08,2\n");
        Files.writeString(folder.resolve("late.csv"), text);
        LinearMixedModel model = LinearMixedModel.of("y ~ x + (1 | g)");
        Table table = memory("late.csv");
        Fit fit = model.fit(table);
        assertEquals(
                List.of("00", "08", "late"),
                List.of(
                        fit.conditionalModes().get(0).levels()[0],
                        fit.conditionalModes().get(0).levels()[7],
                        fit.conditionalModes().get(0).levels()[8]));
        assertSame(model, table, "late.csv", fit.theta());
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        Files.writeString(folder.resolve("a.csv"), "y,g\n1,a\n2,a\n3,b\n5,b\n");
        AtomicReference<Double> share = new AtomicReference<>(0.0);
        Condenser.of(LinearMixedModel.of("y ~ 1 + (1 | g)"))
                .withProgress(share::set)
                .read(DataFiles.of(folder + "/a.csv"));
        assertEquals(1, share.get());
    }

    @Test
    void badInput() throws IOException, SQLException {
        Files.writeString(folder.resolve("a.csv"), "y,g,x\n1,a,1\n2,a,2\n3,b,3\n5,b,\n");
        Files.writeString(folder.resolve("b.csv"), "y,g,x\n1,a,0\n2,a,-1\n");
        Files.writeString(folder.resolve("c.csv"), "y,G,x\n1,a,0\n2,a,-1\n");
        Files.writeString(folder.resolve("none.csv"), "y,g,x\n,a,0\n1,,2\n");
        write("i.parquet", "SELECT * FROM (VALUES (1.0, 1, 1.0), (2.0, 2, 'inf'::DOUBLE), (4.0, 1, 1.0)) t(y, g, x)");
        write("w.parquet", "SELECT * FROM (VALUES (1.0, 1, 1.0), (2.0, 2, -3.0), (4.0, 1, 1.0)) t(y, g, w)");
        LinearMixedModel model = LinearMixedModel.of("y ~ log(x) + (1 | g)");
        assertMessage(
                "log(x) is minus infinity in row 5, where x is 0. Finite numbers are expected.",
                model,
                "a.csv," + folder + "/b.csv");
        assertMessage(folder + "/c.csv: No column 'g'. Did you mean 'G'?", model, "{a,c}.csv");
        assertMessage("Each of the 2 rows has a missing value in something that the model uses.", model, "none.csv");
        assertMessage(
                "x is infinite in row 2. Finite numbers are expected.",
                LinearMixedModel.of("y ~ x + (1 | g)"),
                "i.parquet");
        assertMessage(
                "The weight in row 2 is -3 (column 'w'). Weights are positive and finite; a row of weight zero is left out.",
                LinearMixedModel.of("y ~ 1 + (1 | g)").withWeights("w"),
                "w.parquet");
        assertMessage(
                "No file matches '" + folder + "/x*.csv'. The folder " + folder + " has none of that form.",
                model,
                "x*.csv");
        assertMessage(
                "scale(x) needs all rows before the first can be used, and these are read once and not kept. Write the numbers"
                        + " out, e.g. I((x - 50) / 10).",
                LinearMixedModel.of("y ~ scale(x) + (1 | g)"),
                "a.csv");
        assertMessage(
                "poly(x, 2) needs all rows before the first can be used, and these are read once and not kept. Write poly(x, 2,"
                        + " raw = TRUE): the same model in other coefficients.",
                LinearMixedModel.of("y ~ poly(x, 2) + (1 | g)"),
                "a.csv");
        assertMessage(
                "within(x, g) needs all rows before the first can be used, and these are read once and not kept. Add a column of"
                        + " the group means to the data.",
                LinearMixedModel.of("y ~ within(x, g) + (1 | g)"),
                "a.csv");
    }

    /** A fit without rows says so where it needs them. */
    @Test
    void whatNeedsTheRowsIsRefused() throws IOException {
        Files.copy(Path.of("src/test/resources/data/sleepstudy.csv"), folder.resolve("s.csv"));
        LinearMixedModel model = LinearMixedModel.of("Reaction ~ Days + (Days | Subject)");
        Fit fit = model.fit(Condenser.of(model).read(DataFiles.of(folder + "/s.csv")));
        String reason = " cannot be had from a table that was read piece by piece: its rows were not kept."
                + " Fit one file, or a part of the data, in memory.";
        assertEquals(
                "Fitted values" + reason,
                assertThrows(IllegalArgumentException.class, fit::fitted).getMessage());
        assertEquals(
                "Residuals" + reason,
                assertThrows(IllegalArgumentException.class, () -> fit.residuals(Residual.MARGINAL))
                        .getMessage());
        assertTrue(fit.predict(memory("s.csv"), false)[0] > 0);
    }

    private void assertMessage(String message, LinearMixedModel model, String data) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> model.fit(Condenser.of(model).read(DataFiles.of(folder + "/" + data))));
        assertEquals(message, e.getMessage());
    }

    private void assertSame(LinearMixedModel model, Table table, String data, double[] theta) {
        CondensedRowsTest.assertAgree(
                model.at(table, theta), model.at(Condenser.of(model).read(DataFiles.of(folder + "/" + data)), theta));
    }

    private Table memory(String name) {
        return TableReader.withDefaults().read(folder.resolve(name));
    }

    private static Path source(ReferenceCase one) {
        return Path.of("src/test/resources").resolve(one.json().get("data").asText());
    }

    private void write(String name, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + query + ") TO '" + folder.resolve(name) + "' (FORMAT parquet)");
        }
    }
}
