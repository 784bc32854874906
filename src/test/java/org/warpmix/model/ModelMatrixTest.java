package org.warpmix.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.warpmix.formula.Formula;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Table;

/** Names and values of model matrices, for the fit's rows and new ones, as R's (model/matrices.R). */
class ModelMatrixTest {

    private static final double[] X = {1, 2, 4, 7, 1.5, 3, 5, 6, 2.5, 0.5, 8, 9};
    private static final double[] NEW_X = {2.2, 11, 0.25};
    private static final String[] TRUTH = {"FALSE", "TRUE"};

    private static final Table TABLE = Table.builder()
            .numeric("y", 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)
            .numeric("x", X)
            .numeric("z", 2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5)
            .factor("a", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q")
            .factor("b", "u", "u", "u", "u", "v", "v", "v", "v", "w", "w", "w", "w")
            .factor("c", "k", "l", "m", "n", "k", "l", "m", "n", "k", "k", "m", "n")
            .column("l", new FactorColumn(new int[] {1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0}, TRUTH, true))
            .numeric("my col", X)
            .factor("f x", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q")
            .factor("g", "1", "2", "1", "2", "1", "2", "1", "2", "1", "2", "1", "2")
            .build();

    private static final Table NEW_ROWS = Table.builder()
            .numeric("x", NEW_X)
            .numeric("z", 3, 3, 9)
            .factor("a", "q", "p", "q")
            .factor("b", "w", "u", "v")
            .factor("c", "n", "k", "l")
            .column("l", new FactorColumn(new int[] {0, 1, 1}, TRUTH, true))
            .numeric("my col", NEW_X)
            .factor("f x", "q", "p", "q")
            .build();

    static Stream<String[]> cases() throws IOException {
        try (InputStream in = ModelMatrixTest.class.getResourceAsStream("/model/matrices.tsv")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("\t", -1));
        }
    }

    @ParameterizedTest(name = "{0}, contrasts {1}")
    @MethodSource("cases")
    void matchesR(String formula, String contrasts, String names, String columns, String newColumns) {
        DesignOptions options = DesignOptions.defaults();
        for (String pair : contrasts.split(",")) {
            if (pair.contains("=")) {
                String[] parts = pair.split("=");
                options = options.withContrast(parts[0], Contrast.of(parts[1]));
            }
        }
        Design design = Design.of(Formula.parse("y ~ " + formula + " + (1 | g)"), TABLE, options);
        assertEquals(names, String.join("|", design.data().fixedNames()));
        assertColumns(columns, design.data().x());
        if (!newColumns.isEmpty()) {
            assertColumns(newColumns, design.applyFixed(NEW_ROWS).x());
        }
    }

    private static void assertColumns(String expected, double[][] columns) {
        String[] texts = expected.split("\\|");
        assertEquals(texts.length, columns.length);
        for (int j = 0; j < texts.length; j++) {
            String[] numbers = texts[j].split(" ");
            assertEquals(numbers.length, columns[j].length);
            for (int i = 0; i < numbers.length; i++) {
                double value = Double.parseDouble(numbers[i]);
                assertEquals(value, columns[j][i], 1e-13 * Math.max(1, Math.abs(value)));
            }
        }
    }
}
