package org.warpmix.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.formula.Formula;
import org.warpmix.table.Table;

/** What does not fit together, and what the user is told. */
class DesignErrorsTest {

    private static final double NA = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static final Table TABLE = Table.builder()
            .numeric("y", 3, 1, 4, 1, 5, 9, 2, NA)
            .numeric("x", 0, 1, 2, 0, 1, 2, 0, 1)
            .numeric("late", NA, 0, 2, 3, 1, 2, 4, 1)
            .numeric("big", 1, 2, 3, INF, 5, 6, 7, 8)
            .numeric("five", 5, 5, 5, 5, 5, 5, 5, 5)
            .numeric("empty", NA, NA, NA, NA, NA, NA, NA, NA)
            .numeric("w", 1, 1, -2, 1, 1, 1, 1, 1)
            .factor("f", "p", "q", "p", "q", "p", "q", "p", "q")
            .factor("one", "p", "p", "p", "p", "p", "p", "p", "q")
            .factor("g", "a", "a", "b", "b", "c", "c", "d", "d")
            .numeric("id", 1, 2, 3, 4, 5, 6, 7, 8)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '"',
            value = {
                "y ~ xx + (1 | g) => No column 'xx'. Did you mean 'x'?",
                "f ~ x + (1 | g) =>"
                        + " The response 'f' is a factor (levels 'p', 'q'); a linear mixed model needs numbers.",
                "log(f) ~ x + (1 | g) => Column 'f' is a factor (levels 'p', 'q'), where numbers are expected.",
                "y ~ I(f + 1) + (1 | g) => Column 'f' is a factor (levels 'p', 'q'), where numbers are expected.",
                "five ~ x + (1 | g) => The response five is 5 in all 8 rows used. There is nothing to model.",
                "y ~ big + (1 | g) => big is infinite in row 4. Finite numbers are expected.",
                "y ~ x + (0 + big | g) => big is infinite in row 4. Finite numbers are expected.",
                "y ~ log(x) + (1 | g) =>"
                        + " log(x) is minus infinity in row 1, where x is 0. Finite numbers are expected.",
                "log(x - 1) ~ late + (1 | g) =>"
                        + " log(x - 1) is minus infinity in row 2, where x is 1. Finite numbers are expected.",
                "y ~ log(late - 3) + (1 | g) =>"
                        + " log(late - 3) is not a number in row 2, where late is 0. Finite numbers are expected.",
                "y ~ scale(log(x)) + (1 | g) =>"
                        + " log(x) is minus infinity in row 1, where x is 0. Finite numbers are expected.",
                "y ~ I(x/late) + (1 | g) =>"
                        + " I(x/late) is infinite in row 2, where x is 1, late is 0. Finite numbers are expected.",
                "y ~ empty + (1 | g) => Each of the 8 rows has a missing value in something that the model uses:"
                        + " y in 1, empty in 8.",
                "y ~ x + (1 | one) =>"
                        + " Grouping factor 'one' has one level, 'p', in the 7 rows used;"
                        + " a random term needs at least two.",
                "y ~ x + (1 | id) => Grouping factor 'id' has 7 levels for 7 observations, so its variance and sigma"
                        + " cannot be told apart. Group by a column whose levels have several rows.",
                "y ~ x + (1 + x | g) => Term (1 + x | g): 8 random effects for 7 observations, so theta and sigma"
                        + " cannot be told apart. Leave effects out of the term.",
                "y ~ one + (1 | g) => The factor one has one level, 'p', in the rows used. Contrasts need at least two:"
                        + " leave it out of the formula.",
                "y ~ poly(x, 3) + (1 | g) =>"
                        + " poly(x, 3): x has 3 distinct values in the rows used, so the degree is at most 2.",
                "y ~ scale(five) + (1 | g) => scale(five) divides by the standard deviation of five, which is zero:"
                        + " it is 5 in all 7 rows used.",
            })
    void saysWhatDoesNotFit(String formula, String message) {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> Design.of(Formula.parse(formula), TABLE));
        assertEquals(message, error.getMessage());
    }

    @Test
    void refusesWrongWeights() {
        assertMessage(
                "The weight in row 3 is -2 (column 'w'). Weights are positive and finite; a row of weight zero is"
                        + " left out.",
                DesignOptions.defaults().withWeights("w"));
        assertMessage(
                "The column of weights, 'f', is a factor; weights are numbers.",
                DesignOptions.defaults().withWeights("f"));
        assertMessage(
                "No column 'lat'. Did you mean 'late'?",
                DesignOptions.defaults().withWeights("lat"));
        assertMessage(
                "Column 'f' is a factor (levels 'p', 'q'), where numbers are expected.",
                DesignOptions.defaults().withOffset("f"));
    }

    @Test
    void refusesWrongContrasts() {
        DesignOptions options = DesignOptions.defaults();
        assertMessage(
                "Contrasts for 'x', which is no factor of the model's terms. Write factor(x) in the formula to make it"
                        + " one.",
                options.withContrast("x", Contrast.SUM));
        assertMessage(
                "Contrasts for 'ff', which the formula does not have. Did you mean 'f'?",
                options.withContrast("ff", Contrast.SUM));
        assertEquals(
                "Unknown contrast 'summ'. Did you mean 'sum'?",
                assertThrows(DesignException.class, () -> Contrast.of("summ")).getMessage());
        assertEquals(Contrast.POLYNOMIAL, Contrast.of("contr.poly"));
    }

    @Test
    void refusesFixedFactorsOfVeryManyLevels() {
        int n = 200_000;
        double[] y = new double[n];
        double[] id = new double[n];
        double[] g = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = i % 7;
            id[i] = i >> 1;
            g[i] = i % 5;
        }
        Table table = Table.builder()
                .numeric("y", y)
                .numeric("id", id)
                .numeric("g", g)
                .build();
        DesignException error =
                assertThrows(DesignException.class, () -> Design.of(Formula.parse("y ~ factor(id) + (1 | g)"), table));
        assertEquals(
                "The term factor(id) has 99999 columns of 200000 rows, which is more than the memory holds."
                        + " A factor of many levels belongs behind the bar of a random term: (1 | factor).",
                error.getMessage());
    }

    @Test
    void refusesEmptyTables() {
        Table empty = Table.builder().numeric("y").factor("g").build();
        DesignException error =
                assertThrows(DesignException.class, () -> Design.of(Formula.parse("y ~ 1 + (1 | g)"), empty));
        assertEquals("The table has no rows.", error.getMessage());
    }

    @Test
    void refusesUnseenLevels() {
        Design design = Design.of(Formula.parse("y ~ x + f + (1 | g)"), TABLE);
        Table fixed = Table.builder()
                .numeric("x", 1, 1)
                .factor("f", "p", "Q")
                .factor("g", "a", "a")
                .build();
        assertEquals(
                "Level 'Q' of f (row 2) did not occur in the fit. Did you mean 'q'?",
                assertThrows(DesignException.class, () -> design.apply(fixed, true))
                        .getMessage());
        Table random = Table.builder()
                .numeric("x", 1, 1)
                .factor("f", "p", "q")
                .factor("g", "a", "z")
                .build();
        assertEquals(
                "Level 'z' of the grouping factor 'g' (row 2) did not occur in the fit."
                        + " Allow new levels (--allow-new-levels) to predict with a random effect of zero.",
                assertThrows(DesignException.class, () -> design.apply(random, false))
                        .getMessage());
        Table infinite =
                Table.builder().numeric("x", NA, INF).factor("f", "p", "q").build();
        assertEquals(
                "x is infinite in row 2. Finite numbers are expected.",
                assertThrows(DesignException.class, () -> design.applyFixed(infinite))
                        .getMessage());
    }

    private static void assertMessage(String message, DesignOptions options) {
        IllegalArgumentException error = assertThrows(
                IllegalArgumentException.class, () -> Design.of(Formula.parse("y ~ x + f + (1 | g)"), TABLE, options));
        assertEquals(message, error.getMessage());
    }
}
