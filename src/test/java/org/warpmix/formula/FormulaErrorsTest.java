package org.warpmix.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formulas that cannot be read, and what the user is told. */
class FormulaErrorsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "y ~ x; 5; The formula has no random term, such as (1 | group).",
                "y; 1; The formula has no '~'. Write 'response ~ predictors + (1 | group)'.",
                "~ x + (1 | g); 0; The formula has no response.",
                "y ~ x + (1 | g; 14; The formula ends here, expected an operator or the ')' for the '(' at character"
                        + " 9.",
                "y ~ x + + (1 | g)); 17; Unexpected ')', expected an operator or the end.",
                "y ~ x * / z + (1 | g); 8; Unexpected '/', expected a column, a number, a function or '('.",
                "y ~ x z + (1 | g); 6; Unexpected 'z', expected an operator or the end.",
                "y ~ x ~ z; 6; Unexpected '~', expected an operator or the end.",
                "y z ~ x; 2; Unexpected 'z', expected '~' or an operator.",
                "y ~ x > 3 + (1 | g); 6; Unexpected character '>'.",
                "y ~ _x + (1 | g); 4; Unexpected character '_'.",
                "y ~ `x + (1 | g); 4; The name that starts here has no closing backtick.",
                "y ~ `` + (1 | g); 4; There is no name between these backticks.",
                "y ~ . + (1 | g); 4; '.' for all other columns is not known here. Name the columns.",
                "y ~ NA + (1 | g); 4; 'NA' is no column.",
                "y ~ 2 * x + (1 | g); 4; '2' is no term, only 0 and 1 are. Arithmetic goes into I(…).",
                "y ~ x^a + (1 | g); 6; The power of a term is a whole number from 1 up, not 'a'.",
                "y ~ x^0.5 + (1 | g); 6; The power of a term is a whole number from 1 up, not '0.5'.",
                "y ~ 1 * a + (1 | g); 6; '1' has no terms that '*' could combine.",
                "y ~ a:(b - b) + (1 | g); 5; '(b - b)' has no terms that ':' could combine.",
                "y ~ lgo(x) + (1 | g); 4; Unknown function 'lgo'. Did you mean 'log'?",
                "y ~ log() + (1 | g); 4; log() has 0 arguments, expected 1 to 2: x, base.",
                "y ~ exp(x, z) + (1 | g); 4; exp() has 2 arguments, expected 1: x.",
                "y ~ poly(x) + (1 | g); 4; poly() has 1 argument, expected 2 to 3: x, degree, raw.",
                "y ~ poly(x, 1.5) + (1 | g); 12; The degree of poly() is a whole number from 1 to 100, written out.",
                "y ~ poly(x, 2, raw = 1) + (1 | g); 21; The argument 'raw' of poly() is TRUE or FALSE.",
                "y ~ poly(x, 2, rav = TRUE) + (1 | g); 21; poly() has no argument 'rav'. Did you mean 'raw'",
                "y ~ log(x, base = 2, base = 3) + (1 | g); 28; The argument 'base' is given twice.",
                "y ~ log(poly(x, 2)) + (1 | g); 8; poly() is a term of its own and cannot stand inside arithmetic.",
                "y ~ log(TRUE) + (1 | g); 8; 'TRUE' is no number.",
                "y ~ I(a:b) + (1 | g); 7; ':' is no arithmetic; here go + - * / ^.",
                "a:b ~ x + (1 | g); 1; ':' is no arithmetic; here go + - * / ^.",
                "factor(y) ~ x + (1 | g); 0; factor() is a term of its own and cannot stand inside arithmetic.",
                "y ~ factor(x + 1) + (1 | g); 4; factor() takes the name of a column.",
                "y ~ within(x, g + h) + (1 | g); 16; 'g + h' is no grouping factor, expected a column, a:b or a/b.",
                "y ~ a:offset(z) + (1 | g); 6; An offset can only be added to the fixed effects.",
                "y ~ (offset(z) | g); 5; An offset can only be added to the fixed effects.",
                "y ~ x + 1 | g; 10; A random term stands in parentheses: (x + 1 | g).",
                "y ~ x * (1 | g); 11; A random term can only be added: + (1 | g).",
                "y ~ x - (1 | g); 11; A random term can only be added: + (1 | g).",
                "y ~ (1 + (x | g) | h); 12; A random term cannot stand inside another one.",
                "y ~ (0 | g); 7; The random term (0 | g) has no effects.",
                "y ~ (1 | g + h); 11; 'g + h' is no grouping factor, expected a column, a:b or a/b.",
                "y ~ (1 | 3); 9; '3' is no grouping factor, expected a column, a:b or a/b.",
                "y ~ I(1e400 * x) + (1 | g); 6; The number 1e400 is too large.",
                "y ~ I(1e * x) + (1 | g); 6; The number 1e lacks the digits of its exponent.",
            })
    void saysWhatIsWrongAndWhere(String text, int position, String reason) {
        FormulaException error = assertThrows(FormulaException.class, () -> Formula.parse(text));
        assertTrue(error.reason().startsWith(reason), error.reason());
        assertEquals(position, error.position());
        String[] lines = error.getMessage().split(System.lineSeparator());
        assertEquals(3, lines.length);
        assertEquals(error.reason(), lines[0]);
        assertEquals("  " + text, lines[1]);
        assertEquals("  " + " ".repeat(position) + "^", lines[2]);
    }

    @Test
    void cutsLongFormulas() {
        String text = "y ~ " + "x + ".repeat(100) + "!" + " + x".repeat(100);
        FormulaException error = assertThrows(FormulaException.class, () -> Formula.parse(text));
        String[] lines = error.getMessage().split(System.lineSeparator());
        assertEquals('!', lines[1].charAt(lines[2].indexOf('^')));
        assertTrue(lines[1].length() < 140);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "x^", "log(", "x+", "x:", "x*", "x/", "1-", "((1|", "x||", "a%in%", "I(x^(", "`"})
    void refusesSillyDepthAndLength(String unit) {
        for (String end : new String[] {"", "x"}) {
            String repeated = unit.repeat(100_000) + end;
            assertThrows(FormulaException.class, () -> Formula.parse("y ~ " + repeated));
            assertThrows(FormulaException.class, () -> Formula.parse(repeated + " ~ x + (1|g)"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "-", ":", "/", "*"})
    void bearsLongChains(String operator) {
        int length = operator.equals("*") ? 12 : operator.equals("+") || operator.equals("-") ? 1900 : 200;
        StringBuilder text = new StringBuilder("y ~ x0");
        for (int i = 1; i < length; i++) {
            text.append(operator).append('x').append(i);
        }
        Formula formula = Formula.parse(text + " + (1 | g)");
        assertEquals(formula, Formula.parse(formula.toString()));
        assertEquals(length + 2, formula.variables().size());
    }

    @Test
    void randomTokensNeverBreakIt() {
        String[] tokens = {
            "y",
            "x",
            "g",
            "`a b`",
            "~",
            "~",
            "+",
            "-",
            "*",
            "/",
            "^",
            ":",
            "|",
            "||",
            "(",
            ")",
            "(",
            ")",
            ",",
            "=",
            "%in%",
            "1",
            "0",
            "2.5",
            "1e3",
            "log(",
            "poly(",
            "I(",
            "scale(",
            "factor(",
            "within(",
            "offset(",
            "TRUE",
            ".",
            "raw",
            "\n",
            " ",
            "NULL",
            "%",
            "é",
            "\uD83D\uDE00",
            "_",
            "`",
            "(1|g)",
            "y~x+(1|g)"
        };
        SplittableRandom random = new SplittableRandom(20260101);
        for (int k = 0; k < 20_000; k++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "y ~ " : "");
            int length = random.nextInt(14);
            for (int i = 0; i < length; i++) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            text.append(random.nextBoolean() ? "+(1|g)" : "");
            try {
                Formula formula = Formula.parse(text.toString());
                assertEquals(formula, Formula.parse(formula.toString()), text::toString);
            } catch (FormulaException expected) {
                assertTrue(expected.position() <= text.length());
            } catch (RuntimeException | StackOverflowError e) {
                fail("'" + text + "'", e);
            }
        }
    }
}
