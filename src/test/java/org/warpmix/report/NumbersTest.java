package org.warpmix.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "1e-20, <2e-16",
        "0, <2e-16",
        "1.234e-10, 1.23e-10",
        "9.996e-6, 1.00e-05",
        "0.00012345, 0.000123",
        "0.00213, 0.00213",
        "0.04239, 0.0424",
        "0.5, 0.500",
        "0.99996, 1.00",
        "1, 1.00",
        "NaN, NaN"
    })
    void p(double p, String text) {
        assertEquals(text, Numbers.p(p));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "3.24e-7, 3.2e-07",
        "0.0312, 0.031",
        "9.96, 10",
        "123456, 123456",
        "1e12, 1.0e+12",
        "Infinity, Inf"
    })
    void significant(double value, String text) {
        assertEquals(text, Numbers.significant(value, 2));
    }

    @Test
    void columnsShareDecimals() {
        assertArrayEquals(new String[] {"612.10", "35.07", "654.94"}, Numbers.column(4, 612.1002, 35.0717, 654.941));
        assertArrayEquals(new String[] {"0.000", "3.716"}, Numbers.column(4, 0, 3.716));
        assertArrayEquals(new String[] {"0.000"}, Numbers.column(4, 0));
        assertArrayEquals(new String[] {"NaN", "12.35"}, Numbers.column(4, Double.NaN, 12.345678));
    }

    @Test
    void whatWouldBeLostIsScientific() {
        assertArrayEquals(new String[] {"612.1", "2.100e-09"}, Numbers.column(4, 612.1, 2.1e-9));
        assertArrayEquals(new String[] {"1.500e+12", "2.500e+03"}, Numbers.column(4, 1.5e12, 2500));
        assertArrayEquals(new String[] {"1.500e-07"}, Numbers.column(4, 1.5e-7));
        assertArrayEquals(new String[] {"123456", "1234"}, Numbers.column(4, 123456, 1234));
    }

    @Test
    void noNegativeZero() {
        assertEquals("0.00", Numbers.fixed(-0.001, 2));
        assertEquals("-0.01", Numbers.fixed(-0.009, 2));
    }
}
