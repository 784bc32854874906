package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactorsTest {

    @Test
    void labelsAreSortedByCodePoint() {
        FactorColumn factor = Factors.fromLabels("\uD83D\uDE00", "b", null, "\uFFFD", "B", "ba", "b", "\uD83D\uDE01");
        assertArrayEquals(new String[] {"B", "b", "ba", "\uFFFD", "\uD83D\uDE00", "\uD83D\uDE01"}, factor.levels());
        assertArrayEquals(new int[] {4, 1, -1, 3, 0, 2, 1, 5}, factor.codes());
    }

    @Test
    void manyLabels() {
        int count = 100_000;
        String[] labels = new String[count];
        for (int i = 0; i < count; i++) {
            labels[i] = String.valueOf(1_000_000 + (i * 7919L) % count);
        }
        FactorColumn factor = Factors.fromLabels(labels);
        assertEquals(count, factor.levels().length);
        for (int i = 0; i < count; i++) {
            assertEquals((i * 7919L) % count, factor.codes()[i]);
        }
    }

    @Test
    void aFactorStaysItself() {
        FactorColumn factor = new FactorColumn(new int[] {0}, new String[] {"z"});
        assertSame(factor, Factors.of(factor));
    }

    @Test
    void integersInNumericOrderWithPlainDigits() {
        FactorColumn factor = Factors.of(new NumericColumn(new double[] {100000, 9, -3, Double.NaN, 9, -0.0, 0}));
        assertArrayEquals(new String[] {"-3", "0", "9", "100000"}, factor.levels());
        assertArrayEquals(new int[] {3, 2, 0, -1, 2, 1, 1}, factor.codes());
    }

    @Test
    void integersFarApart() {
        double[] values = {2147483647, -2147483647, 5, 2147483647};
        FactorColumn factor = Factors.of(new NumericColumn(values));
        assertArrayEquals(new String[] {"-2147483647", "5", "2147483647"}, factor.levels());
        assertArrayEquals(new int[] {2, 0, 1, 2}, factor.codes());
    }

    @Test
    void decimalsAndTheirNeighbours() {
        double[] values = {0.3, 100000, Double.NEGATIVE_INFINITY, 0.1 + 0.2, -0.0, Double.NaN, 0};
        FactorColumn factor = Factors.of(new NumericColumn(values));
        assertArrayEquals(new String[] {"-Inf", "0", "0.3", "1e+05"}, factor.levels());
        assertArrayEquals(new int[] {2, 3, 0, 2, 1, -1, 1}, factor.codes());
    }

    @Test
    void longIdentifiersStayApart() {
        FactorColumn factor = Factors.of(new NumericColumn(new double[] {4444333322221112.0, 4444333322221111.0}));
        assertArrayEquals(new String[] {"4444333322221111", "4444333322221112"}, factor.levels());
    }

    @Test
    void nothingButMissing() {
        FactorColumn factor = Factors.of(new NumericColumn(new double[] {Double.NaN}));
        assertEquals(0, factor.levels().length);
        assertArrayEquals(new int[] {-1}, factor.codes());
        assertEquals(0, Factors.of(new NumericColumn(new double[0])).size());
    }

    @Test
    void manyDecimals() {
        int count = 200_000;
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = ((i * 7919L) % count) / 4.0;
        }
        FactorColumn factor = Factors.of(new NumericColumn(values));
        assertEquals(count, factor.levels().length);
        for (int i = 0; i < count; i++) {
            assertEquals((i * 7919L) % count, factor.codes()[i]);
        }
    }

    /** As {@code as.character} of R 4.2 prints them. */
    @ParameterizedTest
    @CsvSource({
        "0.2, 0.2",
        "-1.5, -1.5",
        "100000, 1e+05",
        "123456, 123456",
        "1000000, 1e+06",
        "0.0001, 1e-04",
        "0.00012, 0.00012",
        "0.000123, 0.000123",
        "1.5e-10, 1.5e-10",
        "-2.5e100, -2.5e+100",
        "1e-300, 1e-300",
        "3.14159265358979323, 3.14159265358979",
        "0.30000000000000004, 0.3",
        "123456789.125, 123456789.125",
        "0.1, 0.1",
        "1e15, 1000000000000000",
        "1e22, 1e+22"
    })
    void labels(double value, String expected) {
        assertEquals(expected, Factors.label(value));
    }
}
