package org.warpmix.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
        CondensedRows whole = again(parts[1]);
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

    private static CondensedRows again(CondensedRows rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.writeTo(bytes);
        return CondensedRows.readFrom(new ByteArrayInputStream(bytes.toByteArray()), rows.formula(), rows.options());
    }
}
