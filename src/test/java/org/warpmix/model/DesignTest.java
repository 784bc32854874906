package org.warpmix.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.warpmix.formula.Formula;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/** Rows, weights, offsets, group means and sharing. */
class DesignTest {

    private static final double NA = Double.NaN;

    private static Design design(String formula, Table table) {
        return Design.of(Formula.parse(formula), table);
    }

    private static Table.Builder sixRows() {
        return Table.builder().numeric("y", 1, 2, 4, 8, 16, 32).factor("g", "a", "b", "a", "b", "c", "c");
    }

    @Test
    void sharesTheTablesArrays() {
        Table table = sixRows().numeric("x", 1, 2, 3, 4, 5, 6).build();
        ModelData data = design("y ~ x + (1 | g) + (0 + x | g)", table).data();
        double[] x = ((NumericColumn) table.column("x")).values();
        assertSame(((NumericColumn) table.column("y")).values(), data.y());
        assertSame(x, data.x()[1]);
        assertSame(x, data.terms().get(1).z()[0]);
        assertSame(data.x()[0], data.terms().get(0).z()[0]);
        assertSame(
                ((FactorColumn) table.column("g")).codes(),
                data.terms().get(0).factor().codes());
        assertSame(data.terms().get(0).factor(), data.terms().get(1).factor());
        assertNull(data.weights());
        assertNull(data.offset());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, data.rows());
    }

    @Test
    void dropsRowsWithSomethingMissing() {
        Table table = Table.builder()
                .numeric("y", NA, 2, 3, 4, 5, 6, 7, 8, 9, 10)
                .numeric("x", 1, NA, 3, 4, 5, 6, 7, 8, 9, 10)
                .factor("g", "a", "b", null, "a", "b", "c", "a", "b", "c", "a")
                .factor("f", "p", "q", "r", null, "q", "r", "s", "q", "r", "s")
                .numeric("w", 1, 1, 1, 1, NA, 0, 1, 2, 3, 4)
                .numeric("o", 1, 1, 1, 1, 1, 1, 1, 1, 1, 0)
                .numeric("unused", NA, NA, NA, NA, NA, NA, NA, NA, NA, NA)
                .build();
        DesignOptions options = DesignOptions.defaults().withWeights("w").withOffset("o");
        ModelData data = Design.of(
                        Formula.parse("y ~ f + scale(x, scale = FALSE) + offset(log(x)) + (1 | g)"), table, options)
                .data();
        assertArrayEquals(new int[] {6, 7, 8, 9}, data.rows());
        assertEquals(6, data.dropped());
        assertArrayEquals(new double[] {7, 8, 9, 10}, data.y());
        assertArrayEquals(new double[] {1, 2, 3, 4}, data.weights());
        assertArrayEquals(
                new double[] {Math.log(7) + 1, Math.log(8) + 1, Math.log(9) + 1, Math.log(10)}, data.offset());
        // the level p occurs in dropped rows only, so q is the first one; the mean of x is that of the rows used
        assertArrayEquals(new String[] {"(Intercept)", "fr", "fs", "scale(x, scale = FALSE)"}, data.fixedNames());
        assertArrayEquals(new double[] {-1.5, -0.5, 0.5, 1.5}, data.x()[3]);
        assertArrayEquals(new int[] {0, 1, 2, 0}, data.terms().get(0).factor().codes());
    }

    @Test
    void splitsVariationWithinAndBetweenGroups() {
        Table table = sixRows().numeric("x", 1, 2, 3, 6, 10, 20).build();
        Design design =
                design("y ~ within(x, g) + between(x, g) + I(between(log(x), g)^2) + (within(x, g) || g)", table);
        ModelData data = design.data();
        assertArrayEquals(
                new String[] {"(Intercept)", "within(x, g)", "between(x, g)", "I(between(log(x), g)^2)"},
                data.fixedNames());
        assertArrayEquals(new double[] {-1, -2, 1, 2, -5, 5}, data.x()[1]);
        assertArrayEquals(new double[] {2, 4, 2, 4, 15, 15}, data.x()[2]);
        assertEquals(Math.pow(Math.log(3) / 2, 2), data.x()[3][0], 1e-15);
        assertSame(data.x()[1], data.terms().get(1).z()[0]);

        Table rows = Table.builder()
                .numeric("x", 7, 1, 3, 5, NA)
                .factor("g", "b", "z", "z", null, "a")
                .build();
        NewRows later = design.apply(rows, true);
        assertArrayEquals(new double[] {3, -1, 1, NA, NA}, later.x()[1]); // z is new: its own mean is 2
        assertArrayEquals(new double[] {4, 2, 2, NA, 2}, later.x()[2]);
        assertArrayEquals(new boolean[] {false, false, false, true, true}, later.missing());
    }

    @Test
    void groupsByCombinationsInNameOrder() {
        Table table = Table.builder()
                .numeric("y", 1, 2, 3, 4, 5, 6, 7, 8)
                .factor("a", "p", "q", "p", "q", "p", "q", "p", "q")
                .numeric("b", 10, 10, 10, 9, 9, 9, 10, 10)
                .build();
        List<RandomTerm> terms = design("y ~ 1 + (1 | a/b)", table).data().terms();
        assertEquals("b:a", terms.get(0).factor().name());
        assertArrayEquals(
                new String[] {"9:p", "9:q", "10:p", "10:q"},
                terms.get(0).factor().levels());
        assertArrayEquals(
                new int[] {2, 3, 2, 1, 0, 1, 2, 3}, terms.get(0).factor().codes());
        assertArrayEquals(new String[] {"p", "q"}, terms.get(1).factor().levels());
    }

    @Test
    void bringsNewRowsIntoTheFitsColumns() {
        Table table = sixRows()
                .numeric("x", 1, 2, 3, 4, 5, 6)
                .factor("f", "p", "q", "q", "p", "p", "q")
                .factor("h", "u", "u", "v", "v", "u", "v")
                .build();
        Design design = design("y ~ x * f + offset(2 * x) + (1 | g) + (1 | f:h)", table);
        Table rows = Table.builder()
                .factor("f", "q", null, "q", "q")
                .factor("g", "c", "a", "z", "b")
                .factor("h", "v", "v", "w", "u")
                .numeric("x", 2, 2, 2, NA)
                .build();
        NewRows later = design.apply(rows, true);
        assertEquals(4, later.n());
        assertArrayEquals(new double[] {1, NA, 1, 1}, later.x()[2]);
        assertArrayEquals(new double[] {2, NA, 2, NA}, later.x()[3]);
        assertArrayEquals(new double[] {4, 4, 4, NA}, later.offset());
        assertArrayEquals(new boolean[] {false, true, false, true}, later.missing());
        assertEquals("f:h", later.terms().get(0).factor().name());
        assertArrayEquals(
                new int[] {3, -1, -1, 2}, later.terms().get(0).factor().codes());
        assertArrayEquals(new int[] {2, 0, -1, 1}, later.terms().get(1).factor().codes());
        assertArrayEquals(new int[] {0, 1, 2, 3}, design.assign());

        Table withoutGroups = Table.builder().factor("f", "p").numeric("x", 9).build();
        assertArrayEquals(new double[] {9}, design.applyFixed(withoutGroups).x()[1]);
        Table none =
                Table.builder().factor("f").factor("g").factor("h").numeric("x").build();
        assertEquals(0, design.apply(none, false).n());
    }

    @Test
    void numbersAsFactorsMatchByLabel() {
        Table table = Table.builder()
                .numeric("y", 1, 2, 3, 4, 5, 7)
                .numeric("dose", 0.5, 1, 2, 0.5, 1, 2)
                .numeric("g", 1, 1, 1, 10, 10, 10)
                .build();
        Design design = design("y ~ factor(dose) + (1 | factor(g))", table);
        assertArrayEquals(
                new String[] {"(Intercept)", "factor(dose)1", "factor(dose)2"},
                design.data().fixedNames());
        assertEquals("factor(g)", design.data().terms().get(0).factor().name());
        NewRows later = design.apply(
                Table.builder().numeric("dose", 2).factor("g", "10").build(), false);
        assertArrayEquals(new double[] {0}, later.x()[1]);
        assertArrayEquals(new double[] {1}, later.x()[2]);
        assertArrayEquals(new int[] {1}, later.terms().get(0).factor().codes());
    }

    @Test
    void contrastsHoldInRandomTermsToo() {
        Table table = Table.builder()
                .numeric("y", 1, 2, 3, 4, 5, 7, 8, 9)
                .factor("f", "p", "q", "p", "q", "p", "q", "p", "q")
                .factor("g", "a", "a", "a", "a", "b", "b", "b", "b")
                .build();
        DesignOptions options = DesignOptions.defaults().withContrast("f", Contrast.SUM);
        ModelData data =
                Design.of(Formula.parse("y ~ f + (f | g)"), table, options).data();
        assertArrayEquals(
                new String[] {"(Intercept)", "f1"}, data.terms().get(0).names());
        assertArrayEquals(
                new double[] {1, -1, 1, -1, 1, -1, 1, -1}, data.terms().get(0).z()[1]);
    }
}
