package org.warpmix.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberParserTest {

    private final NumberParser parser = new NumberParser();

    private void assertSameAsJava(String text) {
        char[] padded = ("x" + text + "9").toCharArray();
        assertTrue(parser.parse(padded, 1, text.length()), text);
        assertEquals(
                Double.doubleToRawLongBits(Double.parseDouble(text)), Double.doubleToRawLongBits(parser.value()), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "00012",
                "9007199254740993.0",
                "9007199254740992e22",
                "1e22",
                "1e23",
                "1e-22",
                "1e-23",
                "123456789012345678901234567890.5",
                "0.000000000000000000000000000001",
                "1e400",
                "-1e400",
                "1e-400",
                "1e999999999999",
                "4.9e-324",
                "1.7976931348623157e308",
                "2.2250738585072011e-308",
                "9223372036854775807.5"
            })
    void edges(String text) {
        assertSameAsJava(text);
    }

    @Test
    void randomDecimalsToTheLastBit() {
        Random random = new Random(20);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            int digits = 1 + random.nextInt(20);
            int point = random.nextInt(digits + 1);
            for (int d = 0; d < digits; d++) {
                text.append(d == point ? "." : "").append(random.nextInt(10));
            }
            // A point or an exponent: a bare integer of 17 digits is an identifier.
            if (point == digits || random.nextInt(3) == 0) {
                text.append(random.nextBoolean() ? 'e' : 'E').append(random.nextInt(61) - 30);
            }
            assertSameAsJava(text.toString());
        }
    }
}
