package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.model.CondensedRows;
import org.warpmix.model.Design;
import org.warpmix.table.Table;

/** Rows taken in piece by piece give the fit of the whole table in memory. */
class CondensedRowsTest {

    private static final double TIGHT = 1e-9;

    static List<ReferenceCase> cases() throws IOException {
        return ReferenceCase.all().stream()
                .filter(one -> !one.model().formula().toString().contains("poly("))
                .filter(one -> !one.id().startsWith("insteval") || one.id().equals("insteval_inter_ml")) // time
                .toList();
    }

    /** Rows in any order, pieces of any length, in two parts that are merged the wrong way round, one after a journey. */
    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheFitInMemory(ReferenceCase one) throws IOException {
        LinearMixedModel model = one.model();
        Table table = table(one);
        Random random = new Random(6);
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, table.rows()).boxed().toList());
        Collections.shuffle(order, random);
        CondensedRows[] parts = {model.condensedRows(), model.condensedRows()};
        for (int from = 0; from < order.size(); ) {
            int to = Math.min(order.size(), from + 1 + random.nextInt(1 + Math.min(5000, order.size() / 3)));
            int[] rows = order.subList(from, to).stream().mapToInt(row -> row).toArray();
            parts[random.nextInt(2)].accept(rows(table, rows));
            from = to;
        }
        CondensedRows whole = again(parts[1], model);
        whole.merge(parts[0]);
        assertEquals(table.rows(), whole.read());

        assertAgree(model.at(table, one.theta()), model.at(whole, one.theta()));
    }

    static void assertAgree(Fit expected, Fit actual) {
        assertEquals(expected.nobs(), actual.nobs());
        assertEquals(expected.dropped(), actual.dropped());
        assertEquals(expected.groups(), actual.groups());
        assertEquals(expected.thetaNames(), actual.thetaNames());
        assertEquals(expected.droppedColumns(), actual.droppedColumns());
        assertEquals(
                expected.criterion(),
                actual.criterion(),
                TIGHT * Math.max(1, Math.abs(expected.criterion())),
                "criterion");
        assertEquals(expected.sigma(), actual.sigma(), TIGHT * expected.sigma(), "sigma");
        FixedEffects wanted = expected.fixedEffects();
        FixedEffects got = actual.fixedEffects();
        for (int j = 0; j < wanted.size(); j++) {
            assertEquals(wanted.name(j), got.name(j));
            assertEquals(wanted.estimate(j), got.estimate(j), 1e-8 * wanted.standardError(j), wanted.name(j));
            assertEquals(wanted.standardError(j), got.standardError(j), 1e-8 * wanted.standardError(j));
        }
        for (int f = 0; f < expected.conditionalModes().size(); f++) {
            ConditionalModes modes = expected.conditionalModes().get(f);
            ConditionalModes streamed = actual.conditionalModes().get(f);
            assertArrayEquals(modes.levels(), streamed.levels());
            for (int level = 0; level < modes.levels().length; level++) {
                for (int effect = 0; effect < modes.names().length; effect++) {
                    double scale = expected.sigma() / 1e8 + 1e-8 * Math.abs(modes.mode(level, effect));
                    assertEquals(modes.mode(level, effect), streamed.mode(level, effect), scale);
                }
            }
        }
    }

    /** One row at a time, in two orders: the same to the last digits. */
    @Test
    void rowByRow() throws IOException {
        ReferenceCase one = ReferenceCase.named("cake_nested_reml");
        Table table = table(one);
        CondensedRows forwards = one.model().condensedRows();
        CondensedRows backwards = one.model().condensedRows();
        for (int row = 0; row < table.rows(); row++) {
            forwards.accept(rows(table, row));
            backwards.accept(rows(table, table.rows() - 1 - row));
        }
        Fit fit = one.model().at(forwards, one.theta());
        assertEquals(fit.criterion(), one.model().at(backwards, one.theta()).criterion(), 1e-12 * fit.criterion());
        assertAgree(one.model().at(table, one.theta()), fit);
    }

    /** NIST's SmLs07 to SmLs09 have twelve leading digits in common. */
    @Test
    void leadingDigits() {
        int rows = 2001;
        double[] y = new double[9 * rows];
        double[] g = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            int group = i / rows;
            g[i] = group;
            int r = i % rows;
            double mean = (g[i] % 2 == 0 ? 4 : 3) + g[i] % 3;
            y[i] = 1e12 + (mean + (r == 0 ? 0 : r % 2 == 0 ? 1 : -1)) / 8;
        }
        Table table = Table.builder().numeric("y", y).numeric("g", g).build();
        LinearMixedModel model = LinearMixedModel.of("y ~ 1 + (1 | g)");
        CondensedRows condensed = model.condensedRows();
        condensed.accept(rows(table, IntStream.range(0, 5000).toArray()));
        CondensedRows rest = model.condensedRows();
        rest.accept(rows(table, IntStream.range(5000, y.length).toArray()));
        condensed.merge(rest);
        assertAgree(model.at(table, 0.7), model.at(condensed, 0.7));
    }

    /** Levels in an order of their own keep it, numbers have theirs, and levels without a row are left out. */
    @Test
    void levelsInTheirOrder() {
        LinearMixedModel model = LinearMixedModel.of("y ~ f + (1 | g)");
        CondensedRows rows = model.condensedRows();
        Random random = new Random(1);
        for (int piece = 0; piece < 3; piece++) {
            int[] codes = IntStream.range(0, 60).map(i -> 2 - i % 3).toArray();
            double[] groups = IntStream.range(0, 60).mapToDouble(i -> 6 - i / 6).toArray();
            rows.accept(Table.builder()
                    .numeric("y", random.doubles(60).toArray())
                    .factor("f", codes, "low", "high", "most", "none")
                    .numeric("g", groups)
                    .build());
        }
        Fit fit = model.fit(rows);
        assertEquals("fhigh", fit.fixedEffects().name(1));
        assertEquals(3, fit.fixedEffects().size());
        assertArrayEquals(
                new String[] {"-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "6"},
                fit.conditionalModes().get(0).levels());
    }

    @Test
    void badInput() throws IOException {
        LinearMixedModel model = LinearMixedModel.of("y ~ x + (1 | g)");
        CondensedRows rows = model.condensedRows();
        assertMessage("The table has no rows.", rows::design);
        rows.accept(Table.builder()
                .numeric("y", 1, 2, 3)
                .numeric("x", 1, 2, 4)
                .numeric("g", 1, 2, 2)
                .build());
        Table labels = Table.builder()
                .numeric("y", 1, 2, 3)
                .factor("x", "a", "b", "b")
                .numeric("g", 1, 2, 2)
                .build();
        assertMessage(
                "The column x holds numbers in one piece of the table and is a factor in another. Give all pieces the same type;"
                        + " factor(x) in the formula makes a factor of either.",
                () -> rows.accept(labels));
        Table groups = Table.builder()
                .numeric("y", 1, 2, 3)
                .numeric("x", 1, 2, 3)
                .factor("g", "a", "b", "b")
                .build();
        assertMessage(
                "The column 'g' holds numbers in one piece of the table and labels in another. Give all pieces the same type.",
                () -> rows.accept(groups));
        CondensedRows same = model.condensedRows();
        same.accept(Table.builder()
                .numeric("y", 0.1, 0.1, 0.1, 0.1)
                .numeric("x", 1, 2, 4, 5)
                .numeric("g", 1, 1, 2, 2)
                .build());
        assertMessage("The response y is 0.1 in all 4 rows used. There is nothing to model.", same::design);
        LinearMixedModel other = LinearMixedModel.of("y ~ 1 + (1 | g)");
        assertMessage(
                "Rows of one model, y ~ x + (1 | g), cannot be joined with those of another, y ~ 1 + (1 | g).",
                () -> rows.merge(other.condensedRows()));
        assertMessage(
                "The rows were condensed for the model y ~ x + (1 | g), and this is y ~ x + (1 | g) with other options. Condense"
                        + " them for this one.",
                () -> model.withWeights("w").fit(same));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        same.writeTo(bytes);
        assertMessage(
                "Condensed rows of another model: y ~ x + (1 | g), expected y ~ 1 + (1 | g). Condense the data for this one.",
                () -> read(bytes.toByteArray(), other));
        assertMessage(
                "The condensed rows are cut short. Write them again.",
                () -> read(Arrays.copyOf(bytes.toByteArray(), bytes.size() - 3), model));
        assertMessage(
                "No condensed rows of this version of Warpmix. Condense the data again.",
                () -> read(new byte[99], model));
    }

    private static CondensedRows read(byte[] bytes, LinearMixedModel model) throws IOException {
        return CondensedRows.readFrom(new ByteArrayInputStream(bytes), model.formula(), model.options());
    }

    private static void assertMessage(String message, Executable wrong) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, wrong).getMessage());
    }

    private static Table table(ReferenceCase one) {
        List<String> columns =
                Design.usedColumns(one.model().formula(), one.model().options());
        Table.Builder some = Table.builder();
        columns.stream()
                .distinct()
                .forEach(name -> some.column(name, one.table().column(name)));
        return some.build();
    }

    static Table rows(Table table, int... rows) {
        Table.Builder piece = Table.builder();
        table.names().forEach(name -> piece.column(name, table.column(name).at(rows)));
        return piece.build();
    }

    private static CondensedRows again(CondensedRows rows, LinearMixedModel model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.writeTo(bytes);
        return read(bytes.toByteArray(), model);
    }
}
